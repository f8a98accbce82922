// Room: tests. Everything around the ranker that asks, with a real server, a real folder and a consent that is given.

import {join} from 'node:path';
import {vi} from 'vitest';
import {type ClaudeParts, claude} from '../../../src/adapters/ai/claude.ts';
import {consentFor} from '../../../src/adapters/ai/consent.ts';
import {openTrustStore} from '../../../src/adapters/project/trust.ts';
import {type AiSettings, DEFAULT_AI} from '../../../src/domain/ai.ts';
import type {RankedFeature} from '../../../src/domain/feature.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {clampRanking} from '../../../src/domain/selection/clamp.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import {fakeClock} from '../../kit/clock.ts';
import {type FakeAi, fakeAi, type Step} from '../../kit/fake-ai.ts';
import {feature, finding} from '../../kit/features.ts';
import {tempFolder} from '../../kit/temp.ts';

export const features = [
	feature('crash', {subject: 'fix: crash when the basket is empty'}),
	feature('basket', {subject: 'fix(basket): round to cents', scope: 'basket'}),
	feature('search', {kind: 'feat', subject: 'feat(search): by colour'}),
	feature('orders', {kind: 'feat', subject: 'feat(orders): export', findings: [finding('config', 'caution')]}),
	feature('schema', {kind: 'feat', subject: 'feat: drop the old table', findings: [finding('schema', 'danger')]}),
];
export const rules = rankFeatures(features, {patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES});

export interface Setting {
	readonly settings?: Partial<AiSettings>;
	readonly parts?: Partial<ClaudeParts>;
	readonly allowed?: boolean;
	readonly stateFolder?: string;
}

/** The SDK reads the environment of its process. */
export function within(env: Readonly<Record<string, string>>): void {
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

export async function ranker(ai: FakeAi | undefined, setting: Setting = {}) {
	const root = tempFolder();
	const stateFolder = setting.stateFolder ?? join(tempFolder(), '.orchestra');
	const settings = {...DEFAULT_AI, ...setting.settings};
	const consent = consentFor(root, openTrustStore({folder: join(tempFolder(), 'state')}), settings);
	if (setting.allowed ?? true) await consent.give(true);
	if (ai) within(ai.env);
	const clock = fakeClock();
	const made = claude({
		settings,
		env: process.env,
		stateFolder,
		clock,
		consent,
		allowedByFile: async () => false,
		mayAsk: false,
		secrets: async () => [],
		...setting.parts,
	});
	const told: string[] = [];
	const rank = (ranked: readonly RankedFeature[] = rules, signal = new AbortController().signal) =>
		made.rank(ranked, signal, async (text) => void told.push(text));
	return {made, rank, told, consent, stateFolder, clock};
}

/** Asks once, and clamps as the stage does. */
export async function asked(step: Step | readonly [Step, ...Step[]], setting: Setting = {}) {
	const steps = 'kind' in step ? ([step] as const) : step;
	const ai = await fakeAi(...steps);
	const {rank, stateFolder, told} = await ranker(ai, setting);
	const answer = await rank();
	return {ai, answer, stateFolder, told, ranked: clampRanking(rules, answer.features)};
}
