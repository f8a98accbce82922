// Room: cli. `orchestra deploy --ai-preview`: exactly what would be sent to Claude, and what it may cost. Nothing is sent,
// and no key is needed.

import {rulesOnly} from '../../adapters/ai/rules-only.ts';
import {dollars} from '../../domain/ai.ts';
import {drawableJson} from '../../domain/drawable-json.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {safeLines} from '../../domain/safe.ts';
import {faultLines} from '../../headless/summary.ts';
import {aiParts, openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';
import type {DeployOptions} from './deploy.ts';
import {perform} from './perform.ts';

export async function aiPreview(io: Io, options: DeployOptions): Promise<ExitCode> {
	const place = await openWorkplace(io, {port: options.port, readOnly: true});
	let seen: readonly RankedFeature[] = [];
	const byRules = rulesOnly('AI off: only a preview');
	const ranker = {
		rank: async (...[features, signal]: Parameters<typeof byRules.rank>) => {
			seen = features;
			return byRules.rank(features, signal);
		},
	};
	const {base, dev, strategy} = options;
	const named = {...(base === undefined ? {} : {base}), ...(dev === undefined ? {} : {dev})};
	const choice = {...named, ...(strategy === undefined ? {} : {strategy}), ranker};
	const ending = await perform(io, place, choice, 'lines', 'plan', (live) => live.ended);
	// A plan may stop at a conflict that a person has to decide; what would be asked is known before that.
	if (seen.length === 0 && ending.fault !== undefined) {
		if (options.json) io.out(drawableJson({schemaVersion: 1, type: 'fault', fault: ending.fault}));
		for (const line of faultLines(ending.fault, undefined, 20)) io.err(line);
		return ending.exit;
	}
	const {previewOf} = await import('../../adapters/ai/preview.ts');
	const preview = await previewOf(seen, aiParts(place, io.env, {mayAsk: false, trusted: options.trust}));
	const {request, host, features, left, estimate, attempts, standing} = preview;
	const {tokens, usd, known} = estimate;
	if (options.json) {
		const cost = {usdPerAttempt: usd, attempts, priceKnown: known};
		const on = standing.on ? {on: true} : {on: false, why: standing.why};
		io.out(drawableJson({schemaVersion: 1, type: 'ai.preview', host, features, left, tokens, cost, now: on, request}));
		return EXIT.ok;
	}
	const {system, messages, ...rest} = request;
	const price = known ? '' : ' (no price is known for this model: an assumption on the dear side)';
	const head = [
		`Would go to       ${host}, model ${request.model}`,
		`features          ${features}${left > 0 ? `, and ${left} more are not sent` : ''}`,
		`tokens            about ${tokens.input.toLocaleString('en-US')} in, at most ${tokens.output.toLocaleString('en-US')} out`,
		`cost              at most ${dollars(usd)} an attempt, ${attempts} attempts${price}`,
		`now               ${standing.on ? `on, with ${standing.from}` : `off: ${standing.why}`}`,
		'besides           the credentials in the Authorization header; the name and version of the SDK, Node and this system',
		'Nothing was sent. Ids and the keys between ⟦ and ⟧ are new in each request; all else is exactly what would be sent.',
	];
	const text = messages.map(({content}) => (typeof content === 'string' ? content : '')).join('\n');
	const blocks: readonly (readonly [string, string])[] = [
		['system', typeof system === 'string' ? system : ''],
		['user', text],
		['the rest of the request', JSON.stringify(rest)],
	];
	for (const line of head) for (const shown of safeLines(line)) io.out(shown);
	for (const [name, block] of blocks) {
		io.out('');
		io.out(`──── ${name}`);
		for (const shown of safeLines(block, 100_000)) io.out(shown);
	}
	return EXIT.ok;
}
