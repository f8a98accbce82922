// Room: detectors. Tests: which came, changed, went, or were switched off. A note is good news to the ranking.

import type {Detector} from '../ports/detector.ts';
import {isTestPath} from './support/lines.ts';
import {rulesOf, type Sighting, seenAs} from './support/rules.ts';

const rules = rulesOf('tests', 'OPS', [
	['tests-added', 'note', 'new tests', 'What they hold is held from now on.', 'Nothing: good news.'],
	['tests-changed', 'note', 'changed tests', 'What is held may be something else.', 'Read whether they ask for less.'],
	['tests-deleted', 'caution', 'tests go', 'What they held is held by nobody.', 'Say what holds it now.'],
	[
		'tests-off',
		'caution',
		'a test is switched off',
		'What it held is held by nobody, and nobody is reminded.',
		'Mend it, or delete it and say why.',
	],
	['tests-only', 'caution', 'only some tests run', 'All others are silently left out.', 'Take the mark away.'],
]);

const DATA = /\.(snap|png|jpe?g|gif|json|ya?ml|csv|txt|md|html|svg|lock)$/i;
const OFF =
	/\b(?:it|test|describe|context)\.(?:skip|todo)\b|\bx(?:it|describe|test)\s*\(|@(?:Disabled|Ignore)\b|@(?:pytest\.mark|unittest)\.skip|\bt\.Skip\(|#\[ignore/;
const ONLY = /\b(?:it|test|describe|context)\.only\b|\bf(?:it|describe)\s*\(/;

const wants = (path: string) => isTestPath(path) && !DATA.test(path) && !/(^|\/)(node_modules|vendor)\//.test(path);

export const detector = {
	name: 'tests-touched',
	topic: 'tests',
	rules,
	wants,
	detect(change, patches) {
		const sightings: Sighting[] = [];
		for (const {path, added, removed} of patches.filter((patch) => wants(patch.path))) {
			const status = change.files.find((file) => file.path === path)?.status;
			if (status === 'deleted') {
				sightings.push({rule: 'tests-deleted', path, what: 'deletes tests'});
				continue;
			}
			const wasOff = removed.some((line) => OFF.test(line.text));
			for (const {line, text} of added) {
				if (OFF.test(text) && !wasOff) sightings.push({rule: 'tests-off', path, line, what: 'switches a test off'});
				if (ONLY.test(text)) sightings.push({rule: 'tests-only', path, line, what: 'lets only some tests run'});
			}
			const [rule, what] = status === 'added' ? ['tests-added', 'adds tests'] : ['tests-changed', 'changes tests'];
			sightings.push({rule, path, line: added[0]?.line, what});
		}
		return seenAs(change, rules, sightings);
	},
} satisfies Detector;
