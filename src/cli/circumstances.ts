// Room: cli. When and from where a release would go: the clock on the wall, the project's suites, and the rhythm so far.

import type {Circumstances} from '../domain/advice/circumstances.ts';
import {wallAt, weekdayOf} from '../domain/advice/wall-clock.ts';
import type {Project} from '../domain/project.ts';
import type {Strategy} from '../domain/rollout/strategy.ts';
import type {Clock} from '../ports/clock.ts';
import type {Memory} from '../ports/memory.ts';

const DAY_MS = 86_400_000;
/** Older ones tell of another rhythm. */
const LOOKED_AT = 40;

export async function circumstances(
	{project, memory}: {readonly project: Project; readonly memory: Memory},
	strategy: Strategy,
	clock: Pick<Clock, 'now'>,
	timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Promise<Circumstances> {
	const now = clock.now();
	const wall = wallAt(now, timeZone);
	const promoted = (await memory.history({limit: LOOKED_AT}))
		.filter(({outcome}) => outcome === 'promoted')
		.map(({closedAt}) => Date.parse(closedAt))
		.filter(Number.isFinite)
		.sort((a, b) => b - a);
	const [last] = promoted;
	const gaps = promoted
		.slice(1)
		.map((at, i) => (promoted[i] ?? at) - at)
		.sort((a, b) => a - b);
	const middle = gaps.length >= 2 ? gaps[gaps.length >> 1] : undefined;
	return {
		suites: Object.keys(project.commands.test),
		weekday: weekdayOf(wall),
		hour: wall.hour,
		...(last === undefined ? {} : {daysSinceLast: Math.max(0, Math.floor((now - last) / DAY_MS))}),
		...(middle === undefined ? {} : {usualGapDays: Math.max(1, Math.round(middle / DAY_MS))}),
		rolloutMinutes: strategy.steps.reduce((sum, {watchSeconds}) => sum + watchSeconds, 0) / 60,
	};
}
