// Room: detectors. Two sets of .proto files compared by the full names of what they declare, so that a move between files is
// a move, and a change of package is one finding and not a hundred.

import type {Sign} from '../rules.ts';
import {enums} from './enums.ts';
import {messages} from './messages.ts';
import {type Definition, feature, type Place, type ProtoFile, type Rpc, type Service} from './model.ts';
import {Names} from './names.ts';
import {FILE_OPTIONS} from './rules.ts';

/** Tells a sign under `proto-…`. */
export type Tell = (
	rule: string,
	place: Place,
	object: string,
	what: string,
	sides?: {before?: string | undefined; after?: string | undefined; atMost?: Sign['atMost']},
) => void;

/** A file of the change, before and after; a rename has both. */
export interface Pair {
	readonly before: ProtoFile | undefined;
	readonly after: ProtoFile | undefined;
}

/** Packages named `v1alpha1`, `v2beta`, `v1test`: they promise nothing yet. */
const UNSTABLE = /(^|\.)v\d+(p\d+)?(alpha|beta|test)\d*$/;

/** Nobody reads more; what is folded away needs no exact number. */
const MOST_SIGNS = 2000;

export function diffProtos(pairs: readonly Pair[]): Sign[] {
	const signs: Sign[] = [];
	// Full names are for looking up; a sentence reads better without the package before each.
	const packages = [...new Set(pairs.flatMap((pair) => [pair.before?.package, pair.after?.package]))].filter(
		(name) => name !== undefined && name !== '',
	);
	const brief = (what: string, rule: string) =>
		rule === 'package-changed' ? what : packages.reduce<string>((text, name) => text.replaceAll(`${name}.`, ''), what);
	const tell: Tell = (rule, place, object, what, {before, after, atMost} = {}) =>
		signs.push({
			rule: `proto-${rule}`,
			path: place.path,
			line: place.line,
			object,
			what: brief(what, rule),
			before,
			after,
			atMost,
		});
	const moved = new Map<string, string>();
	for (const {before, after} of pairs)
		if (before && after && before.package !== after.package && before.package !== '')
			moved.set(before.package, after.package);
	const old = new Names(
		pairs.flatMap(({before}) => before ?? []),
		moved,
	);
	const now = new Names(
		pairs.flatMap(({after}) => after ?? []),
		new Map(),
	);
	const removed = new Set<ProtoFile>();
	for (const {before, after} of pairs) {
		if (before && after) files(tell, before, after);
		else if (before && fileGone(tell, before, now)) removed.add(before);
	}
	const lost = new Set(
		[...old.all].flatMap(([key, one]) => (one.kind === 'message' && !now.all.has(key) ? [one.name] : [])),
	);
	for (const [key, was] of old.all) {
		if (signs.length > MOST_SIGNS) break;
		const is = now.all.get(key);
		const unstable = UNSTABLE.test(was.file.package) ? ('caution' as const) : undefined;
		const told: Tell = (rule, place, object, what, sides = {}) =>
			tell(rule, place, object, what, {...sides, atMost: sides.atMost ?? unstable});
		if (is === undefined) gone(told, was, pairs, removed, lost);
		else {
			if (is.file.path !== was.file.path && !pairs.some((pair) => pair.before === was.file && pair.after === is.file))
				told('definition-moved', is.place, is.name, `moves ${is.kind} ${is.name} to another file`, {
					before: was.file.path,
					after: is.file.path,
				});
			if (was.kind === 'message' && is.kind === 'message') messages(told, was, is, old, now);
			if (was.kind === 'enum' && is.kind === 'enum') enums(told, was, is);
			if (was.kind === 'service' && is.kind === 'service') services(told, was, is, old, now);
		}
	}
	for (const [key, is] of now.all) if (!old.all.has(key)) born(tell, is, old);
	return signs;
}

