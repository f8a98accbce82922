// Which headers cross the front door: rules that hold for any header list.

import {expect, test} from 'vitest';
import {headerText, requestHeaders, responseHeaders} from '../../src/gateway/headers.ts';
import fc from '../kit/check.ts';

const HOP = ['Connection', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade'];
const name = fc.oneof(
	fc.constantFrom(...HOP, 'Host', 'Content-Length', 'X-Forwarded-For', 'Accept', 'Cookie', 'X-Orchestra-Slot'),
	fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/),
);
const value = fc.oneof(
	fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
	fc.constantFrom('close', 'X-A, x-b', 'host, content-length'),
);
const rawHeaders = fc.array(fc.tuple(name, value), {maxLength: 12}).map((pairs) => pairs.flat());
const names = (raw: readonly string[]) => raw.filter((_, i) => i % 2 === 0).map((text) => text.toLowerCase());

function namedBy(raw: readonly string[]): string[] {
	return raw.flatMap((text, i) =>
		i % 2 === 0 && text.toLowerCase() === 'connection'
			? (raw[i + 1] ?? '').split(',').map((token) => token.trim().toLowerCase())
			: [],
	);
}

test('no hop-by-hop header crosses, in either direction, whatever it is called or named by', () => {
	fc.assert(
		fc.property(rawHeaders, (raw) => {
			const gone = new Set([...HOP.map((hop) => hop.toLowerCase()), ...namedBy(raw)]);
			for (const kept of ['', 'host', 'content-length', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'])
				gone.delete(kept);
			const peer = {address: '203.0.113.5', secure: false};
			for (const out of [requestHeaders(raw, peer), responseHeaders(raw, [])]) {
				expect(out.length % 2).toBe(0);
				expect(names(out).filter((kept) => gone.has(kept))).toEqual([]);
				expect(names(out)).not.toContain('x-orchestra-slot');
			}
		}),
		{numRuns: 500},
	);
});

test('what a message needs cannot be dropped by naming it in Connection', () => {
	const raw = ['Host', 'a', 'Content-Length', '3', 'Connection', 'host, content-length, x-gone', 'X-Gone', '1'];
	const out = requestHeaders(raw, {address: '203.0.113.5', secure: false});
	expect(out.slice(0, 4)).toEqual(['Host', 'a', 'Content-Length', '3']);
	expect(names(out)).not.toContain('x-gone');
});

test('only a proxy on this machine is believed about who the client is', () => {
	const raw = [
		'Host',
		'a',
		'X-Forwarded-For',
		'198.51.100.1',
		'X-Forwarded-Proto',
		'https',
		'Forwarded',
		'for=1.2.3.4',
	];
	const far = requestHeaders(raw, {address: '203.0.113.5', secure: false});
	expect(far).toEqual([
		'Host',
		'a',
		'x-forwarded-for',
		'203.0.113.5',
		'x-forwarded-proto',
		'http',
		'x-forwarded-host',
		'a',
	]);
	const near = requestHeaders(raw, {address: '::ffff:127.0.0.1', secure: false});
	expect(near).toContain('198.51.100.1, ::ffff:127.0.0.1');
	expect(near).toContain('https');
	expect(near).toContain('for=1.2.3.4');
});

test('any release name can stand in a header', () => {
	fc.assert(fc.property(fc.string({unit: 'binary'}), (text) => /^[\x21-\x7e]*$/.test(headerText(text))));
});
