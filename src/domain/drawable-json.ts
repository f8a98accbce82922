// Room: domain. JSON that a terminal only draws, also when somebody says `cat` to it. Values that must stay as they are,
// such as paths, cannot pass `safe()`: in JSON they can be written as escapes, which every parser reads back.

// JSON.stringify escapes C0 and leaves these: DEL and C1 controls, bidi controls, invisible ones, line separators.
const OBEYED = /[\u007f-\u009f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** @param indent as JSON.stringify's third argument; absent, it is one line. */
export function drawableJson(value: unknown, indent?: string): string {
	const written = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
	// Outside of strings none of these characters stands in JSON, so every one found is inside a string.
	return JSON.stringify(value, undefined, indent).replace(OBEYED, written);
}
