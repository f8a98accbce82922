// Room: adapters. The ranker that asks Claude once, when a person allowed it, the credentials are there and the budget holds.
// Whatever goes wrong, the rules' ranking stands and one line says why. It has no tools and changes nothing by itself: its
// answer is a proposal that the clamp (domain/selection/clamp.ts) cuts down to caution and words.

import {randomUUID} from 'node:crypto';
import {join} from 'node:path';
import {type AiSettings, costOf, dollars, priceOf, RETIRING} from '../../domain/ai.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import {BUCKETS} from '../../domain/feature.ts';
import {safe} from '../../domain/safe.ts';
import {MOST_RAISE} from '../../domain/selection/clamp.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Ranked, Ranker} from '../../ports/ranker.ts';
import {type Answer, proposal, readAnswer} from './answer.ts';
import {keyOf, openCache} from './cache.ts';
import {type AiRequest, type Asked, ask, DEADLINE_MS, NoAnswer, RETRIES, requestFor} from './client.ts';
import type {Consent} from './consent.ts';
import {credentialsFrom, type Env, hostOf, secretsOf} from './credentials.ts';
import {openLedger} from './ledger.ts';
import {type Payload, payloadOf, wordsOf} from './payload.ts';
import {MOST_OUTPUT_TOKENS} from './prompt.ts';

export interface ClaudeParts {
	readonly settings: AiSettings;
	readonly env: Env;
	/** `.orchestra`: it exists and is ours by the time something is ranked. */
	readonly stateFolder: string;
	readonly clock: Clock;
	readonly consent: Consent;
	/** The project file says `on`, and a person trusted the file. */
	readonly allowedByFile: () => Promise<boolean>;
	/** A person sits there who may be asked. */
	readonly mayAsk: boolean;
	/** Values of the project's env files. */
	readonly secrets: () => Promise<readonly string[]>;
	/** For everything together; default 20 s. */
	readonly deadlineMs?: number;
}

/** Why no model takes part, before anything is prepared. */
export type Standing =
	| {readonly on: true; readonly from: string}
	| {readonly on: false; readonly why: string; readonly ask?: true; readonly wanted?: true};

export async function standingOf(
	parts: Pick<ClaudeParts, 'settings' | 'env' | 'consent' | 'allowedByFile'>,
): Promise<Standing> {
	const {settings, env, consent, allowedByFile} = parts;
	if (settings.enabled === 'off') return {on: false, why: 'ai.enabled is off'};
	const from = await credentialsFrom(env);
	const wanted = settings.enabled === 'on' ? {wanted: true as const} : {};
	if (from === undefined) return {on: false, why: 'no credentials', ...wanted};
	const given = await consent.given();
	if (given === true || (given === undefined && (await allowedByFile()))) return {on: true, from};
	if (given === false) return {on: false, why: 'you said no here (orchestra config set ai.enabled on allows it)'};
	return {on: false, why: 'nobody here has allowed it yet (orchestra config set ai.enabled on)', ask: true, ...wanted};
}

/** On the high side: today's tokenizers make more tokens of a text than older ones, and of names more than of prose. */
const tokensOfText = (characters: number): number => Math.ceil(characters / 2.5);

export interface Estimate {
	readonly tokens: {readonly input: number; readonly output: number};
	/** US dollars, for one attempt. */
	readonly usd: number;
	/** False: no price is known, and the figure is an assumption on the dear side. */
	readonly known: boolean;
}

export function estimateOf(request: AiRequest, settings: AiSettings): Estimate {
	const tokens = {input: tokensOfText(JSON.stringify(request).length), output: MOST_OUTPUT_TOKENS};
	const price = priceOf(settings);
	return {tokens, usd: costOf(price, tokens), known: price.known};
}

const whole = (n: number) => n.toLocaleString('en-US');

