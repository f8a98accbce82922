// Secrets never come through, in any form they travel in; ordinary text does, unchanged and quickly.

import {expect, test} from 'vitest';
import {holdsCredential, lineRedactor, MASK, redact} from '../../src/domain/redact.ts';
import fc from '../kit/check.ts';

const secret = fc
	.string({unit: fc.constantFrom(...'abcdefghijkXYZ0189+/=$^.*\\"\' %&é'), minLength: 9, maxLength: 40})
	.filter((s) => s.trim().length >= 9 && !MASK.includes(s));

test('a known value is found raw, url-encoded, JSON-escaped, hex, and in base64 at any alignment', () => {
	fc.assert(
		fc.property(secret, fc.string({maxLength: 30}), fc.string({maxLength: 30}), (value, before, after) => {
			const bytes = Buffer.from(value);
			const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), bytes.toString('hex')];
			for (const form of forms) expect(redact(`${before}${form}${after}`, [value])).not.toContain(form);
			for (const user of ['', 'a', 'ab', 'abc', 'admin:']) {
				for (const coding of ['base64', 'base64url'] as const) {
					const encoded = Buffer.from(`${user}${value}`).toString(coding);
					const left = redact(`x ${encoded} y`, [value]).replaceAll(MASK, '');
					expect(Buffer.from(left, coding).toString().includes(value.slice(0, 6))).toBe(false);
					expect(left.length).toBeLessThan(user.length * 2 + 14);
				}
			}
		}),
		{numRuns: 200},
	);
});

test('redacting twice is the same as once, whatever the text', () => {
	fc.assert(
		fc.property(
			fc.string({
				unit: fc.constantFrom(...'abAK:/@=-_."\' \nBEGIN', 'password', 'token=', 'Bearer ', MASK),
				maxLength: 80,
			}),
			fc.array(secret, {maxLength: 3}),
			(text, known) => {
				const once = redact(text, known);
				expect(redact(once, known)).toBe(once);
			},
		),
		{numRuns: 500},
	);
});

const token = (prefix: string, length: number) => prefix + 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'.repeat(8).slice(0, length);
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEA75', 'x8==', '-----END RSA PRIVATE KEY-----'];

test.each([
	['an AWS key id', `id AKIA${'ABCDEFGH12345678'} here`, 'ABCDEFGH12345678'],
	['a GitHub token', `x ${token('ghp_', 36)}`, 'aB3dE6'],
	['a fine-grained GitHub token', token('github_pat_', 60), 'aB3dE6'],
	['a Slack token', token('xoxb-', 40), 'aB3dE6'],
	['an npm token', `//registry/:_authToken=${token('npm_', 36)}`, 'aB3dE6'],
	['an API key', token('sk-ant-', 50), 'aB3dE6'],
	['a JSON Web Token', `${token('eyJ', 20)}.${token('', 30)}.${token('', 43)}`, 'aB3dE6'],
	['a bearer header', `curl -H 'Authorization: Bearer ${token('', 30)}'`, 'aB3dE6'],
	['a basic header', 'authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
	['a bare bearer', `sent Bearer ${token('', 30)}`, 'aB3dE6'],
	['an assignment', 'PGPASSWORD=hunter2 psql', 'hunter2'],
	['a JSON member', '{"password": "hunter2", "user": "ana"}', 'hunter2'],
	['a YAML line', '  db_password: s3cr3t-value', 's3cr3t'],
	['a connection string', 'postgres://app:hunter2@db.internal:5432/app', 'hunter2'],
	['a connection string without user', 'redis://:hunter2@cache/0', 'hunter2'],
	['a semicolon connection string', 'Server=db;User Id=sa;Password=hunter2;', 'hunter2'],
	['a key block', KEY.join('\n'), 'MIIEow'],
	['a key block escaped into one line', JSON.stringify(KEY.join('\n')), 'MIIEow'],
])('the shape of %s is masked', (_, text, hidden) => {
	const out = redact(text);
	expect(out).toContain(MASK);
	expect(out).not.toContain(hidden);
});

test('what stands around a secret stays readable', () => {
	expect(redact('postgres://app:hunter2@db:5432/app failed')).toBe(`postgres://app:${MASK}@db:5432/app failed`);
	expect(redact('a\npassword=x1\nb')).toBe(`a\npassword=${MASK}\nb`);
	expect(redact('mysecretvalue is set', ['mysecretvalue'])).toBe(`${MASK} is set`);
});

test.each([
	'ok 12 - login rejects a wrong password',
	'token: string',
	'const token = readToken(file)',
	'expected password: required',
	'https://example.com:8080/path?x=1@2',
	'feat(auth): rotate the secret every day',
	'Basic usage of the bearer of news',
	'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
	'0123456789abcdef0123456789abcdef01234567',
	'12:30:45 a@b.example',
])('ordinary text stays as it is: %s', (text) => {
	expect(redact(text, ['unrelated-value'])).toBe(text);
});

test('text of letters and spaces alone is never changed', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom(...'abcdefghij klmnop\nqrstuvwxyz'), maxLength: 200}), (text) => {
			expect(redact(text)).toBe(text);
		}),
	);
});

test('a key that streams line by line is masked to its end, and one that never ends hides nothing else', () => {
	const line = lineRedactor(() => []);
	expect(['before', ...KEY, 'after'].map(line)).toEqual(['before', MASK, MASK, MASK, MASK, 'after']);
	const other = lineRedactor(() => []);
	expect([KEY[0] ?? '', 'AAAA', 'ok 1 - a real line of output, again'].map(other)).toEqual([
		MASK,
		MASK,
		'ok 1 - a real line of output, again',
	]);
});

test('a known value of several lines is found as a whole and line by line', () => {
	const value = 'first-line-of-it\nsecond-line-of-it';
	expect(redact(`<${value}>`, [value])).toBe(`<${MASK}>`);
	const line = lineRedactor(() => [value]);
	expect(value.split('\n').map(line)).toEqual([MASK, MASK]);
});

test('very short known values do not mask ordinary words', () => {
	expect(redact('1 of 10 tests on', ['1', 'on', ''])).toBe('1 of 10 tests on');
});

test('only unmistakable credentials count when a release is scanned', () => {
	expect(holdsCredential(`key = "${token('ghp_', 36)}"`)).toBe(true);
	expect(holdsCredential('password = request.body.password')).toBe(false);
});

test.each([
	['a', 'one letter'],
	['://a:', 'half a connection string'],
	['eyJa.', 'half a token'],
	['-----BEGIN PRIVATE KEY-----', 'beginnings of keys'],
	['password=', 'names without values'],
	['authorization: a ', 'headers'],
	['bearer ', 'bearers'],
])('time grows with the length, not with its square: %s', (unit) => {
	const time = (size: number) => {
		const text = unit.repeat(Math.ceil(size / unit.length));
		const start = performance.now();
		redact(text, ['some-secret-value']);
		return performance.now() - start;
	};
	time(20_000);
	const small = Math.min(time(50_000), time(50_000));
	const large = Math.min(time(400_000), time(400_000));
	// Eight times the text; a square would take 64 times as long. The floor keeps a busy machine from deciding.
	expect(large).toBeLessThan(Math.max(small, 4) * 24);
});
