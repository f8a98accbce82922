// What a person allowed, they allowed on these terms, for this repository: a file that changes the terms asks anew.

import {expect, test} from 'vitest';
import {consentFor} from '../../../src/adapters/ai/consent.ts';
import {openTrustStore} from '../../../src/adapters/project/trust.ts';
import {type AiSettings, DEFAULT_AI} from '../../../src/domain/ai.ts';
import {tempFolder} from '../../kit/temp.ts';

test.each<[string, Partial<AiSettings>, boolean | undefined]>([
	['whether it is on is no term', {enabled: 'on'}, true],
	['another model', {model: 'claude-opus-5-5'}, undefined],
	['higher caps', {caps: {...DEFAULT_AI.caps, perMonth: 10_000}}, undefined],
	['prices that make the caps blind', {prices: {'claude-haiku-5-5': {input: 0, output: 0}}}, undefined],
])('%s', async (_, change, given) => {
	const [root, store] = [tempFolder(), openTrustStore({folder: tempFolder()})];
	await consentFor(root, store, DEFAULT_AI).give(true);
	expect(await consentFor(root, store, {...DEFAULT_AI, ...change}).given()).toBe(given);
	expect(await consentFor(tempFolder(), store, DEFAULT_AI).given()).toBeUndefined();
});

test('a yes said again and again is one answer, and a no is always heard', async () => {
	const hashes = new Set<string>();
	const store = {
		isTrusted: async (hash: string) => hashes.has(hash),
		trust: async (hash: string) => void hashes.add(hash),
	};
	const consent = consentFor(tempFolder(), store, DEFAULT_AI);
	for (let time = 0; time < 150; time++) await consent.give(true);
	expect(await consent.given()).toBe(true);
	for (let time = 0; time < 120; time++) {
		await consent.give(false);
		expect(await consent.given()).toBe(false);
		await consent.give(true);
	}
});