export function claude(parts: ClaudeParts): Ranker {
	const {settings, env, stateFolder, clock, consent} = parts;
	const cache = openCache(join(stateFolder, 'cache', 'ai'));
	const ledger = openLedger(join(stateFolder, 'ai'), settings.caps);
	const {model} = settings;

	async function answerTo(payload: Payload, signal: AbortSignal, say: (text: string) => Promise<void>) {
		const key = keyOf(payload, model);
		const kept = await cache.get(key);
		if (kept?.warnings.every(({place}) => place < payload.sent.length))
			return {answer: kept, cost: 'answered before, $0'};
		const words = wordsOf(payload);
		const request = requestFor(model, words);
		const estimate = estimateOf(request, settings);
		// Each attempt may cost, whatever becomes of it.
		const reserved = await ledger.reserve(randomUUID(), estimate.usd * (1 + RETRIES), clock.now());
		if (!reserved.ok) throw new NoAnswer(reserved.why);
		const price = priceOf(settings);
		const pay = (asked: Pick<Asked, 'lost'> & {tokens?: Asked['tokens']}) => {
			const usd = asked.lost * estimate.usd + (asked.tokens === undefined ? 0 : costOf(price, asked.tokens));
			return reserved.reservation.settle(usd);
		};
		await say(`Claude (${model}) reads ${payload.sent.length} features; at most ${DEADLINE_MS / 1000} s`);
		let asked: Asked;
		try {
			asked = await ask(request, signal, parts.deadlineMs);
		} catch (error) {
			await pay(error instanceof NoAnswer ? error : {lost: 1 + RETRIES});
			throw error;
		}
		await pay(asked);
		const answer = readAnswer(asked.text, words.ids);
		if (answer === undefined) throw new NoAnswer('the answer does not have the shape that was asked for');
		await cache.put(key, model, answer);
		const {input, output} = asked.tokens;
		const usd = price.known ? dollars(costOf(price, asked.tokens)) : 'price unknown';
		return {answer, cost: `${whole(input)} tokens in, ${whole(output)} out, ${usd}`};
	}

	async function rank(
		features: readonly RankedFeature[],
		signal: AbortSignal,
		say: (text: string) => Promise<void> = async () => undefined,
	): Promise<Ranked> {
		const off = (why: string, tell: {tell?: 'warning'}): Ranked => ({
			features,
			by: 'rules',
			note: `AI off: ${why}`,
			...tell,
		});
		if (features.length === 0) return off('nothing waits', {});
		const standing = await standingOf(parts);
		if (!standing.on) return off(standing.why, standing.wanted ? {tell: 'warning'} : {});
		try {
			// A scanner that fails, or an env file that cannot be read: then nobody knows what must not be sent.
			const prepared = async () => payloadOf(features, [...secretsOf(env), ...(await parts.secrets())]);
			const payload = await prepared().catch(() => {
				throw new NoAnswer('secrets could not be looked for, so nothing was sent');
			});
			const {answer, cost} = await answerTo(payload, signal, say);
			const read = proposal(payload.features, answer);
			const all = [...read, ...features.slice(read.length)];
			return {
				features: all,
				by: 'claude',
				note: noteOf(model, payload, answer, cost),
				tell: 'info',
				summary: answer.summary,
			};
		} catch (error) {
			signal.throwIfAborted();
			return off(error instanceof NoAnswer ? error.message : 'it failed unexpectedly', {tell: 'warning'});
		}
	}

	return {
		async question() {
			if (!parts.mayAsk) return undefined;
			const standing = await standingOf(parts);
			if (standing.on || standing.ask === undefined) return undefined;
			return {
				question: safe('May Claude read what waits here, and warn about it?'),
				details: consentLines(settings, env, (await credentialsFrom(env)) ?? 'no credentials').map((line) =>
					safe(line),
				),
			};
		},
		allow: (yes) => consent.give(yes),
		rank,
	};
}

function noteOf(model: string, payload: Payload, answer: Answer, cost: string): string {
	const warned = new Set(answer.warnings.map(({place}) => place)).size;
	const left = payload.left > 0 ? ` of ${payload.sent.length + payload.left}` : '';
	const retiring = Object.hasOwn(RETIRING, model) ? `; the model ends on ${RETIRING[model]}` : '';
	return `Claude (${model}) read ${payload.sent.length}${left} features and warned about ${warned}; ${cost}${retiring}`;
}

/** What a person agrees to. */
function consentLines(settings: AiSettings, env: Env, from: string): string[] {
	const {perRun, perDay, perMonth} = settings.caps;
	return [
		`Sent to ${hostOf(env)} (${settings.model}, with ${from}): titles and beginnings of commit messages, names of changed files, what was found in them, and counts. Not sent: code, diffs, names of people, anything that looks like a secret.`,
		'See it: orchestra deploy --ai-preview',
		`It may warn: raise a risk by up to ${MOST_RAISE * 100} %, and move a feature towards “${BUCKETS.at(-1)}”. It decides nothing.`,
		`It costs at most ${dollars(perRun)} a deployment, ${dollars(perDay)} a day, ${dollars(perMonth)} a month here.`,
		'Remembered for this repository on this machine; orchestra config set ai.enabled off ends it.',
	];
}
