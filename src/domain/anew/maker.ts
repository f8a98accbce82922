// Room: domain. Who makes a generated file anew: the command that the team names for its path, else the package manager's. Pure.

import {isLockFile} from '../generated.ts';
import type {Project} from '../project.ts';
import {type Recipe, recipeFor} from './recipes.ts';

export type Maker =
	| {readonly kind: 'team'; readonly command: string}
	| {readonly kind: 'tool'; readonly recipe: Recipe}
	/** Nobody, and why. */
	| {readonly kind: 'none'; readonly why: string};

/**
 * `*` is anything within a name, `**` anything at all and `**` with a slash any folders, none included. Takes time by the
 * product of both lengths, whatever they are: both come with the repository.
 */
export function matches(pattern: string, path: string): boolean {
	// Up to where the part of the pattern so far may reach.
	let reached = new Set([0]);
	for (const part of pattern.match(/\*\*\/|\*+|[^*]+/g) ?? []) reached = after(part, path, reached);
	return reached.has(path.length);
}

function after(part: string, path: string, reached: ReadonlySet<number>): Set<number> {
	const ends = new Set<number>();
	if (!part.startsWith('*')) {
		for (const at of reached) if (path.startsWith(part, at)) ends.add(at + part.length);
		return ends;
	}
	const [any, folders] = [part.length > 1, part === '**/'];
	for (let at = 0, open = false; at <= path.length; at++) {
		if (folders && open && path[at - 1] === '/') ends.add(at);
		open ||= reached.has(at);
		if (folders ? reached.has(at) : open) ends.add(at);
		if (!any && path[at] === '/') open = false;
	}
	return ends;
}

export function makerOf(path: string, regenerate: Project['regenerate']): Maker {
	const named = Object.entries(regenerate ?? {}).find(([pattern]) => matches(pattern, path));
	if (named !== undefined) {
		const [pattern, command] = named;
		if (command === false) return {kind: 'none', why: `regenerate says never (${pattern})`};
		return {kind: 'team', command};
	}
	const recipe = recipeFor(path);
	if (recipe !== undefined) return {kind: 'tool', recipe};
	const what = isLockFile(path)
		? 'Orchestra does not run its package manager by itself'
		: 'nobody said by which command';
	return {kind: 'none', why: `${what}: orchestra.json may name one under regenerate`};
}
