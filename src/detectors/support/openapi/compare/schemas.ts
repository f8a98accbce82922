// Room: detectors. Two schemas, with the direction in mind. Each pair is compared once, however many operations share it.

import {get, type Node, nameOfRef, text} from '../node.ts';
import {into, type Place} from '../report.ts';
import {type Schema, shapeOf} from '../shape.ts';
import {compareAlternatives} from './alternatives.ts';
import type {Context, Flow, Pair} from './context.ts';
import {compareLimits} from './limits.ts';
import {compareObjects} from './objects.ts';
import {compareTypes, compareValues} from './values.ts';

/** Deeper than any document that people read. */
const DEEPEST = 40;

export function compareSchemas(
	context: Context,
	before: Schema,
	after: Schema,
	flow: Flow,
	place: Place,
	depth = 0,
): void {
	const [was] = before;
	const [is] = after;
	if (was === undefined || is === undefined || depth > DEEPEST) return;
	const key = `${flow} ${idsOf(before)} ${idsOf(after)}`;
	if (context.pairs.has(key)) {
		context.report.again(context.pairs.get(key) ?? [], place.of);
		return;
	}
	if (context.left <= 0) return;
	context.left--;
	// A circle meets this and stops.
	context.pairs.set(key, undefined);
	const entries = context.report.recording(() => {
		const pair: Pair = {
			before: shapeOf(context.before, before, was),
			after: shapeOf(context.after, after, is),
			flow,
			place: shortened(place, is),
		};
		if (pair.before.opaque || pair.after.opaque) return;
		const deeper = (b: Schema, a: Schema, step: string) =>
			compareSchemas(context, b, a, flow, into(pair.place, step), depth + 1);
		// Where the type is another, its limits and fields say nothing more.
		if (!compareTypes(context, pair)) return;
		compareValues(context, pair);
		compareLimits(context, pair);
		compareObjects(context, pair, deeper);
		compareAlternatives(context, pair, deeper);
	});
	context.pairs.set(key, entries);
}

/** Steps into a schema before the way is shortened. */
const LONG_WAY = 4;

/** A long way to a schema that has a name says only the name: circles make ways of any length. */
function shortened(place: Place, node: Node): Place {
	const ref = text(get(node, '$ref'));
	const steps = place.within.split('.').length;
	return ref === undefined || steps <= LONG_WAY
		? place
		: {of: place.of, within: `${place.within.split('.')[0] ?? ''} … ${nameOfRef(ref)}`};
}

const idsOf = (schema: Schema) => schema.map((node) => node.id).join('+');
