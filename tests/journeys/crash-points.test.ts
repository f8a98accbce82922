// A sample of the crash-point loop: kill -9 at an exact journal record, then resume or abort, then everything is looked at.
// All of it, every record of a deployment, is `npm run crash-points`.

import {expect, test} from 'vitest';
import {type CrashPoint, examine, nameOf} from '../kit/crash.ts';

const SAMPLE: readonly CrashPoint[] = [
	{record: 'deployment.opened', place: 'half', who: 'both', ending: 'abort'},
	{record: 'step.confirmed/slot.start', place: 'half', who: 'deploy', ending: 'resume'},
	{record: 'step.confirmed/route.5', place: 'before', who: 'gateway', ending: 'resume'},
	{record: 'step.confirmed/promote', place: 'half', who: 'deploy', ending: 'abort'},
	{record: 'deployment.ending', place: 'after', who: 'deploy', ending: 'resume'},
	{record: 'step.confirmed/rollback', place: 'half', who: 'both', ending: 'resume', bad: true},
	// And a second crash, in the recovery from the first.
	{
		...{record: 'step.confirmed/route.25', place: 'half', who: 'both', ending: 'resume'},
		again: {record: 'step.confirmed/route.50', place: 'half', who: 'both'},
	},
	{
		...{record: 'traffic.observed/route.25', place: 'after', who: 'deploy', ending: 'abort'},
		again: {record: 'slot.changed/green.stopped', place: 'before', who: 'both'},
	},
];

const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Each point keeps a gateway, two versions of a service and its visitors busy: not all of them at once. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
	else running++;
	try {
		return await work();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else running--;
	}
}

for (const point of SAMPLE) {
	test.concurrent(`killed at ${nameOf(point)}: nobody is refused, and everything is clean afterwards`, async () => {
		const {finding} = await inTurn(() => examine(point));
		expect(finding).toMatchObject({reached: true, wrong: [], late: false});
	}, 120_000);
}
