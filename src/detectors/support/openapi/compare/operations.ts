// Room: detectors. Paths and operations: which are gone, born, moved; then each pair in its parts.

import type {Api, Operation, PathItem} from '../model.ts';
import type {Node} from '../node.ts';
import type {Place} from '../report.ts';
import {compareBody, compareResponses} from './bodies.ts';
import {type Context, type Flow, joined, sides} from './context.ts';
import {compareLifecycle, farewell} from './lifecycle.ts';
import {compareParameters} from './parameters.ts';
import {compareSecurity} from './security.ts';

/** A part in braces, or after a colon as routers write it. */
const HOLE = /\{[^{}/]*\}|(?<=\/):[\w-]+/g;
/** `/orders/{id}`, `/orders/{orderId}` and `/orders/:id` are the same to a caller. */
const template = (path: string): string => path.replaceAll(HOLE, '{}');
const holes = (path: string): string[] => (path.match(HOLE) ?? []).map((hole) => hole.replaceAll(/[{}:]/g, ''));

interface Matched {
	readonly both: readonly {readonly was: PathItem; readonly is: PathItem}[];
	readonly gone: readonly PathItem[];
	readonly born: readonly PathItem[];
}

/** By the exact text, then by the template, then by the template behind the base path of the server. */
function matched(before: Api, after: Api): Matched {
	const both: {was: PathItem; is: PathItem}[] = [];
	const gone = new Set(before.paths.values());
	const born = new Set(after.paths.values());
	const match = (keyBefore: (item: PathItem) => string, keyAfter: (item: PathItem) => string) => {
		const waiting = new Map([...born].map((item) => [keyAfter(item), item]));
		for (const was of [...gone]) {
			const is = waiting.get(keyBefore(was));
			if (is === undefined || !born.has(is)) continue;
			both.push({was, is});
			gone.delete(was);
			born.delete(is);
		}
	};
	match(
		(item) => item.path,
		(item) => item.path,
	);
	match(
		(item) => template(item.path),
		(item) => template(item.path),
	);
	const [old, now] = [basePath(before), basePath(after)];
	if (old !== now)
		match(
			(item) => template(old + item.path),
			(item) => template(now + item.path),
		);
	return {both, gone: [...gone], born: [...born]};
}

/** The path part of the first server, without the slash at the end. */
export function basePath(api: Api): string {
	const [url = ''] = api.servers.keys();
	return url
		.replace(/^[a-z][a-z\d+.-]*:(?=\/\/)/i, '')
		.replace(/^\/\/[^/]*/, '')
		.replace(/\/+$/, '');
}

/** The paths of a document behind the base path of its server, as templates. */
export const fullPaths = (api: Api): readonly string[] =>
	[...api.paths.keys()].map((path) => template(basePath(api) + path));

export function comparePaths(context: Context, before: Api, after: Api, whole: readonly Node[]): void {
	const {both, gone, born} = matched(before, after);
	const [at] = whole;
	const moved = movedBetween(gone, born);
	for (const item of gone) {
		const operations = [...item.operations.values()];
		const to = moved.get(item);
		const place = {of: item.path, within: ''};
		if (to !== undefined) {
			const [from, into] = withoutTail(item.path, to.path);
			context.report.add({
				rule: 'path-moved',
				place,
				at: to.at,
				before: from,
				after: into,
				group: `${from} → ${into}`,
			});
			continue;
		}
		if (operations.length === 0) continue;
		if (context.elsewhere.has(template(basePath(before) + item.path))) {
			context.report.add({rule: 'path-in-other-document', place, at, before: 'here', after: 'in another document'});
			continue;
		}
		// The worst farewell of its operations is that of the path.
		const ways = new Set(operations.map((operation) => farewell(operation.at, context.now)));
		const way = (['removed', 'before-sunset', 'deprecated'] as const).find((each) => ways.has(each)) ?? 'after-sunset';
		context.report.add({
			rule: way === 'removed' ? 'path-removed' : `path-removed-${way}`,
			place,
			at,
			before: joined(operations.map(({method}) => method)),
			after: 'absent',
		});
	}
	for (const item of born) {
		const from = [...moved].find(([, to]) => to === item)?.[0];
		if (from === undefined && item.operations.size > 0)
			context.report.add({
				rule: 'path-added',
				place: {of: item.path, within: ''},
				at: item.at,
				before: 'absent',
				after: joined(item.operations.keys()),
			});
	}
	for (const {was, is} of both) {
		const names = renamedHoles(was.path, is.path);
		if (names.size > 0)
			context.report.add({
				rule: 'path-parameter-renamed',
				place: {of: is.path, within: ''},
				at: is.at,
				before: was.path,
				after: is.path,
			});
		compareItems(context, {before, after}, was, is, 'request', names);
	}
}

