// Room: detectors. Lessons of earlier disasters. In a single change it looks for calls without an end; everything else it
// raises from the selection as a whole, from what the other detectors found there, without telling the same thing anew.

import type {Finding} from '../domain/feature.ts';
import type {Detector} from '../ports/detector.ts';
import {isFlagFile} from './support/flag-files.ts';
import {endlessCalls, isServiceCode} from './support/lessons/calls.ts';
import {migrationLessons, rehearses} from './support/lessons/migrations.ts';
import {LESSON_RULES} from './support/lessons/rules.ts';
import {namesService, runningLessons} from './support/lessons/running.ts';
import {seenAs} from './support/rules.ts';

/** Code that a migration may have to wait for is more than what serves: screens ask for columns too. */
const CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|exs?|graphql|vue|svelte)$/i;
const ELSEWHERE = /(^|\/)(node_modules|vendor|dist|build)\//;

const wants = (path: string) =>
	path.length < 1000 && !ELSEWHERE.test(path) && (CODE.test(path) || rehearses(path) || isFlagFile(path));

const dangerous = ({topic, severity}: Finding) => topic === 'schema' && severity === 'danger';

export const detector = {
	name: 'lessons',
	topic: 'infra',
	rules: LESSON_RULES,
	wants,
	detect(change, patches) {
		return seenAs(
			change,
			LESSON_RULES,
			endlessCalls(patches.filter(({path}) => isServiceCode(path))).map(({path, line, name, wrapped}) => ({
				rule: 'lesson-call-without-timeout',
				path,
				line,
				object: name,
				what: `calls ${name} without a time limit`,
				...(wrapped === true ? {atMost: 'note' as const} : {}),
			})),
		);
	},
	wantsInBatch: (_, found) => found.some(dangerous) || namesService(found),
	detectBatch: (split) =>
		[...migrationLessons(split), ...runningLessons(split)].flatMap(({change: oid, ...one}) =>
			seenAs({oid}, LESSON_RULES, [one]),
		),
} satisfies Detector;
