// Room: domain. Who makes a generated file anew: the command that the team names for its path, else the package manager's. Pure.

import {isLockFile} from '../generated.ts';
import type {Project} from '../project.ts';
import {type Recipe, recipeFor} from './recipes.ts';

export type Maker =
	| {readonly kind: 'team'; readonly command: string}
	| {readonly kind: 'tool'; readonly recipe: Recipe}
	/** Nobody, and why. */
	| {readonly kind: 'none'; readonly why: string};

/** `*` is anything within a name, `**` anything at all and `**` with a slash any folders, none included. */
export function matches(pattern: string, path: string): boolean {
	const source = pattern.replaceAll(/\*\*\/|\*+|[^*]+/g, (part) => {
		if (part === '**/') return '(?:.*/)?';
		if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*';
		return part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
	});
	return new RegExp(`^${source}$`, 's').test(path);
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
