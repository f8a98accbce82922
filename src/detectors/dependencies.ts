// Room: detectors. Dependencies: what manifests ask for, before and after. Lock files are the manifests' shadow and are not read.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {findings, type Sighting} from './support/finding.ts';
import {compare, isTestPath, type Line, type Named} from './support/lines.ts';
import {manifestReader, type Requirement, stepBetween} from './support/manifests.ts';

const ENGINES = new Set(['node', 'npm', 'php', 'go', 'python']);
const OUTSIDE = /^(git|https?:|github:|file:|link:)/;

const SEVERITY = {major: 'caution', down: 'caution', minor: 'note', patch: 'note', other: 'note'} as const;
const WORDS = {major: 'major step', minor: 'minor step', patch: 'patch', down: 'goes back', other: 'changes'} as const;

function* inManifest(patch: Patch, read: (text: string) => Requirement | undefined): Iterable<Sighting> {
	const needs = (lines: readonly Line[]): (Named & Requirement)[] =>
		lines.flatMap(({line, text}) => {
			const need = read(text);
			return need === undefined ? [] : [{...need, line, text}];
		});
	const [before, after] = [needs(patch.removed), needs(patch.added)];
	const version = (list: readonly Requirement[], name: string) => list.findLast((n) => n.name === name)?.version ?? '';
	const {gone, born, both} = compare(before, after);
	const {path} = patch;
	for (const {name, line} of born) {
		const asked = version(after, name);
		if (ENGINES.has(name))
			yield {rule: 'engine', severity: 'caution', path, line, what: `now asks for ${name} ${asked}`};
		else if (OUTSIDE.test(asked))
			yield {
				rule: 'added-outside-registry',
				severity: 'caution',
				path,
				line,
				what: `adds ${name} from ${asked.split(/[:+]/)[0]}`,
			};
		else yield {rule: 'added', severity: 'note', path, line, what: `adds ${name} ${asked}`};
	}
	for (const {name} of gone)
		yield {rule: 'removed', severity: 'caution', path, line: patch.added[0]?.line, what: `removes ${name}`};
	for (const {is} of both) {
		const [was, now] = [version(before, is.name), version(after, is.name)];
		if (was === now) continue;
		const step = stepBetween(was, now);
		const what = `${is.name} ${was} → ${now} (${WORDS[step]})`;
		if (ENGINES.has(is.name)) yield {rule: 'engine', severity: 'caution', path, line: is.line, what};
		else yield {rule: step, severity: SEVERITY[step], path, line: is.line, what};
	}
}

const wants = (path: string) =>
	manifestReader(path) !== undefined && !isTestPath(path) && !/(^|\/)(node_modules|vendor)\//.test(path);

export const detector = {
	name: 'dependencies',
	topic: 'deps',
	wants,
	detect(change, patches) {
		const sightings = patches.flatMap((patch) => {
			const read = wants(patch.path) ? manifestReader(patch.path) : undefined;
			return read === undefined ? [] : [...inManifest(patch, read)];
		});
		return findings(change, 'deps', sightings);
	},
} satisfies Detector;
