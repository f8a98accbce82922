// What leaves this machine: only what a person would see, without secrets, between fences that nobody could have forged.

import {afterEach, expect, test, vi} from 'vitest';
import {requestFor} from '../../../src/adapters/ai/client.ts';
import {LIMITS, payloadOf, wordsOf} from '../../../src/adapters/ai/payload.ts';
import {scrub} from '../../../src/adapters/ai/scrub.ts';
import {withoutSecrets} from '../../../src/adapters/ai/secrets.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import fc from '../../kit/check.ts';
import {nothing} from '../../kit/fake-ai.ts';
import {change, feature} from '../../kit/features.ts';
import {asked, rules} from './kit.ts';

afterEach(() => vi.unstubAllEnvs());

const ranked = (...features: readonly ReturnType<typeof feature>[]) =>
	rankFeatures(features, {patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES});
const withBody = (body: string, files?: readonly string[], name = 'one') =>
	feature(name, {changes: [{...change(name, files === undefined ? {} : {files}), body}]});
const words = async (...features: readonly ReturnType<typeof feature>[]) =>
	wordsOf(await payloadOf(ranked(...features), [])).text;

test('the request, byte by byte, but for what is new in each', async () => {
	let n = 0;
	const request = requestFor(
		'claude-haiku-5-5',
		wordsOf(await payloadOf(rules, []), () => (++n).toString(16).padStart(16, '0')),
	);
	expect(request).toMatchSnapshot();
});

test('the headers, and nothing of this repository in them', async () => {
	const {ai} = await asked(nothing);
	const {host: _host, 'content-length': _length, ...headers} = ai.seen[0]?.headers ?? {};
	expect(Object.keys(headers).sort()).toMatchSnapshot();
	expect(headers['x-stainless-retry-count']).toBe('0');
});

test('ids and fences are new in each request, and the content is the same', async () => {
	const payload = await payloadOf(rules, []);
	const [one, two] = [wordsOf(payload), wordsOf(payload)];
	expect(new Set([...one.ids, ...two.ids]).size).toBe(10);
	const plain = (text: string) => text.replace(/f?[0-9a-f]{16}/g, '#');
	expect(plain(one.text)).toBe(plain(two.text));
	for (const {
		feature: {id},
	} of rules)
		expect(one.text).not.toContain(id);
});

test('a word that the text has is never a key', async () => {
	const guesses = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'];
	const tries = [...guesses, ...Array.from({length: 40}, (_, i) => i.toString(16).padStart(16, '0'))];
	const {text, ids} = wordsOf(
		{...(await payloadOf(rules, [])), sent: [{facts: '', spans: [{name: 'title', text: guesses.join(' ')}]}]},
		() => tries.shift() ?? '',
	);
	expect(ids).toEqual(['f0000000000000000']);
	expect(text).toContain('⟦0000000000000001⟧');
});

/** Attempts at leaving the fence: lines that look like ours, the marks themselves, and what hides. */
const forged = fc.constantFrom(
	'⟦',
	'⟧',
	'/',
	'FEATURE f0',
	'\n',
	'\r',
	'\u2028',
	'\u0085',
	'| ',
	'a1b2',
	'<!--',
	'-->',
	'\u200b',
	'\u202e',
	'\u001b[2J',
	'\0',
	'system:',
	' ',
);
test('whatever the text: every line of it is marked, and the marks of fences are ours', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(forged, {maxLength: 40}),
			fc.string({unit: 'binary', maxLength: 60}),
			async (parts, noise) => {
				const text = await words({...withBody(`${parts.join('')}${noise}`), title: 'x' as never});
				let open: string | undefined;
				for (const line of text.split('\n')) {
					const begin = /^[a-z]+ ⟦([0-9a-f]{16})⟧$/.exec(line);
					if (open === undefined) {
						if (begin) open = begin[1];
						else expect(line).toMatch(/^(?:1 features wait\. .*|FEATURE f[0-9a-f]{16}|bucket: .*|Answer now\.|)$/);
					} else if (line === `⟦/${open}⟧`) open = undefined;
					else expect(line).toMatch(/^\| [^⟦⟧\p{C}]*$/u);
				}
				expect(open).toBeUndefined();
			},
		),
		{numRuns: 60},
	);
});

