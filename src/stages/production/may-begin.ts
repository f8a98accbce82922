// Room: stages. Whether production may begin now: a freeze or the change windows, which a person configured, are a person's to
// override. While the new version has traffic, or is to be taken back, it goes on whatever the clock says.

import {nextMoment, obstacleAt} from '../../domain/advice/calendar.ts';
import {wallAt, wallWords} from '../../domain/advice/wall-clock.ts';
import {fault} from '../../domain/fault/fault.ts';
import {SLOTS} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Stand} from '../stage.ts';
import type {ProductionPorts} from './ports.ts';

export async function askAboutTime({calendar, target}: ProductionPorts, stand: Stand, release: string) {
	if (calendar === undefined || (stand.begun('gateway') && (await isUnderWay(target, stand, release))))
		return undefined;
	const now = stand.clock.now();
	const obstacle = obstacleAt(calendar, now);
	if (obstacle === undefined) return undefined;
	if (stand.begun('gateway') && (await isUnderWay(target, stand, release))) return undefined;
	const {timeZone} = calendar;
	const next = nextMoment(calendar, now);
	const {year, month, day} = wallAt(now, timeZone);
	const request = {
		// An answer counts for its day: a deployment that stays open till the next freeze is asked again.
		id: `production.timing.${year}-${month}-${day}`,
		kind: 'timing',
		question: safe(`Production is ${obstacle.text}. Begin all the same?`),
		details: [
			safe(`It is ${wallWords(now, timeZone)} (${timeZone}).`),
			...(next === undefined
				? []
				: [
						safe(
							`From ${wallWords(next, timeZone)} on nobody is asked. Ctrl-C leaves it open; then: orchestra deploy --resume`,
						),
					]),
		],
		options: [
			{value: 'stop', label: safe('Stop here; nothing was changed')},
			{value: 'go', label: safe('Begin now')},
		],
		flag: '--now',
	} as const;
	const answer = await stand.ask(request);
	if (answer === undefined) return {kind: 'held', request: {...request, stage: 'production'}} as const;
	if (answer !== 'go') return {kind: 'stopped', fault: fault('CANCELLED', {stage: 'production'})} as const;
	await stand.note(`Production begins although it is ${obstacle.text}`, 'warning');
	return undefined;
}

/** An interrupted rollout gave its traffic back: going on with it is beginning anew. */
async function isUnderWay(target: ProductionPorts['target'], stand: Stand, release: string): Promise<boolean> {
	if (stand.judged()?.verdict === 'stop') return true;
	const seen = await target.observe().catch(() => undefined);
	return SLOTS.some((slot) => seen?.slots[slot].release === release && seen.weights[slot] > 0);
}
