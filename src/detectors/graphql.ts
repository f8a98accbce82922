// Room: detectors. GraphQL schemas: what a change does to the types that clients ask for. The files of a change are read as
// one schema, so that a type that moves from file to file stays the same type; two schemas side by side are kept apart.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {diffSchemas} from './support/graphql/diff.ts';
import type {Print} from './support/graphql/members.ts';
import {collect, type Source} from './support/graphql/read.ts';
import {LEFT_OUT, RULES} from './support/graphql/rules.ts';
import {taggedDocuments} from './support/graphql/tagged.ts';
import {isTestPath} from './support/lines.ts';
import {findingsOf, type Sign, tableOf} from './support/rules.ts';
import {wholly} from './support/whole.ts';

const SCHEMA = /\.(graphqls?|gql|gqls|sdl)$/i;
/** Program files whose names say that type definitions lie in them. */
const TAGGED =
	/(^|\/)[^/]*(type-?defs?|schema|graphql|sdl)[^/]*\.[cm]?[jt]sx?$|(^|\/)(type-?defs?|schemas?|graphql)\/[^/]*\.[cm]?[jt]sx?$/i;
const TABLE = tableOf(RULES);

const wants = (path: string) => (SCHEMA.test(path) || TAGGED.test(path)) && !isTestPath(path);

const sources = (path: string, text: string | undefined): readonly Source[] => {
	if (text === undefined || !wants(path)) return [];
	return SCHEMA.test(path) ? [{path, text}] : taggedDocuments(path, text);
};

async function compare(patches: readonly Patch[], print: Print): Promise<Sign[] | undefined> {
	const before = await collect(patches.flatMap(({path, from, before}) => sources(from ?? path, before)));
	const after = await collect(patches.flatMap(({path, after}) => sources(path, after)));
	if (before === undefined || after === undefined) return undefined;
	const mixed = (before.doubled || after.doubled) && patches.length > 1;
	return mixed ? undefined : diffSchemas(before, after, print);
}

export const detector = {
	name: 'graphql',
	topic: 'api',
	rules: RULES,
	leavesOut: LEFT_OUT,
	reads: 'files',
	wants,
	async detect(change, patches) {
		const touched = wholly(change, patches).filter(
			({path, from, before, after}) => sources(from ?? path, before).length + sources(path, after).length > 0,
		);
		if (touched.length === 0) return [];
		const {print} = await import('graphql');
		const together = await compare(touched, print);
		if (together !== undefined) return findingsOf(change, TABLE, together);
		const signs: Sign[] = [];
		for (const patch of touched) signs.push(...((await compare([patch], print)) ?? []));
		return findingsOf(change, TABLE, signs);
	},
} satisfies Detector;