test('what is invisible, commented out or an address does not go', () => {
	expect(scrub('a\u200bb\u00adc \u202eevil\u202c \u{e0041}\u{e0042}')).toBe('abc evil');
	expect(scrub('see <!-- ignore <!-- all --> this --> that')).toBe('see  this --> that');
	expect(scrub('<!<!-- x -->-- hidden --> shown')).toBe('shown');
	expect(scrub('tail <!-- never closed')).toBe('tail');
	expect(scrub('\u001b[31mred\u001b]0;title\u0007 \u009b1m')).toBe('red 1m');
	expect(scrub('ask Jo <jo.doe+x@mail.example.com>')).toBe('ask Jo <[email]>');
	expect(scrub('\u3164\u115f\u2800\ufe0f')).toBe('');
});

const random = 'kJ8x2LmQ9vR4tY7wZ1aBcD3eF';
test.each([
	['a GitHub token', 'ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9', 'github'],
	['an AWS key', 'AKIAABCDEFGH12345678', 'aws'],
	['an Anthropic key', `sk-ant-api03-${'a1B2'.repeat(23)}-AAAAAAAA`, 'a'],
	['a connection string', 'postgres://app:hunter2hunter2@db.example.com/app', ''],
	['a password in words', 'password: "correct horse battery"', 'secret'],
	['a value behind =', 'API_KEY=abcdef123456', 'secret'],
	['a bearer', 'Authorization: Bearer abcdefghijklmnopqrstuvwx', ''],
	['something random', random, 'random'],
	['a key in hex', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'hex'],
	['a known value', 'tr0ub4dor', 'known'],
])('%s does not go, wherever it stands', async (_, secret, kind) => {
	const value = secret.replace(/^(?:password: "|API_KEY=|Authorization: Bearer )/, '').replace(/"$/, '');
	const [one = '', two = '', other = ''] = await withoutSecrets(
		[`it is ${secret} here`, secret, 'nothing here'],
		['tr0ub4dor'],
	);
	for (const text of [one, two]) {
		expect(text).not.toContain(value);
		expect(text).toMatch(new RegExp(`\\[REDACTED:${kind}[a-z_]*:\\d\\]`));
	}
	// The same secret has the same name everywhere.
	expect(/\[REDACTED:[a-z_]+:\d\]/.exec(one)?.[0]).toBe(/\[REDACTED:[a-z_]+:\d\]/.exec(two)?.[0]);
	expect(other).toBe('nothing here');
});

test('keys in blocks, also without an end, and secrets that hide behind what is invisible', async () => {
	const block =
		'-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz';
	const text = await words(
		withBody(`${block}\n\nIt is rotated.`),
		withBody('gh\u200bp_aB3dE6gH9jK2<!-- x -->mN5pQ8sT1vW4yZ7aB3dE6gH9', undefined, 'two'),
	);
	expect(text).not.toMatch(/b3Blb|AAAAE|aB3dE6/);
	expect(text).toContain('It is rotated.');
});

test('people, lock files, keys and binaries are not named; lengths are bounded', async () => {
	const body = `Why: it was slow.\n\nSigned-off-by: Jo Doe <jo@example.com>\nCo-authored-by: Al <al@example.com>\n(cherry picked from commit ${'a'.repeat(40)})`;
	const files = [
		'src/a.ts',
		'.env.production',
		'config/id_rsa',
		'certs/server.pem',
		'package-lock.json',
		'logo.png',
		'yarn.lock',
	];
	const text = await words(withBody(body, files));
	expect(text).toContain('Why: it was slow.');
	expect(text).toContain('src/a.ts');
	expect(text).toContain('and 6 more');
	expect(text).not.toMatch(/Jo Doe|Al|example\.com|\.env|id_rsa|server\.pem|package-lock|logo|yarn|aaaa|Ada/);
	const long = await words(
		withBody(
			'word '.repeat(10_000),
			Array.from({length: 500}, (_, i) => `src/${i}/${'x'.repeat(300)}.ts`),
		),
	);
	expect(long.length).toBeLessThan(LIMITS.body + LIMITS.files * (LIMITS.path + 3) + 1200);
	const many = Array.from({length: 300}, (_, i) =>
		feature(`n${i}`, {changes: [{...change(`n${i}`), body: 'word '.repeat(200)}]}),
	);
	const payload = await payloadOf(ranked(...many), []);
	expect(payload.sent.length + payload.left).toBe(300);
	expect(wordsOf(payload).text.length).toBeLessThan(LIMITS.characters + 10_000);
});
