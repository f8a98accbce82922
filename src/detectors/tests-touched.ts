// Room: detectors. Tests: which came, changed, went, or were switched off. A note is good news to the ranking.

import type {Detector} from '../ports/detector.ts';
import {findings, type Sighting} from './support/finding.ts';
import {isTestPath} from './support/lines.ts';

const DATA = /\.(snap|png|jpe?g|gif|json|ya?ml|csv|txt|md|html|svg|lock)$/i;
const OFF =
	/\b(?:it|test|describe|context)\.(?:skip|todo)\b|\bx(?:it|describe|test)\s*\(|@(?:Disabled|Ignore)\b|@(?:pytest\.mark|unittest)\.skip|\bt\.Skip\(|#\[ignore/;
const ONLY = /\b(?:it|test|describe|context)\.only\b|\bf(?:it|describe)\s*\(/;

const wants = (path: string) => isTestPath(path) && !DATA.test(path) && !/(^|\/)(node_modules|vendor)\//.test(path);

export const detector = {
	name: 'tests-touched',
	topic: 'tests',
	wants,
	detect(change, patches) {
		const sightings: Sighting[] = [];
		for (const {path, added, removed} of patches.filter((patch) => wants(patch.path))) {
			const status = change.files.find((file) => file.path === path)?.status;
			if (status === 'deleted') {
				sightings.push({rule: 'tests-deleted', severity: 'caution', path, what: 'deletes tests'});
				continue;
			}
			const wasOff = removed.some((line) => OFF.test(line.text));
			for (const {line, text} of added) {
				if (OFF.test(text) && !wasOff)
					sightings.push({rule: 'tests-off', severity: 'caution', path, line, what: 'switches a test off'});
				if (ONLY.test(text))
					sightings.push({rule: 'tests-only', severity: 'caution', path, line, what: 'lets only some tests run'});
			}
			const [rule, what] = status === 'added' ? ['tests-added', 'adds tests'] : ['tests-changed', 'changes tests'];
			sightings.push({rule, severity: 'note', path, line: added[0]?.line, what});
		}
		return findings(change, 'tests', sightings);
	},
} satisfies Detector;
