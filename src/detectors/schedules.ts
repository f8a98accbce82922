// Room: detectors. Schedules in cron's words: crontabs, timers of systemd, and strings in code and configuration that say
// that they are one. Kubernetes and workflows have detectors of their own.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath, type Line} from './support/lines.ts';
import {SCHEDULE_RULES} from './support/ops/configuration-rules.ts';
import {type Sighting, seenAs} from './support/rules.ts';

const CRONTAB = /(^|\/)(crontab|cron\.d\/[^/]+|[\w.-]*\.cron|schedule\.rb)$/i;
const TIMER = /\.timer$/i;
const CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|exs?|json|ya?ml|toml)$/i;
const PART = String.raw`(?:[\d*?,/-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*|L|\d*[LW#]\d*)`;
const FIVE = new RegExp(
	String.raw`^\s*((?:${PART}\s+){4,5}${PART}|@(?:yearly|monthly|weekly|daily|hourly|reboot))\s+\S`,
);
const QUOTED = new RegExp(String.raw`(['"\`])((?:${PART}\s+){4,5}${PART}|@(?:yearly|monthly|weekly|daily|hourly))\1`);
const SAYS_SO = /cron|schedul|interval|recurr|repeat|periodic/i;

/** The schedules on a line; a quoted one counts only where the line, or the star in it, says that it is one. */
function scheduleOf(path: string, text: string): string | undefined {
	if (/^\s*(#|\/\/|\*)/.test(text)) return undefined;
	if (CRONTAB.test(path)) return FIVE.exec(text)?.[1];
	if (TIMER.test(path)) return /^\s*On(?:Calendar|UnitActiveSec|BootSec)\s*=\s*(.+)$/.exec(text)?.[1];
	const found = QUOTED.exec(text)?.[2];
	return found !== undefined && (SAYS_SO.test(text) || /[*]/.test(found)) ? found : undefined;
}

interface At {
	readonly schedule: string;
	readonly line: number;
}

const schedules = (path: string, lines: readonly Line[]): At[] =>
	lines.flatMap(({line, text}) => {
		const schedule = scheduleOf(path, text);
		return schedule === undefined ? [] : [{schedule, line}];
	});

const EVERY_MINUTE = /^(\*|\*\/1|0-59)(\s+\*){4}$|^(\*|\*\/\d+|\S+\/\d+)(\s+\*){5}$/;

function* inFile({path, added, removed}: Patch): Iterable<Sighting> {
	const [was, is] = [schedules(path, removed), schedules(path, added)];
	const born = is.filter(({schedule}) => !was.some((old) => old.schedule === schedule));
	const gone = was.filter(({schedule}) => !is.some((now) => now.schedule === schedule));
	for (const [i, {schedule, line}] of born.entries()) {
		const old = gone[i];
		const at = {path, line, after: schedule};
		if (old)
			yield {
				...at,
				rule: 'schedule-changed',
				what: `runs at ${schedule} instead of ${old.schedule}`,
				before: old.schedule,
			};
		else yield {...at, rule: 'schedule-born', what: `runs something at ${schedule}`};
		if (EVERY_MINUTE.test(schedule.trim())) yield {...at, rule: 'schedule-often', what: `runs at ${schedule}`};
	}
	for (const {schedule} of gone.slice(born.length))
		yield {
			path,
			line: added[0]?.line,
			rule: 'schedule-gone',
			what: `runs nothing at ${schedule} any more`,
			before: schedule,
		};
}

const ELSEWHERE =
	/(^|\/)(node_modules|vendor|dist|build|\.github|\.yarn)\/|(^|\/)(package-lock\.json|pnpm-lock\.yaml)$/;
const wants = (path: string) =>
	(CRONTAB.test(path) || TIMER.test(path) || CODE.test(path)) && !isTestPath(path) && !ELSEWHERE.test(path);

export const detector = {
	name: 'schedules',
	topic: 'config',
	rules: SCHEDULE_RULES,
	wants,
	detect(change, patches) {
		return seenAs(
			change,
			SCHEDULE_RULES,
			patches.filter(({path}) => wants(path)).flatMap((patch) => [...inFile(patch)]),
		);
	},
} satisfies Detector;
