// Room: domain. Takes secrets out of text before it is shown, logged, journalled, reported or sent. A net, not a wall: known
// values in the forms they travel in, and the shapes that common credentials have. Linear: no pattern backtracks over
// more than a few hundred characters, and nothing here depends on where the text came from.

import type {Safe} from './safe.ts';

export const MASK = '‹redacted›';

/** What stands in a secret's place. `kind`: lower-case words, e.g. `github_token`. */
export type Mask = (kind: string, value: string) => string;
const plainMask: Mask = () => MASK;

/** Shorter known values would mask ordinary words and digits everywhere; they are left alone. */
const SHORTEST_SECRET = 4;
/** Parts of a value (one line of a key, one alignment of base64) only count from this length on. */
const SHORTEST_PART = 8;

/** Shapes that are a credential wherever they stand. Each begins with a fixed prefix and has bounded repeats. */
const TOKENS: readonly (readonly [kind: string, pattern: RegExp])[] = [
	['aws_key', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g],
	['github_token', /\bgh[pousr]_[A-Za-z0-9]{30,255}\b/g],
	['github_token', /\bgithub_pat_[A-Za-z0-9_]{30,255}/g],
	['gitlab_token', /\bglpat-[A-Za-z0-9_-]{20,255}/g],
	['slack_token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}/g],
	['slack_token', /\bxapp-[A-Za-z0-9-]{10,255}/g],
	['npm_token', /\bnpm_[A-Za-z0-9]{36,64}\b/g],
	['api_key', /\bsk-[A-Za-z0-9][A-Za-z0-9_-]{19,255}/g],
	['stripe_key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g],
	['google_key', /\bAIza[A-Za-z0-9_-]{35}/g],
	['webhook', /\bhooks\.slack\.com\/services\/[A-Za-z0-9/]{20,120}/g],
	// A signed JSON Web Token: three dotted parts, the first an encoded `{"`.
	['jwt', /\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{16,1000}/g],
];

/** scheme://user:password@host */
const URL_PASSWORD = /(:\/\/[^\s:@/'"<>]{0,128}:)([^\s@/'"<>]{1,256})(@)/g;
const AUTHORIZATION =
	/(authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:[A-Za-z][\w-]{0,20}[ \t]{1,4})?)([^\s"',;‹][^\s"',;]{3,4096})/gi;
const BEARER = /(\bbearer[ \t]{1,4})([A-Za-z0-9._~+/=-]{16,4096})/gi;
const NAMED =
	/((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credentials?)["']?)([ \t]{0,4}[:=][ \t]{0,4})("[^"\n]{1,512}"|'[^'\n]{1,512}'|[^\s"',;&‹]{1,512})/gi;

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_BODY = /^[\s>|"'+]{0,40}(?:[A-Za-z0-9+/=]{1,4096}|[A-Za-z-]{1,40}: .{0,400}|)["',\\nr\s]{0,8}$/;

function base64(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

/** How a value looks when something else carries it. base64 has three alignments: `user:value` encodes differently. */
function formsOf(value: string): string[] {
	const bytes = new TextEncoder().encode(value);
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
	const parts = value.split(/\r\n|[\r\n]/).map((line) => line.trim());
	if (bytes.length >= SHORTEST_PART) parts.push(hex, hex.toUpperCase());
	for (const pad of bytes.length >= SHORTEST_PART ? [0, 1, 2] : []) {
		const shifted = new Uint8Array(bytes.length + pad);
		shifted.set(bytes, pad);
		const usable = Math.floor(((bytes.length + pad) * 8) / 6);
		const encoded = base64(shifted).slice(pad === 0 ? 0 : pad + 1, usable);
		parts.push(encoded, encoded.replaceAll('+', '-').replaceAll('/', '_'));
	}
	return [...forms, ...parts.filter((part) => part.length >= SHORTEST_PART)];
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Known values rarely change while lines stream by the thousand: the last list's expression is kept. */
let cached: {readonly key: string; readonly pattern: RegExp | undefined} = {key: '', pattern: undefined};

function knownPattern(known: readonly string[]): RegExp | undefined {
	const key = known.join('\u0000');
	if (cached.key !== key) {
		const forms = new Set(known.filter((value) => value.trim().length >= SHORTEST_SECRET).flatMap(formsOf));
		const sorted = [...forms].filter((form) => form.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
		// The mask itself comes first, so that a secret such as "redacted" does not eat earlier masks.
		const pattern = sorted.length === 0 ? undefined : new RegExp([MASK, ...sorted.map(literal)].join('|'), 'g');
		cached = {key, pattern};
	}
	return cached.pattern;
}

/** A typed mask that an earlier pattern left. */
const MASKED = /^["']?\[REDACTED:[a-z_]{1,40}:\d{1,4}\]["']?$/;

/** In prose and code `token: string` is no secret; a value counts behind `=`, in quotes, or when it does not look like a word. */
function namedValue(mask: Mask, whole: string, name: string, sign: string, value: string): string {
	const quoted = /^["']/.test(value);
	const assigned = sign.includes('=') && !/[ \t]/.test(sign);
	const wordlike = /^[A-Za-z_.()[\]{}<>|-]{1,24}$/.test(value);
	if (!quoted && !assigned && (wordlike || value.length < 6)) return whole;
	if (value.includes(MASK) || MASKED.test(value)) return whole;
	if (!quoted) return `${name}${sign}${mask('secret', value)}`;
	return `${name}${sign}${value[0]}${mask('secret', value.slice(1, -1))}${value[0]}`;
}

function withoutTokens(text: string, mask: Mask): string {
	let out = text;
	for (const [kind, pattern] of TOKENS) out = out.replace(pattern, (value) => mask(kind, value));
	if (!out.includes('://')) return out;
	return out.replace(URL_PASSWORD, (_, before: string, value: string, after: string) => {
		return `${before}${mask('password', value)}${after}`;
	});
}

function redactLine(line: string, known: RegExp | undefined, mask: Mask): string {
	let out = known === undefined ? line : line.replace(known, (value) => (value === MASK ? MASK : mask('known', value)));
	// Every shape below needs one of these characters; most lines of output have none.
	if (!/[-_=:.]|AKIA|ASIA|ABIA|ACCA|AIza|bearer/i.test(out)) return out;
	out = withoutTokens(out, mask);
	const behind = (_: string, before: string, value: string) => `${before}${mask('authorization', value)}`;
	out = out.replace(AUTHORIZATION, behind).replace(BEARER, behind);
	return out.replace(NAMED, (...parts: string[]) =>
		namedValue(mask, parts[0] ?? '', parts[1] ?? '', parts[2] ?? '', parts[3] ?? ''),
	);
}

/**
 * For output that streams line by line: remembers that it is inside a private key. One redactor per stream.
 * @param known secret values; asked again for each line, because they can become known while a command runs.
 */
export function lineRedactor(known: () => readonly string[], mask: Mask = plainMask): (line: string) => string {
	let inKey = false;
	const key = () => mask('private_key', 'private key');
	return (line) => {
		const pattern = knownPattern(known());
		if (inKey) {
			const end = KEY_END.exec(line);
			if (end !== null) {
				inKey = false;
				return `${key()}${redactLine(line.slice(end.index + end[0].length), pattern, mask)}`;
			}
			if (KEY_BODY.test(line)) return key();
			// A key that never ends must not hide the rest of the output.
			inKey = false;
		}
		let out = '';
		let rest = line;
		for (let begin = KEY_BEGIN.exec(rest); begin !== null; begin = KEY_BEGIN.exec(rest)) {
			out += redactLine(rest.slice(0, begin.index), pattern, mask) + key();
			const after = rest.slice(begin.index + begin[0].length);
			const end = KEY_END.exec(after);
			if (end === null) {
				inKey = true;
				return out;
			}
			rest = after.slice(end.index + end[0].length);
		}
		return out + redactLine(rest, pattern, mask);
	};
}

/** Whether text holds the unmistakable shape of a credential: for scanning what a release adds. Names alone don't count. */
export function holdsCredential(text: string): boolean {
	return KEY_BEGIN.test(text) || withoutTokens(text, plainMask) !== text;
}

/**
 * The text with every known value and every credential-like shape replaced by `‹redacted›`. Redacting twice is the same as
 * once. @param known values of at least 4 characters; also found url-encoded, base64, hex and JSON-escaped, and line by line.
 */
export function redact(text: Safe, known?: readonly string[]): Safe;
export function redact(text: string, known?: readonly string[]): string;
export function redact(text: string, known: readonly string[] = []): string {
	return redactAs(text, known, plainMask);
}

/** The same, with what `mask` says in each secret's place. */
export function redactAs(text: string, known: readonly string[], mask: Mask): string {
	// Values that span lines go first, in one piece; then each line by itself.
	const pattern = known.some((value) => /[\r\n]/.test(value)) ? knownPattern(known) : undefined;
	const line = lineRedactor(() => known, mask);
	const hide = (value: string) => (value === MASK ? MASK : mask('known', value));
	const whole = pattern === undefined ? text : text.replace(pattern, hide);
	return whole.split('\n').map(line).join('\n');
}
