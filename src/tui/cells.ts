// Room: tui. How wide text is on a terminal, and how to cut, pad and wrap it to a width. Pure; knows nothing of Ink.

const PLAIN = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

// East Asian Wide and Fullwidth blocks, and emoji that are wide by themselves. Ambiguous width counts as one, as terminals do.
const WIDE =
	/[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const ZERO = /^[\p{M}\p{Cf}\p{Cc}]+$/u;
const EMOJI_BY_SELECTOR = /\p{Extended_Pictographic}\ufe0f/u;

function graphemeWidth(grapheme: string): number {
	if (ZERO.test(grapheme)) return 0;
	return WIDE.test(grapheme) || EMOJI_BY_SELECTOR.test(grapheme) ? 2 : 1;
}

/** Columns the text takes. */
export function widthOf(text: string): number {
	if (PLAIN.test(text)) return text.length;
	let width = 0;
	for (const {segment} of segmenter.segment(text)) width += graphemeWidth(segment);
	return width;
}

/** At most `width` columns; an ellipsis marks a cut. */
export function cut(text: string, width: number): string {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	// Blanks at the end are nobody's loss: no ellipsis for them.
	const bare = text.trimEnd();
	if (bare !== text) return cut(bare, width);
	let out = '';
	let used = 0;
	for (const {segment} of segmenter.segment(text)) {
		const more = graphemeWidth(segment);
		if (used + more > width - 1) break;
		out += segment;
		used += more;
	}
	return `${out}…`;
}

/** The end of the text, at most `width` columns: whoever types wants to see what they type. */
export function cutStart(text: string, width: number): string {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	let out = '';
	let used = 0;
	for (const {segment} of [...segmenter.segment(text)].toReversed()) {
		const more = graphemeWidth(segment);
		if (used + more > width - 1) break;
		out = segment + out;
		used += more;
	}
	return `…${out}`;
}

/** Exactly `width` columns: cut or filled with spaces. */
export function pad(text: string, width: number): string {
	const short = cut(text, width);
	return short + ' '.repeat(Math.max(0, width - widthOf(short)));
}

export function padStart(text: string, width: number): string {
	const short = cut(text, width);
	return ' '.repeat(Math.max(0, width - widthOf(short))) + short;
}

/** Lines of at most `width` columns, broken between words where that is possible. Never empty. */
export function wrap(text: string, width: number): string[] {
	if (width <= 0) return [''];
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const joined = line === '' ? word : `${line} ${word}`;
		if (widthOf(joined) <= width) {
			line = joined;
			continue;
		}
		if (line !== '') lines.push(line);
		line = word;
		while (widthOf(line) > width) {
			const head = hardHead(line, width);
			lines.push(head);
			line = line.slice(head.length);
		}
	}
	return [...lines, line];
}

/** The longest beginning that fits; at least one grapheme, so that wrapping always ends. */
function hardHead(text: string, width: number): string {
	let out = '';
	let used = 0;
	for (const {segment} of segmenter.segment(text)) {
		const more = graphemeWidth(segment);
		if (out !== '' && used + more > width) break;
		out += segment;
		used += more;
	}
	return out;
}
