// Room: detectors. Parameters of an operation: gone, born, moved, renamed, required, and how they are written.

import type {Library} from '../library.ts';
import type {Operation, Parameter} from '../model.ts';
import {shown} from '../node.ts';
import {into, type Place} from '../report.ts';
import {type Schema, shapeOf} from '../shape.ts';
import {type Context, type Flow, renamed, sides} from './context.ts';
import {compareLifecycle, farewell} from './lifecycle.ts';
import {compareSchemas} from './schemas.ts';

const stepOf = (parameter: Parameter) => ` ${parameter.in} ${parameter.name}`;
const wordsOf = (library: Library, {required, schema, at}: Parameter) => {
	const types = schema === undefined ? undefined : shapeOf(library, schema, at).types;
	return `${required ? 'required' : 'optional'} ${[...(types ?? ['value'])].join(' or ')}`;
};

export function compareParameters(
	context: Context,
	was: Operation,
	is: Operation,
	flow: Flow,
	names: ReadonlyMap<string, string>,
	place: Place,
): void {
	const {report} = context;
	// A parameter of the path is known by its place in the template, not by its name.
	const before = new Map(
		[...was.parameters].map(([key, parameter]) => {
			const name = parameter.in === 'path' ? names.get(parameter.name) : undefined;
			return [name === undefined ? key : `path:${name}`, parameter] as const;
		}),
	);
	const {gone, born, both} = sides(before, is.parameters);
	const done = new Set<Parameter>();
	const together: {was: Parameter; is: Parameter}[] = both.map((pair) => ({was: pair.was, is: pair.is}));
	for (const [, old] of gone) {
		const now = born.find(([, each]) => each.name === old.name && !done.has(each))?.[1];
		if (now === undefined || old.in === 'path' || now.in === 'path') continue;
		report.add({
			rule: 'parameter-moved',
			place: into(place, stepOf(now)),
			at: now.at,
			before: `in ${old.in}`,
			after: `in ${now.in}`,
		});
		done.add(old).add(now);
		together.push({was: old, is: now});
	}
	const rest = <T extends readonly (readonly [string, Parameter])[]>(list: T) =>
		list.filter(([, parameter]) => !done.has(parameter));
	for (const pair of renamed(rest(gone), rest(born))) {
		const [old, now] = [pair.was[1], pair.is[1]];
		if (old.in !== now.in || old.in === 'path' || !sameSchema(old.schema, now.schema)) continue;
		report.add({
			rule: 'parameter-renamed',
			place: into(place, stepOf(now)),
			at: now.at,
			before: old.name,
			after: now.name,
		});
		done.add(old).add(now);
		together.push({was: old, is: now});
	}
	for (const [, old] of rest(gone)) {
		// A path without its parameter is another path; what is still in the template was only said in another place.
		if (old.in === 'path') continue;
		const way = farewell(old.node, context.now);
		report.add({
			rule:
				way === 'removed'
					? 'parameter-removed'
					: way === 'before-sunset'
						? 'parameter-removed-before-sunset'
						: 'parameter-removed-deprecated',
			place: into(place, stepOf(old)),
			at: is.at,
			before: wordsOf(context.before, old),
			group: `${stepOf(old)} ${way}`,
			after: 'absent',
		});
	}
	for (const [, now] of rest(born))
		report.add({
			rule: now.in === 'path' ? 'path-parameter-added' : now.required ? 'parameter-added-required' : 'parameter-added',
			place: into(place, stepOf(now)),
			at: now.at,
			before: 'absent',
			after: wordsOf(context.after, now),
			group: `${stepOf(now)} ${now.required}`,
		});
	for (const pair of together) compareParameter(context, pair.was, pair.is, flow, into(place, stepOf(pair.is)));
}

const sameSchema = (a: Schema | undefined, b: Schema | undefined) => {
	const types = [a, b].map((schema) =>
		schema?.[0] === undefined ? '' : shown(schema[0], 40).replace(/name: [^,}]*/, ''),
	);
	return types[0] === types[1];
};

function compareParameter(context: Context, was: Parameter, is: Parameter, flow: Flow, place: Place): void {
	const {report} = context;
	const at = is.at;
	if (was.required !== is.required) {
		const say = (required: boolean) => (required ? 'required' : 'optional');
		const rule = is.required ? 'parameter-became-required' : 'parameter-became-optional';
		report.add({rule, place, at, before: say(was.required), after: say(is.required)});
	}
	compareLifecycle(context, was.node, is.node, at, place);
	if (was.media !== is.media)
		report.add({
			rule: 'parameter-content-changed',
			place,
			at,
			before: was.media ?? 'plain value',
			after: is.media ?? 'plain value',
		});
	// Only lists and objects are written in more than one way.
	else if (was.style !== is.style && compound(context, 'before', was) && compound(context, 'after', is))
		report.add({rule: 'parameter-style-changed', place, at, before: was.style, after: is.style});
	if (was.allows !== is.allows)
		report.add({rule: 'parameter-reserved-changed', place, at, before: was.allows, after: is.allows});
	if (was.schema !== undefined && is.schema !== undefined) compareSchemas(context, was.schema, is.schema, flow, place);
}

function compound(context: Context, side: 'before' | 'after', parameter: Parameter): boolean {
	if (parameter.schema === undefined) return false;
	const {types} = shapeOf(context[side], parameter.schema, parameter.at);
	return types?.has('array') === true || types?.has('object') === true;
}
