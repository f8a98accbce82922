// Room: detectors. Command lines: options and commands that a program no longer takes. Whoever calls it from a script or a
// pipeline finds out when that fails.

import type {Rule} from '../domain/rule.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {type CliName, cliNames, definesCli} from './support/cli-names.ts';
import {isTestPath, type Line, runs} from './support/lines.ts';
import {apiRules, findingsOf, type Sign, tableOf} from './support/rules.ts';

const RULES: readonly Rule[] = apiRules(
	'cli',
	'',
	{
		FAIL: 'scripts and pipelines that use it fail',
		KEEP: 'keep it hidden and warn, remove it in the next major version',
	},
	`
option-removed | danger | an option is no longer taken | FAIL | KEEP
option-letter-removed | caution | the short form of an option is no longer taken | FAIL | KEEP
option-renamed | danger | an option has another name | FAIL | take the old name as an alias
option-became-required | danger | an option must be given now | calls without it fail | give it a default value
command-removed | danger | a command is gone | FAIL | KEEP
command-renamed | danger | a command has another name | FAIL | take the old name as an alias
`,
);
const TABLE = tableOf(RULES);

/** Where programs keep their command lines; anywhere else the same calls mean other things. */
const PLACES =
	/(^|\/)(cmd|cli|bin|commands?|options?|flags?|args?|main|program|yargs|argv|config)([._-][^/]*)?(\/|\.\w+$)|(cli|command|options?|flags?|args)\.\w+$/i;
const NOT_SHIPPED =
	/(^|\/)(scripts?|tools?|hack|examples?|samples?|docs?|bench(marks?)?|node_modules|vendor|third_party|e2e|\.github)\//;

interface Found extends CliName {
	readonly path: string;
	readonly line: number;
}

/** Definitions in a group of lines without gaps. */
function found(path: string, lines: readonly Line[]): Found[] {
	return runs(lines).flatMap((run) => {
		const first = run[0]?.line ?? 1;
		const piece = run.map(({text}) => text).join('\n');
		return cliNames(path, piece).map((one) => ({
			...one,
			path,
			line: first + (piece.slice(0, one.at).split('\n').length - 1),
		}));
	});
}

const count = (all: readonly Found[]) => {
	const counts = new Map<string, number>();
	for (const {kind, name} of all) counts.set(`${kind} ${name}`, (counts.get(`${kind} ${name}`) ?? 0) + 1);
	return counts;
};

export const detector = {
	name: 'cli-options',
	topic: 'api',
	rules: RULES,
	wants: (path: string) => definesCli(path) && PLACES.test(path) && !isTestPath(path) && !NOT_SHIPPED.test(path),
	detect(change, patches: readonly Patch[]) {
		const was = patches.flatMap(({path, removed}) => found(path, removed));
		const is = patches.flatMap(({path, added}) => found(path, added));
		const [old, now] = [count(was), count(is)];
		const born = is.filter(({kind, name}) => !old.has(`${kind} ${name}`));
		const signs: Sign[] = [];
		const seen = new Set<string>();
		for (const one of was) {
			const key = `${one.kind} ${one.name}`;
			if (seen.has(key) || (now.get(key) ?? 0) >= (old.get(key) ?? 0)) continue;
			seen.add(key);
			// One definition goes where another comes, in the same words but for the name: a new name for the same thing.
			const heir = born.find((other) => other.path === one.path && other.kind === one.kind && alike(one, other));
			const word = one.kind === 'command' ? `command ${one.name}` : one.name;
			const rule = heir
				? `${one.kind}-renamed`
				: one.kind === 'option' && /^-\w$/.test(one.name)
					? 'option-letter-removed'
					: `${one.kind}-removed`;
			signs.push({
				rule: `cli-${rule}`,
				path: one.path,
				line: heir?.line ?? nearest(patches, one),
				object: one.name,
				what: heir ? `renames ${word} to ${heir.name}` : `no longer takes ${word}`,
				before: one.text,
				after: heir?.text,
			});
		}
		for (const one of is) {
			const before = was.find(({kind, name, path}) => kind === one.kind && name === one.name && path === one.path);
			if (one.required && before !== undefined && !before.required)
				signs.push({
					rule: 'cli-option-became-required',
					path: one.path,
					line: one.line,
					object: one.name,
					what: `${one.name} must be given`,
					before: before.text,
					after: one.text,
				});
		}
		return findingsOf(change, TABLE, signs);
	},
} satisfies Detector;

/** The same words around the name, long enough not to be so by chance. */
function alike(a: Found, b: Found): boolean {
	const around = ({text, name}: Found) => text.replace(name, '').replaceAll(/<[^>]*>/g, '');
	return around(a).length > 30 && around(a) === around(b);
}

/** The first added line of the file at or after the place, or none: lines are those of the file after the change. */
const nearest = (patches: readonly Patch[], {path, line}: Found) =>
	patches.find((patch) => patch.path === path)?.added.find((added) => added.line >= line)?.line;
