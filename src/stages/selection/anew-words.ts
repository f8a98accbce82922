// Room: stages. What is said of generated files: what will be made anew, what was, what was not and what to do then. Pure.

import {makerOf} from '../../domain/anew/maker.ts';
import type {BuiltCommit} from '../../domain/batch.ts';
import {type Fault, FaultError} from '../../domain/fault/fault.ts';
import {commandFor, isLockFile} from '../../domain/generated.ts';
import type {FeatureId} from '../../domain/ids.ts';
import type {Project} from '../../domain/project.ts';
import {redact} from '../../domain/redact.ts';
import {safe} from '../../domain/safe.ts';

interface Words {
	readonly text: string;
	readonly level: 'info' | 'warning';
}

const MOST_FILES = 5;

/** With the command that would make it: the team's own where it names one. */
const byHand = (path: string, regenerate: Project['regenerate']) => {
	const maker = makerOf(path, regenerate);
	const command = maker.kind === 'team' ? redact(safe(maker.command, 200)) : commandFor(path);
	return command === undefined ? path : `${path} (${command})`;
};

/** What a plan would make anew, before it happens; what it would not, with why. */
export function plannedWords(release: BuiltCommit, regenerate: Project['regenerate']): Words[] {
	const refused = new Set((release.notRegenerated ?? []).map(({path}) => path));
	const going = (release.regenerate ?? []).filter((path) => !refused.has(path));
	const list = going.slice(0, MOST_FILES).map((path) => {
		const maker = makerOf(path, regenerate);
		if (maker.kind === 'tool') return `${path} by ${maker.recipe.tool}`;
		return maker.kind === 'team' ? `${path} by ${redact(safe(maker.command, 200))}` : path;
	});
	const more = going.length > list.length ? ` and ${going.length - list.length} more` : '';
	const will = `A deployment makes anew what no longer fits together: ${list.join(', ')}${more}`;
	const left = leftWords({...release, regenerate: [...refused]}, regenerate);
	return [...(list.length === 0 ? [] : [{text: will, level: 'info'} as const]), ...left];
}

/** What came of it. */
export function anewWords(release: BuiltCommit, regenerate: Project['regenerate']): Words[] {
	const words: Words[] = [];
	for (const {path, tool, command, changed, drift, sha256} of (release.regenerated ?? []).slice(0, 20)) {
		const how = `${path} was made anew by ${tool ?? command}`;
		const came = changed ? `sha256 ${sha256.slice(0, 12)}` : 'and came out as it was';
		const kept = drift.length === 0 ? ', no package moved unasked' : '';
		words.push({text: `${how}, ${came}${isLockFile(path) ? kept : ''}`, level: 'info'});
		if (drift.length > 0) {
			const more = drift.length > MOST_FILES ? `; and ${drift.length - MOST_FILES} more` : '';
			words.push({text: `Moved unasked in ${path}: ${drift.slice(0, MOST_FILES).join('; ')}${more}`, level: 'warning'});
		}
	}
	return [...words, ...leftWords(release, regenerate)];
}

function leftWords({regenerate = [], notRegenerated = []}: BuiltCommit, by: Project['regenerate']): Words[] {
	const why = new Map(notRegenerated.map((one) => [one.path, `, because ${one.why}`]));
	return [...Map.groupBy(regenerate, (path) => why.get(path) ?? '')].map(([because, paths]): Words => {
		const list = paths.slice(0, MOST_FILES).map((path) => byHand(path, by));
		const more = paths.length > list.length ? ` and ${paths.length - list.length} more` : '';
		const text = `Stays as it was settled, not made anew${because}: ${list.join(', ')}${more}`;
		return {text, level: 'warning'};
	});
}

/** A failed install of a release whose lock file is stale is told with what is behind it; any other fault as it is. */
export function withStaleLocks(thrown: unknown, release: BuiltCommit, chosen: readonly FeatureId[]): unknown {
	if (!(thrown instanceof FaultError)) return thrown;
	const {code, step, details, nextSteps} = thrown.fault;
	if (code !== 'BUILD_FAILED' || !step?.endsWith('install')) return thrown;
	const locks = (release.regenerate ?? []).filter(isLockFile);
	if (locks.length === 0) return thrown;
	const why = (path: string) => release.notRegenerated?.find((one) => one.path === path)?.why;
	const fault: Fault = {
		...thrown.fault,
		// First: a summary shows the first lines alone, and of a package manager's own words the last say least.
		details: [
			...locks.slice(0, MOST_FILES).map((path) => {
				const reason = why(path);
				return safe(`${path} may not fit its manifest: it was not made anew${reason ? `, because ${reason}` : ''}`);
			}),
			...details,
		],
		nextSteps: [
			safe(`orchestra deploy --select ${chosen.join(',')}   tries to make it anew`),
			...locks.slice(0, 2).flatMap((path) => {
				const command = commandFor(path);
				return command === undefined ? [] : [safe(`${command}   on the development branch, and commit it`)];
			}),
			...nextSteps,
		],
	};
	return new FaultError(fault, {cause: thrown});
}
