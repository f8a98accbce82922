// Room: adapters. Takes secrets out of everything that is to be sent, in one pass over all of it: the scanner's rules, our
// own patterns, and whatever looks random. A failure here means that nothing is sent.
//
// The same secret gets the same placeholder within a request, so that a reader can still see that two texts speak of one.

import {type Mask, redactAs} from '../../domain/redact.ts';

const PLACEHOLDER = /^\[REDACTED:[a-z_]{1,40}:\d{1,4}\]$/;
/** Between the texts while they are one; scrub() has removed every other one. */
const SEPARATOR = '\n\0\n';
/** Object ids go too: nobody needs them to judge a change, and a key of 64 hex digits looks no different. */
const HEX = /\b[0-9a-f]{32,}\b/gi;
const WORD = /[A-Za-z0-9+_=-]{20,}/g;
/** Bits per character; English and identifiers stay well below, base64 of random bytes well above. */
const RANDOM = 3.8;

function entropy(text: string): number {
	const counts = new Map<string, number>();
	for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
	return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0);
}

const several = (text: string, pattern: RegExp) => (text.match(pattern)?.length ?? 0) >= 2;
const looksRandom = (word: string) =>
	several(word, /[0-9]/g) && several(word, /[a-z]/g) && several(word, /[A-Z]/g) && entropy(word) >= RANDOM;

function numbered(): Mask {
	const seen = new Map<string, string>();
	const counts = new Map<string, number>();
	return (kind, value) => {
		if (PLACEHOLDER.test(value)) return value;
		const before = seen.get(value);
		if (before !== undefined) return before;
		const n = (counts.get(kind) ?? 0) + 1;
		counts.set(kind, n);
		const made = `[REDACTED:${kind}:${n}]`;
		seen.set(value, made);
		return made;
	};
}

/** Kind from the name of a scanner's rule: `@secretlint/secretlint-rule-github` → `github`. */
const kindOf = (rule: string) =>
	rule
		.replace(/^.*secretlint-rule-/, '')
		.replace(/[^a-z]+/gi, '_')
		.toLowerCase()
		.slice(0, 40);

async function scanned(text: string, mask: Mask): Promise<string> {
	const [{lintSource}, {creator}] = await Promise.all([
		import('@secretlint/core'),
		import('@secretlint/secretlint-rule-preset-recommend'),
	]);
	const {messages} = await lintSource({
		source: {content: text, filePath: 'text.txt', contentType: 'text', ext: '.txt'},
		options: {
			config: {rules: [{id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {}}]},
			noPhysicFilePath: true,
		},
	});
	const spans = messages
		.map(({range: [start, end], ruleId}) => ({start, end, kind: kindOf(ruleId)}))
		.sort((a, b) => a.start - b.start || b.end - a.end);
	let out = '';
	let at = 0;
	for (const {start, end, kind} of spans) {
		if (end <= at) continue;
		const from = Math.max(at, start);
		out += text.slice(at, from) + mask(kind, text.slice(from, end));
		at = end;
	}
	return out + text.slice(at);
}

/**
 * The same texts, in the same order, without secrets.
 * @param texts as scrub() leaves them. @param known values that are secret here: of env files and of the credentials.
 */
export async function withoutSecrets(texts: readonly string[], known: readonly string[]): Promise<string[]> {
	const mask = numbered();
	const whole = texts.map((text) => text.replaceAll('\0', '')).join(SEPARATOR);
	let out = await scanned(whole, mask);
	out = redactAs(out, known, mask);
	out = out.replace(HEX, (value) => mask('hex', value));
	out = out.replace(WORD, (value) => (looksRandom(value) ? mask('random', value) : value));
	const parts = out.split(SEPARATOR);
	// A mask that swallowed a separator would give one text's words to another.
	if (parts.length !== texts.length) throw new Error('the secret scanner lost its place');
	return parts;
}
