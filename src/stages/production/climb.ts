// Room: stages. One weight of a rollout: route, watch, judge. What the gate cannot decide a person does, and while they
// think the watch goes on.

import type {Judgement} from '../../domain/analysis/judge.ts';
import type {DecisionRequest} from '../../domain/decision.ts';
import type {ProductionReport} from '../../domain/release.ts';
import type {RolloutStep} from '../../domain/rollout/strategy.ts';
import {safe} from '../../domain/safe.ts';
import type {Movement, Stand} from '../stage.ts';
import {giveBack, rollBack, takeDown} from './back.ts';
import {allOn, observe, type ProductionPorts, split} from './ports.ts';
import {addWindows, type Rollout} from './rollout.ts';
import {beginWatch, type Watched, watch} from './watch.ts';

/** Undefined: go on with the next weight. `nth`: how often this weight has been watched from the beginning. */
export async function climb(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	step: RolloutStep,
	nth = 1,
): Promise<Movement<ProductionReport> | undefined> {
	const {slot} = rollout;
	const stable = rollout.stable ?? slot;
	const weights = rollout.stable === undefined ? allOn(slot) : split(slot, step.weight);
	await stand.step({
		key: `route.${step.weight}`,
		title: `Route ${step.weight} % to ${rollout.release} (${slot})`,
		isDone: async () => ((await observe(ports)).weights[slot] === step.weight ? {weights} : undefined),
		apply: async () => {
			await ports.target.route({weights, stable, fence: stand.fence, leaseSeconds: ports.strategy.leaseSeconds});
			return {weights};
		},
	});
	rollout.moved = true;
	await stand.emit({type: 'route.changed', weights, stable});

	const seen = await watchOrAsk(ports, stand, rollout, step);
	if ('options' in seen) {
		if (rollout.stable !== undefined) await giveBack(ports, stand, rollout, rollout.stable);
		return {kind: 'held', request: seen};
	}
	rollout.candidate = addWindows(rollout.candidate, seen.candidate);
	rollout.baseline = addWindows(rollout.baseline, seen.baseline);
	await stand.emit({type: 'gate.judged', gate: safe(`${step.weight} %`), judgement: seen.judgement});
	if (seen.judgement.verdict !== 'stop') return undefined;
	if (rollout.stable !== undefined) return rollBack(ports, stand, rollout, seen.judgement);

	const request = firstReleaseQuestion(rollout.release, seen.judgement, nth);
	const answer = await stand.ask(request);
	if (answer === undefined) return {kind: 'held', request};
	if (answer === 'take down') return takeDown(ports, stand, rollout, seen.judgement);
	return climb(ports, stand, rollout, step, nth + 1);
}

/** Until the gate has spoken, or a person for it. A request: nobody did. */
async function watchOrAsk(
	ports: ProductionPorts,
	stand: Stand,
	{slot}: Rollout,
	step: RolloutStep,
): Promise<Watched | DecisionRequest> {
	const patience = step.watchSeconds + ports.strategy.holdAfterSeconds;
	// One window over the whole step: what was seen before a question counts after it as well.
	const since = await beginWatch(ports, stand);
	for (let round = 1; ; round++) {
		const seen = await watch(ports, stand, {slot, step, since, limitSeconds: patience * Math.min(round, 2)});
		if (!seen.thin) return seen;
		const request = thinQuestion(step.weight, seen.judgement, round);
		let later: Watched | undefined;
		const answer = await stand.ask(request, async (signal) => {
			// Nobody may be left on a version that nobody looks at, however long the person thinks.
			later = await watch(ports, {...stand, signal}, {slot, step, since, limitSeconds: Number.POSITIVE_INFINITY});
			return later.judgement.verdict === 'stop' ? 'roll back' : 'go on';
		});
		if (later !== undefined) return later;
		if (answer === undefined) return request;
		if (answer === 'go on') return {...seen, judgement: byPerson('go on', 'a person went on without enough evidence')};
		if (answer === 'roll back') return {...seen, judgement: byPerson('stop', 'a person took it back')};
	}
}

const byPerson = (verdict: 'go on' | 'stop', why: string): Judgement => ({
	verdict,
	rule: verdict === 'stop' ? 'min-requests' : 'passed',
	why: safe(why),
});

function thinQuestion(weight: number, judgement: Judgement, round: number): DecisionRequest {
	return {
		id: `production.thin-evidence.${weight}.${round}`,
		kind: 'thin-evidence',
		stage: 'production',
		question: safe(`Not enough evidence at ${weight} %: ${judgement.why}. What now?`),
		details: [safe('The watch goes on meanwhile: the gate answers by itself as soon as it can.')],
		options: [
			{value: 'wait', label: safe('Watch longer')},
			{value: 'go on', label: safe('Go on without it')},
			{value: 'roll back', label: safe('Take the traffic back')},
		],
		flag: '',
	};
}

/** Nothing served before, so nothing can be gone back to: whether nobody or a bad version serves is a person's to say. */
function firstReleaseQuestion(release: string, judgement: Judgement, nth: number): DecisionRequest {
	return {
		id: `production.first-release.${nth}`,
		kind: 'first-release',
		stage: 'production',
		question: safe(`The gate says stop (${judgement.why}), and there is no earlier version to go back to. What now?`),
		details: [
			safe(`${release} still serves everyone, because nothing else can.`),
			safe('Without a terminal: orchestra abort takes it down, orchestra deploy --resume watches it again.'),
		],
		options: [
			{value: 'wait', label: safe('Leave it and watch again')},
			{value: 'take down', label: safe('Take it down'), hint: safe('nobody is served until the next release')},
		],
		flag: '',
	};
}