/** Two paths without the parts at their ends that are the same: `/v1` and `/v2` of `/v1/orders` and `/v2/orders`. */
function withoutTail(was: string, is: string): [string, string] {
	const [old, now] = [was.split('/'), is.split('/')];
	while (old.length > 2 && now.length > 2 && old.at(-1) === now.at(-1)) {
		old.pop();
		now.pop();
	}
	return [old.join('/'), now.join('/')];
}

/** Old name → new name of the parameters in a path, by their order. */
function renamedHoles(was: string, is: string): ReadonlyMap<string, string> {
	const [old, now] = [holes(was), holes(is)];
	return new Map(old.flatMap((name, i) => (now[i] === undefined || now[i] === name ? [] : [[name, now[i]]])));
}

/** A path that is gone and one that is new with the same operationIds: somebody moved it. */
function movedBetween(gone: readonly PathItem[], born: readonly PathItem[]): ReadonlyMap<PathItem, PathItem> {
	const ids = (item: PathItem) =>
		[...item.operations.values()].flatMap(({id, method}) => (id ? [`${method} ${id}`] : []));
	const homes = new Map(born.flatMap((item) => ids(item).map((id) => [id, item] as const)));
	const moved = new Map<PathItem, PathItem>();
	for (const item of gone) {
		const own = ids(item);
		const [first] = own;
		const to = first === undefined ? undefined : homes.get(first);
		if (to !== undefined && own.length === item.operations.size && own.every((id) => homes.get(id) === to))
			moved.set(item, to);
	}
	return moved;
}

interface Apis {
	readonly before: Api;
	readonly after: Api;
}

/** `flow`: `request` where callers call us, `response` where we call them (webhooks, callbacks). */
function compareItems(
	context: Context,
	apis: Apis,
	was: PathItem,
	is: PathItem,
	flow: Flow,
	names: ReadonlyMap<string, string> = new Map(),
	prefix = '',
): void {
	const {gone, born, both} = sides(was.operations, is.operations);
	const placeOf = (method: string, {path}: PathItem): Place => ({of: `${prefix}${method} ${path}`, within: ''});
	for (const [method, operation] of gone) {
		const way = farewell(operation.at, context.now);
		context.report.add({
			rule: way === 'removed' ? 'operation-removed' : `operation-removed-${way}`,
			place: placeOf(method, is),
			at: is.at,
			before: operation.id ?? 'present',
			after: 'absent',
		});
	}
	for (const [method, operation] of born)
		context.report.add({
			rule: 'operation-added',
			place: placeOf(method, is),
			at: operation.at,
			before: 'absent',
			after: operation.id ?? 'present',
		});
	for (const {name, was: old, is: now} of both)
		compareOperations(context, apis, old, now, flow, names, placeOf(name, is));
}

function compareOperations(
	context: Context,
	apis: Apis,
	was: Operation,
	is: Operation,
	flow: Flow,
	names: ReadonlyMap<string, string>,
	place: Place,
): void {
	const {report} = context;
	compareLifecycle(context, was.at, is.at, is.at, place);
	if (was.id !== undefined && was.id !== is.id)
		report.add({rule: 'operation-id-changed', place, at: is.at, before: was.id, after: is.id ?? 'none'});
	const [oldTag, tag] = [was.tags[0], is.tags[0]];
	if (oldTag !== undefined && tag !== undefined && oldTag !== tag)
		report.add({
			rule: 'operation-tags-changed',
			place,
			at: is.at,
			before: joined(was.tags),
			after: joined(is.tags),
			group: `${oldTag} → ${tag}`,
		});
	compareParameters(context, was, is, flow, names, place);
	compareBody(context, was, is, flow, place);
	compareResponses(context, was, is, flow === 'request' ? 'response' : 'request', place);
	if (flow === 'request') compareSecurity(context, apis.before, apis.after, was, is, place);
	const {gone, born, both} = sides(was.callbacks, is.callbacks);
	for (const [name] of gone) report.add({rule: 'callback-removed', place, at: is.at, before: name, after: 'absent'});
	for (const [name, item] of born)
		report.add({rule: 'callback-added', place, at: item.at, before: 'absent', after: name});
	const other: Flow = flow === 'request' ? 'response' : 'request';
	for (const each of both) compareItems(context, apis, each.was, each.is, other, undefined, `${place.of} callback `);
}

export function compareWebhooks(context: Context, before: Api, after: Api): void {
	const {gone, born, both} = sides(before.webhooks, after.webhooks);
	const place = (name: string): Place => ({of: `webhook ${name}`, within: ''});
	for (const [name] of gone)
		context.report.add({rule: 'webhook-removed', place: place(name), before: 'present', after: 'absent'});
	for (const [name, item] of born)
		context.report.add({rule: 'webhook-added', place: place(name), at: item.at, before: 'absent', after: 'present'});
	for (const {was, is} of both) compareItems(context, {before, after}, was, is, 'response', undefined, 'webhook ');
}
