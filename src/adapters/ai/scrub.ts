// Room: adapters. Makes outside text fit to be read by a model: only what a person would see of it, in bounded length. What
// it says is untouched: that is the fence's and the clamp's business.

/** Longer texts are cut before anything looks at them; far beyond any cap of what is sent. */
const MOST = 20_000;

/** Controls but the newline, formats (bidi, zero width, tags), private use, unassigned. */
const INVISIBLE = /[^\P{C}\n]/gu;
/** Letters and marks that draw nothing: fillers, joiners of graphemes, variation selectors. */
const BLANK = /\u115f|\u1160|\u2800|\u3164|\uffa0|\u034f|\u17b4|\u17b5|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
/** A terminal's sequences lose their escape above; what is left of the common ones is noise. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
const COMMENT = /<!--[\s\S]*?(?:--!?>|$)/g;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;

/** One or more lines of what is visible, without HTML comments and e-mail addresses. */
export function scrub(text: string): string {
	let out = text.slice(0, MOST).replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n');
	out = out.replace(ESCAPES, '').replaceAll('\t', ' ').replace(INVISIBLE, '').replace(BLANK, '').normalize('NFC');
	// The marks of our fences are ours alone; without its key a forged one says nothing, without its marks it is no fence.
	out = out.replaceAll('⟦', '[').replaceAll('⟧', ']');
	// What a comment's removal joins may be a comment again.
	for (let before = ''; before !== out; ) {
		before = out;
		out = out.replace(COMMENT, '');
	}
	return out
		.replace(EMAIL, '[email]')
		.replace(/[ ]{3,}/g, '  ')
		.replace(/\n{3,}/g, '\n\n')
		.trim();
}

/** Trailers name people and systems, not what changes. */
const TRAILER =
	/^(?:signed-off-by|co-authored-by|co-developed-by|acked-by|reviewed-by|tested-by|reported-by|suggested-by|helped-by|cc|change-id|reviewed-on|pr-url|git-svn-id|\(cherry picked from commit [0-9a-f]+\))\b.*$/gim;

export const withoutTrailers = (body: string): string => body.replace(TRAILER, '');

/** At most `limit` code points, an ellipsis marks the cut. */
export function cut(text: string, limit: number): string {
	const points = [...text];
	return points.length <= limit ? text : `${points.slice(0, Math.max(0, limit - 1)).join('')}…`;
}
