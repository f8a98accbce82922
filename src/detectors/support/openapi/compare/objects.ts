// Room: detectors. The parts of a schema: fields, required, read-only and write-only, free fields, items, tuples, conditions.

import {get, type Node, shown, signature} from '../node.ts';
import {into, type Place} from '../report.ts';
import type {RuleName} from '../rules.ts';
import {type Beyond, type Schema, type Shape, shapeOf} from '../shape.ts';
import {type Context, joined, type Pair, renamed, sides} from './context.ts';
import {compareLifecycle} from './lifecycle.ts';

type Deeper = (before: Schema, after: Schema, step: string) => void;

export function compareObjects(context: Context, pair: Pair, deeper: Deeper): void {
	compareFields(context, pair, deeper);
	compareFree(context, pair, deeper);
	compareLists(context, pair, deeper);
	compareConditions(context, pair);
	compareNames(context, pair, deeper);
}

interface Field {
	readonly schema: Schema;
	readonly shape: Shape;
	readonly required: boolean;
	/** Not part of what goes in this direction: read-only of a request, write-only of a response. */
	readonly hidden: boolean;
}

function fieldsOf(context: Context, side: 'before' | 'after', pair: Pair): ReadonlyMap<string, Field> {
	const shape = pair[side];
	const fields = new Map<string, Field>();
	for (const [name, schema] of shape.properties) {
		const inner = shapeOf(context[side], schema, shape.at);
		const hidden = pair.flow === 'request' ? inner.readOnly : inner.writeOnly;
		fields.set(name, {schema, shape: inner, required: shape.required.has(name), hidden});
	}
	// A name that is only required is a field of which nothing else is known.
	for (const [name, node] of shape.required)
		if (name !== '' && !fields.has(name))
			fields.set(name, {schema: [], shape: {...NOTHING, at: node}, required: true, hidden: false});
	return fields;
}

const NONE = new Map<string, never>();
const NOTHING: Omit<Shape, 'at'> = {
	opaque: false,
	nullable: false,
	isConst: false,
	limits: new Map(),
	patterns: NONE,
	properties: NONE,
	required: NONE,
	additional: 'open',
	unevaluatedProperties: 'open',
	unevaluatedItems: 'open',
	tuple: [],
	byPattern: NONE,
	dependent: NONE,
	conditions: NONE,
	alternatives: [],
	content: NONE,
	readOnly: false,
	writeOnly: false,
};

const sameField = (was: Field, is: Field) =>
	was.schema.length > 0 &&
	was.schema.map((node) => signature(node)).join() === is.schema.map((node) => signature(node)).join();

function compareFields(context: Context, pair: Pair, deeper: Deeper): void {
	const {report} = context;
	const {flow, after, place} = pair;
	const request = flow === 'request';
	const visible = (fields: ReadonlyMap<string, Field>) => new Map([...fields].filter(([, field]) => !field.hidden));
	const [allBefore, allAfter] = [fieldsOf(context, 'before', pair), fieldsOf(context, 'after', pair)];
	const {gone, born, both} = sides(visible(allBefore), visible(allAfter));
	const list = fieldsNode(after);
	const renames = renamed(gone, born).filter(({was, is}) => sameField(was[1], is[1]));
	const moved = new Set(renames.flatMap(({was, is}) => [was[0], is[0]]));
	for (const {was, is} of renames)
		report.add({
			rule: request ? 'request-property-renamed' : 'response-property-renamed',
			place: into(place, `.${is[0]}`),
			at: is[1].shape.at,
			before: was[0],
			after: is[0],
		});
	for (const [name, field] of gone) {
		if (moved.has(name)) continue;
		const now = allAfter.get(name);
		const rule: RuleName =
			now !== undefined
				? request
					? 'request-property-read-only'
					: 'response-property-write-only'
				: request
					? after.additional === 'closed' || after.unevaluatedProperties === 'closed'
						? 'request-property-refused'
						: 'request-property-removed'
					: field.required
						? 'response-property-removed'
						: 'response-optional-property-removed';
		report.add({
			rule,
			place: into(place, `.${name}`),
			at: now?.shape.at ?? list,
			before: describe(field),
			after: now === undefined ? 'absent' : request ? 'read-only' : 'write-only',
		});
	}
	for (const [name, field] of born) {
		if (moved.has(name)) continue;
		const rule: RuleName = !request
			? 'response-property-added'
			: !field.required
				? 'request-property-added'
				: field.shape.default === undefined
					? 'request-property-added-required'
					: 'request-property-added-with-default';
		report.add({
			rule,
			place: into(place, `.${name}`),
			at: field.shape.at,
			before: allBefore.has(name) ? (request ? 'read-only' : 'write-only') : 'absent',
			after: describe(field),
		});
	}
	for (const {name, was, is} of both) {
		const where = into(place, `.${name}`);
		compareRequired(context, pair, was, is, where);
		compareLifecycle(context, was.shape.lifecycle, is.shape.lifecycle, is.shape.at, where);
		deeper(was.schema, is.schema, `.${name}`);
	}
}

function compareRequired({report}: Context, {flow, after}: Pair, was: Field, is: Field, place: Place): void {
	if (was.required === is.required) return;
	const rule: RuleName =
		flow === 'request'
			? !is.required
				? 'request-loosened'
				: is.shape.default === undefined
					? 'request-property-became-required'
					: 'request-property-required-with-default'
			: is.required
				? 'response-tightened'
				: 'response-property-became-optional';
	const name = place.within.slice(place.within.lastIndexOf('.') + 1);
	const at = after.required.get(name) ?? is.shape.at;
	const say = (required: boolean) => (required ? 'required' : 'optional');
	report.add({rule, place, at, before: say(was.required), after: say(is.required)});
}