/** Inside what is new as a whole nothing is told. */
function born(tell: Tell, is: Definition, old: Names): void {
	const parent = is.name.slice(0, is.name.lastIndexOf('.'));
	if (is.kind === 'extension') tell('extension-added', is.place, is.name, `adds extension ${is.field.name}`);
	else if (parent === is.file.package || parent === '' || old.all.has(`message ${parent}`))
		tell(`${is.kind}-added`, is.place, is.name, `adds ${is.kind} ${is.name}`);
}

function gone(
	tell: Tell,
	was: Definition,
	pairs: readonly Pair[],
	removed: ReadonlySet<ProtoFile>,
	lost: ReadonlySet<string>,
): void {
	if (removed.has(was.file) && was.kind !== 'service') return;
	const after = pairs.find(({before}) => before === was.file)?.after;
	const place = near(was.place, after) ?? {path: was.file.path, line: 1};
	const parent = was.name.slice(0, was.name.lastIndexOf('.'));
	if (was.kind === 'extension')
		tell('extension-removed', place, was.name, `removes extension ${was.field.name}`, {
			before: `${was.field.type} ${was.field.name} = ${was.field.number}`,
		});
	// What lay inside a message that is gone went with it.
	else if (!lost.has(parent))
		tell(`${was.kind}-removed`, place, was.name, `removes ${was.kind} ${was.name}`, {
			before: `${was.kind} ${was.name}`,
		});
}

/** The definition after the place in the new file: where the reader should look. */
function near(place: Place, after: ProtoFile | undefined): Place | undefined {
	if (after === undefined) return undefined;
	return after.definitions.find((one) => one.place.line >= place.line)?.place ?? {path: after.path, line: 1};
}

function fileGone(tell: Tell, before: ProtoFile, now: Names): boolean {
	const lost = before.definitions.filter((one) => !now.all.has(`${one.kind} ${one.name}`));
	if (lost.length === 0) return false;
	tell(
		'file-removed',
		{path: before.path, line: 1},
		before.path,
		`removes ${before.path} with ${lost.length} definition${lost.length === 1 ? '' : 's'}`,
		{
			before: lost.map(({kind, name}) => `${kind} ${name}`).join(', '),
			atMost: UNSTABLE.test(before.package) ? 'caution' : undefined,
		},
	);
	return true;
}

function files(tell: Tell, before: ProtoFile, after: ProtoFile): void {
	const at = (line: number) => ({path: after.path, line});
	if (before.package !== after.package)
		tell(
			'package-changed',
			at(after.packageLine),
			before.package || after.package,
			`changes package ${before.package || '(none)'} to ${after.package || '(none)'}`,
			{
				before: before.package,
				after: after.package,
				atMost: UNSTABLE.test(before.package) ? 'caution' : undefined,
			},
		);
	if (before.syntax !== after.syntax)
		tell(
			'syntax-changed',
			at(after.syntaxLine),
			after.path,
			`changes the syntax from ${before.syntax} to ${after.syntax}`,
			{before: before.syntax, after: after.syntax},
		);
	for (const name of before.publicImports.keys())
		if (!after.publicImports.has(name))
			tell('public-import-removed', at(1), name, `no longer passes on ${name}`, {before: name});
	for (const name of FILE_OPTIONS.keys()) {
		const [was, is] = [before.options.get(name), after.options.get(name)];
		if (was?.value === is?.value || (was === undefined && after.definitions.length === 0)) continue;
		const sides = {before: was?.value, after: is?.value, atMost: was === undefined ? ('note' as const) : undefined};
		tell(
			`${name.replaceAll('_', '-')}-changed`,
			at(is?.line ?? 1),
			name,
			`changes ${name} from ${was?.value ?? 'none'} to ${is?.value ?? 'none'}`,
			sides,
		);
	}
	const utf8 = (file: ProtoFile) =>
		file.options.get('java_string_check_utf8')?.value ?? feature('(pb.java).utf8_validation', file);
	if (utf8(before) !== utf8(after))
		tell(
			'java-utf8-changed',
			at(after.options.get('java_string_check_utf8')?.line ?? 1),
			after.path,
			'changes whether Java checks strings for UTF-8',
			{
				before: utf8(before),
				after: utf8(after),
			},
		);
}

