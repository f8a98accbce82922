// Room: tests. Small OpenAPI documents, and what the detector says about two of them.

import {detector} from '../../../../src/detectors/openapi.ts';
import type {Change, FileDelta} from '../../../../src/domain/change.ts';
import type {Finding} from '../../../../src/domain/feature.ts';
import type {Look} from '../../../../src/ports/detector.ts';
import {change, oid} from '../../../kit/features.ts';

export type Doc = {readonly [key: string]: unknown};
/** The rule's name without `openapi-`, what fires it, and what looks alike and does not. */
export type Case = readonly [rule: string, fires: readonly [unknown, unknown], quiet: readonly [unknown, unknown]];

export const doc = (parts: Doc = {}): Doc => ({
	openapi: '3.1.0',
	info: {title: 'Things', version: '1.0.0'},
	paths: {},
	...parts,
});
export const ok = {200: {description: 'ok'}};
/** One operation: `GET /things`. */
export const get = (parts: Doc = {}, more: Doc = {}): Doc =>
	doc({paths: {'/things': {get: {responses: ok, ...parts}}}, ...more});
export const paths = (...names: readonly string[]): Doc =>
	doc({paths: Object.fromEntries(names.map((name) => [name, {get: {responses: ok}}]))});
export const param = (parameter: Doc): Doc =>
	get({parameters: [{name: 'limit', in: 'query', schema: {type: 'integer'}, ...parameter}]});
const content = (schema: unknown) => ({'application/json': {schema}});
/** `POST /things` that is sent this. */
export const sends = (schema: unknown, more: Doc = {}): Doc =>
	doc({
		paths: {'/things': {post: {requestBody: {required: true, content: content(schema)}, responses: ok}}},
		...more,
	});
/** `GET /things` that answers with this. */
export const returns = (schema: unknown, more: Doc = {}): Doc =>
	get({responses: {200: {description: 'ok', content: content(schema)}}}, more);
export const object = (properties: Doc, required: readonly string[] = [], more: Doc = {}) => ({
	type: 'object',
	properties,
	required,
	...more,
});
export const S = {type: 'string'};
export const I = {type: 'integer'};
export const N = {type: 'number'};

/** A file before and after: text, a document to be written as JSON, or absent. */
export type Sides = readonly [before: unknown, after: unknown];
const written = (side: unknown) => (typeof side === 'string' ? side : JSON.stringify(side, null, 1));

/** What the detector says of a change that did this to these files; `still` are files that did not change. */
export async function detected(files: Readonly<Record<string, Sides>>, still: Doc = {}): Promise<readonly Finding[]> {
	const deltas: FileDelta[] = Object.entries(files).map(([path, [before, after]]) => ({
		path,
		status: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
	}));
	const made: Change = {...change('openapi'), files: deltas};
	const side = (path: string, index: 0 | 1) => files[path]?.[index] ?? (path in files ? undefined : still[path]);
	const text = (path: string, index: 0 | 1) => {
		const found = side(path, index);
		return found === undefined ? undefined : written(found);
	};
	const look: Look = {
		before: async (path) => text(path, 0),
		after: async (path) => text(path, 1),
		list: async () =>
			[...Object.keys(files), ...Object.keys(still)].filter((path) => text(path, 1) !== undefined).sort(),
	};
	const patches = deltas
		.filter(({path}) => detector.wants(path))
		.map(({path}) => {
			const [before, after] = [text(path, 0), text(path, 1)];
			return {
				path,
				change: oid('openapi'),
				added: [],
				removed: [],
				...(before === undefined ? {} : {before}),
				...(after === undefined ? {} : {after}),
			};
		});
	return detector.detect(made, patches, look);
}

export const between = (before: unknown, after: unknown): Promise<readonly Finding[]> =>
	detected({'openapi.json': [before, after]});
export const rulesOf = (found: readonly Finding[]): string[] => found.map(({rule}) => rule.replace(/^openapi-/, ''));