const describe = ({shape, required}: Field) =>
	`${required ? 'required ' : ''}${[...(shape.types ?? ['any'])].join(' or ')}`;

/** Where the fields stand now: what is gone is told there. */
const fieldsNode = (shape: Shape): Node => get(shape.at, 'properties') ?? shape.at;

function compareFree({report}: Context, {before, after, flow, place}: Pair, deeper: Deeper): void {
	const object = [before, after].every((shape) => shape.types?.has('object') ?? false);
	if (!object) return;
	const say = (rule: RuleName, was: Beyond, is: Beyond, key: string) => {
		const at = get(after.at, key) ?? after.at;
		const word = (free: Beyond) => (typeof free === 'string' ? free : shown(free[0], 60));
		report.add({rule, place, at, before: `${key} ${word(was)}`, after: `${key} ${word(is)}`});
	};
	for (const key of ['additionalProperties', 'unevaluatedProperties'] as const) {
		const pick = (shape: Shape) => (key === 'additionalProperties' ? shape.additional : shape.unevaluatedProperties);
		const [was, is] = [pick(before), pick(after)];
		if (typeof was !== 'string' && typeof is !== 'string') deeper(was, is, '{*}');
		else if (was === is) continue;
		else if (flow === 'request') {
			if (is === 'closed') say('request-closed', was, is, key);
			else if (was === 'open') say('request-values-described', was, is, key);
			else say('request-loosened', was, is, key);
		} else if (was === 'closed' || is === 'open') say('response-opened', was, is, key);
		else say('response-tightened', was, is, key);
	}
}

function compareLists({report}: Context, {before, after, flow, place}: Pair, deeper: Deeper): void {
	if (before.items !== undefined && after.items !== undefined) deeper(before.items, after.items, '[]');
	const shared = Math.min(before.tuple.length, after.tuple.length);
	for (let i = 0; i < shared; i++) deeper(before.tuple[i] ?? [], after.tuple[i] ?? [], `[${i}]`);
	const [was, is] = [before.tuple.length, after.tuple.length].map((count) => `${count} places`);
	if (flow === 'request' && after.tuple.length < before.tuple.length && before.tuple.length > 0)
		report.add({rule: 'request-tuple-item-removed', place, at: after.at, before: was, after: is});
	if (flow === 'response' && after.tuple.length > before.tuple.length)
		report.add({rule: 'response-tuple-item-added', place, at: after.at, before: was, after: is});
	if (before.contains !== undefined && after.contains !== undefined)
		deeper(before.contains, after.contains, '[contains]');
	const has = (shape: Shape) =>
		joined([
			...(shape.contains === undefined ? [] : [`contains ${shown(shape.contains[0], 60)}`]),
			...(shape.unevaluatedItems === 'closed' ? ['no other items'] : []),
		]) || 'none';
	const asks = (shape: Shape) => Number(shape.contains !== undefined) + Number(shape.unevaluatedItems === 'closed');
	if (flow === 'request' && asks(after) > asks(before))
		report.add({rule: 'request-contains-added', place, at: after.at, before: has(before), after: has(after)});
	if (flow === 'response' && asks(after) < asks(before))
		report.add({rule: 'response-contains-dropped', place, at: after.at, before: has(before), after: has(after)});
}

function compareConditions({report}: Context, {before, after, flow, place}: Pair): void {
	const {gone, born, both} = sides(before.conditions, after.conditions);
	const changed = both.filter(({was, is}) => signature(was) !== signature(is)).map(({name}) => name);
	const names = [...changed, ...(flow === 'request' ? born : gone).map(([name]) => name)];
	for (const name of names)
		report.add({
			rule: flow === 'request' ? 'request-condition-added' : 'response-condition-dropped',
			place,
			at: after.conditions.get(name) ?? after.at,
			before: `${name} ${shown(before.conditions.get(name), 80)}`,
			after: `${name} ${shown(after.conditions.get(name), 80)}`,
		});
	const needs = sides(before.dependent, after.dependent);
	const request = flow === 'request';
	for (const [name, node] of request ? needs.born : needs.gone)
		report.add({
			rule: request ? 'request-dependent-required' : 'response-dependent-required-dropped',
			place,
			at: request ? node : after.at,
			before: request ? 'independent' : name,
			after: request ? name : 'independent',
		});
}

function compareNames({report}: Context, {before, after, flow, place}: Pair, deeper: Deeper): void {
	const {gone, born, both} = sides(before.byPattern, after.byPattern);
	for (const {name, was, is} of both) deeper(was, is, `{${name}}`);
	if (before.names !== undefined && after.names !== undefined) deeper(before.names, after.names, '{name}');
	const namesGone = before.names !== undefined && after.names === undefined;
	const namesBorn = before.names === undefined && after.names !== undefined;
	const request = flow === 'request';
	const changed = request
		? [...born.map(([name]) => name), ...(namesBorn ? ['propertyNames'] : [])]
		: [...gone.map(([name]) => name), ...(namesGone ? ['propertyNames'] : [])];
	for (const name of changed)
		report.add({
			rule: request ? 'request-names-limited' : 'response-names-dropped',
			place,
			at: after.byPattern.get(name)?.[0] ?? after.names?.[0] ?? after.at,
			before: request ? 'any name' : name,
			after: request ? name : 'any name',
		});
}