function services(tell: Tell, was: Service, is: Service, old: Names, now: Names): void {
	for (const [name, before] of was.rpcs) {
		const after = is.rpcs.get(name);
		const object = `${is.name}.${name}`;
		if (after === undefined)
			tell('rpc-removed', is.place, object, `removes call ${object}`, {before: signature(before)});
		else calls(tell, object, before, after, (a, b) => old.same(a, was.name, now, b, is.name));
	}
	for (const [name, rpc] of is.rpcs)
		if (!was.rpcs.has(name))
			tell('rpc-added', rpc.place, `${is.name}.${name}`, `adds call ${is.name}.${name}`, {after: signature(rpc)});
}

function calls(tell: Tell, object: string, was: Rpc, is: Rpc, same: (a: string, b: string) => boolean): void {
	const sides = {before: signature(was), after: signature(is)};
	if (!same(was.request, is.request))
		tell('rpc-request-changed', is.place, object, `${object} takes ${is.request}, not ${was.request}`, sides);
	if (!same(was.response, is.response))
		tell('rpc-response-changed', is.place, object, `${object} answers ${is.response}, not ${was.response}`, sides);
	if (was.clientStreams !== is.clientStreams)
		tell(
			'rpc-client-streaming-changed',
			is.place,
			object,
			`clients of ${object} ${is.clientStreams ? 'stream' : 'no longer stream'}`,
			sides,
		);
	if (was.serverStreams !== is.serverStreams)
		tell(
			'rpc-server-streaming-changed',
			is.place,
			object,
			`${object} ${is.serverStreams ? 'streams' : 'no longer streams'} its answers`,
			sides,
		);
	const option = (name: string) => ({before: was.options.get(name), after: is.options.get(name)});
	const idempotency = option('idempotency_level');
	if (idempotency.before !== idempotency.after)
		tell('rpc-idempotency-changed', is.place, object, `changes whether ${object} may be repeated`, idempotency);
	routes(tell, object, is.place, option('(google.api.http)'));
}

/** HTTP routes by verb and shape of the path: how a variable in it is called is not part of a request. */
function routes(
	tell: Tell,
	object: string,
	place: Place,
	sides: {before: string | undefined; after: string | undefined},
): void {
	const {before, after} = sides;
	if (before === after) return;
	const [old, now] = [routesOf(before), routesOf(after)];
	const lost = [...old].filter((route) => !now.has(route));
	const born = [...now].filter((route) => !old.has(route));
	if (lost.length > 0)
		tell('rpc-http-changed', place, object, `${object} is no longer served at ${lost.join(', ')}`, {
			before: lost.join(', '),
			after: born.join(', '),
		});
	else if (born.length > 0)
		tell('rpc-http-added', place, object, `serves ${object} at ${born.join(', ')}`, {after: born.join(', ')});
	// The same routes with other bodies or other variables.
	else
		tell('rpc-http-changed', place, object, `changes how ${object} is read from a request`, {
			...sides,
			atMost: 'caution',
		});
}

function routesOf(option: string | undefined): Set<string> {
	const found = new Set<string>();
	for (const [, verb = '', path = ''] of (option ?? '').matchAll(/\b(get|put|post|delete|patch|path) : (\S+)/g))
		found.add(`${verb.toUpperCase()} ${path.replaceAll(/\{[^}=]*\}/g, '{}').replaceAll(/\{[^}=]*=([^}]*)\}/g, '$1')}`);
	return found;
}

const signature = ({request, response, clientStreams, serverStreams}: Rpc) =>
	`(${clientStreams ? 'stream ' : ''}${request}) returns (${serverStreams ? 'stream ' : ''}${response})`;
