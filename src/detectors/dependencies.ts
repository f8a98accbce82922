// Room: detectors. Dependencies: what manifests ask for, before and after. Lock files are the manifests' shadow and are not read.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {compare, isTestPath, type Line, type Named} from './support/lines.ts';
import {manifestReader, type Requirement, stepBetween} from './support/manifests.ts';
import {DEPENDENCY_RULES} from './support/ops/dependency-rules.ts';
import {inPackageJson, requirementsIn} from './support/ops/package-json.ts';
import {type Sighting, seenAs} from './support/rules.ts';

const ENGINES = new Set(['node', 'npm', 'php', 'go', 'python']);
const OUTSIDE = /^(git|https?:|github:|file:|link:)/;

const RULE = {
	major: 'dep-major',
	down: 'dep-back',
	minor: 'dep-minor',
	patch: 'dep-patch',
	other: 'dep-changed',
} as const;
const WORDS = {major: 'major step', minor: 'minor step', patch: 'patch', down: 'goes back', other: 'changes'} as const;

/** A whole package.json says what is a dependency and what only looks like one. */
function wholeOf({
	path,
	before,
	after,
}: Patch): readonly [(Named & Requirement)[], (Named & Requirement)[]] | undefined {
	if (!/(^|\/)package\.json$/.test(path) || after === undefined) return undefined;
	const [was, is] = [requirementsIn(before), requirementsIn(after)];
	return was && is ? [was, is] : undefined;
}

function* inManifest(patch: Patch, read: (text: string) => Requirement | undefined): Iterable<Sighting> {
	const needs = (lines: readonly Line[]): (Named & Requirement)[] =>
		lines.flatMap(({line, text}) => {
			const need = read(text);
			return need === undefined ? [] : [{...need, line, text}];
		});
	const [before, after] = wholeOf(patch) ?? [needs(patch.removed), needs(patch.added)];
	const version = (list: readonly Requirement[], name: string) => list.findLast((n) => n.name === name)?.version ?? '';
	const {gone, born, both} = compare(before, after);
	const {path} = patch;
	for (const {name, line} of born) {
		const asked = version(after, name);
		if (ENGINES.has(name)) yield {rule: 'dep-engine', path, line, object: name, what: `now asks for ${name} ${asked}`};
		else if (OUTSIDE.test(asked))
			yield {
				rule: 'dep-outside-registry',
				path,
				line,
				object: name,
				what: `adds ${name} from ${asked.split(/[:+]/)[0]}`,
			};
		else yield {rule: 'dep-added', path, line, object: name, what: `adds ${name} ${asked}`};
	}
	for (const {name} of gone)
		yield {rule: 'dep-removed', path, line: patch.added[0]?.line, object: name, what: `removes ${name}`};
	for (const {is} of both) {
		const [was, now] = [version(before, is.name), version(after, is.name)];
		if (was === now) continue;
		const step = stepBetween(was, now);
		const what = `${is.name} ${was} → ${now} (${WORDS[step]})`;
		const rule = ENGINES.has(is.name) ? 'dep-engine' : RULE[step];
		yield {rule, path, line: is.line, object: is.name, before: was, after: now, what};
	}
}

const wants = (path: string) =>
	manifestReader(path) !== undefined && !isTestPath(path) && !/(^|\/)(node_modules|vendor)\//.test(path);

export const detector = {
	name: 'dependencies',
	topic: 'deps',
	rules: DEPENDENCY_RULES,
	reads: 'files',
	wants,
	detect(change, patches) {
		const sightings = patches.flatMap((patch) => {
			const read = wants(patch.path) ? manifestReader(patch.path) : undefined;
			const more = /(^|\/)package\.json$/.test(patch.path) ? inPackageJson(patch.path, patch.before, patch.after) : [];
			return read === undefined ? [] : [...inManifest(patch, read), ...more];
		});
		return seenAs(change, DEPENDENCY_RULES, sightings);
	},
} satisfies Detector;
