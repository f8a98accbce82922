// Room: domain. The one door through which outside text becomes drawable. Everything a screen, a plain line or a
// report shows that came from git, a process, a config file, a metric or a model has passed `safe()`.
//
// Each dangerous character is replaced one for one by a visible one, so that columns keep their width and an attacker
// cannot hide text behind an unterminated escape (every Ink version drops the rest of such a line).

declare const safeBrand: unique symbol;
/** Text with no control, bidi, invisible or tag characters. One line unless made by `safeBlock`. */
export type Safe = string & {readonly [safeBrand]: true};

const MAX_LENGTH = 2000;
const MAX_COMBINING = 8;

function replacement(code: number): string | undefined {
	if (code === 0x1b) return '␛';
	if (code < 0x20) return String.fromCodePoint(0x2400 + code);
	if (code === 0x7f) return '␡';
	if (code >= 0x80 && code <= 0x9f) return '�';
	if (code === 0x2028 || code === 0x2029) return '␤';
	// Bidi controls and isolates, zero-width and other invisible formatting, soft hyphen, BOM, Mongolian separators.
	if (code === 0xad || code === 0x61c || code === 0x180e || code === 0xfeff) return '�';
	if (code >= 0x200b && code <= 0x200f) return code === 0x200d ? undefined : '�';
	if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f)) return '�';
	if (code >= 0xd800 && code <= 0xdfff) return '�';
	if (code >= 0xe0000 && code <= 0xe0fff) return '�';
	if ((code >= 0xfff0 && code <= 0xfffb) || (code & 0xfffe) === 0xfffe) return '�';
	return undefined;
}

const COMBINING = /\p{M}/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;

function clean(text: string, limit: number): Safe {
	let out = '';
	let combining = 0;
	let previous = '';
	let count = 0;
	for (const char of text) {
		if (count++ >= limit) return `${out}…` as Safe;
		const code = char.codePointAt(0) ?? 0xfffd;
		const swap = replacement(code);
		if (swap !== undefined) {
			out += swap;
			previous = '';
			combining = 0;
			continue;
		}
		// A joiner is honest only behind a pictograph (or its variation selector): elsewhere it hides things.
		if (code === 0x200d && !PICTOGRAPH.test(previous) && previous !== '️') {
			out += '�';
			continue;
		}
		combining = COMBINING.test(char) && code !== 0xfe0f ? combining + 1 : 0;
		if (combining > MAX_COMBINING) continue;
		out += char;
		if (combining === 0) previous = char;
	}
	return out as Safe;
}

/** One line of drawable text, at most `limit` code points (an ellipsis marks a cut). */
export function safe(text: string, limit = MAX_LENGTH): Safe {
	return clean(text, limit);
}

/** Several lines, each safe; CR, CRLF and LF end a line and tabs become four spaces. */
export function safeLines(text: string, limit = MAX_LENGTH): Safe[] {
	return text.split(/\r\n|[\n\r]/).map((line) => clean(line.replaceAll('\t', '    '), limit));
}
