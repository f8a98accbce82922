// Room: detectors. oneOf, anyOf and the field that tells the kind. Order and the choice between the two words do not matter.

import {get, items, nameOfRef, shown, signature, text} from '../node.ts';
import {type Schema, type Shape, shapeOf} from '../shape.ts';
import {type Context, joined, type Pair, sides} from './context.ts';

type Deeper = (before: Schema, after: Schema, step: string) => void;

const MOST = 200;

/** A name for an alternative that survives a change inside it: reference, title, constant of a field, or lone type. */
function labelOf(schema: Schema): string {
	const [node] = schema;
	const ref = text(get(node, '$ref'));
	if (ref !== undefined) return nameOfRef(ref);
	const title = text(get(node, 'title'));
	if (title !== undefined) return title;
	const constant = constantOf(schema);
	if (constant !== undefined) return constant;
	const type = text(get(node, 'type'));
	return type === undefined || type === 'object' ? '' : type;
}

function constantOf([node]: Schema): string | undefined {
	const fields = get(node, 'properties');
	if (fields?.kind !== 'map') return undefined;
	for (const [name, field] of fields.entries) {
		const value =
			get(field, 'const') ?? (items(get(field, 'enum')).length === 1 ? items(get(field, 'enum'))[0] : undefined);
		if (value !== undefined) return `${name}=${shown(value, 40)}`;
	}
	return undefined;
}

/** Pairs alternatives of the same label, then of the same words, then the one that is left on each side. */
function paired(before: readonly Schema[], after: readonly Schema[]) {
	const gone = [...before.slice(0, MOST)];
	const born = [...after.slice(0, MOST)];
	const both: {was: Schema; is: Schema}[] = [];
	const match = (key: (schema: Schema) => string) => {
		const waiting = new Map<string, Schema[]>();
		for (const is of born) if (key(is) !== '') waiting.set(key(is), [...(waiting.get(key(is)) ?? []), is]);
		for (const was of [...gone]) {
			const is = waiting.get(key(was))?.shift();
			if (is === undefined) continue;
			both.push({was, is});
			gone.splice(gone.indexOf(was), 1);
			born.splice(born.indexOf(is), 1);
		}
	};
	match(words);
	match(labelOf);
	const [lastGone, lastBorn] = [gone[0], born[0]];
	const unnamed = (schema: Schema) => labelOf(schema) === '';
	if (gone.length === 1 && born.length === 1 && lastGone && lastBorn && unnamed(lastGone) && unnamed(lastBorn)) {
		both.push({was: lastGone, is: lastBorn});
		return {gone: [], born: [], both};
	}
	return {gone, born, both};
}

const words = (schema: Schema) => schema.map((node) => signature(node)).join();
const name = (schema: Schema) => labelOf(schema) || shown(schema[0], 40);

export function compareAlternatives(context: Context, pair: Pair, deeper: Deeper): void {
	const {report} = context;
	const {before, after, flow, place} = pair;
	const request = flow === 'request';
	for (let i = 0; i < Math.max(before.alternatives.length, after.alternatives.length); i++) {
		const [was, is] = [before.alternatives[i], after.alternatives[i]];
		if (was !== undefined && is !== undefined) {
			const {gone, born, both} = paired(was, is);
			for (const one of both) deeper(one.was, one.is, `|${labelOf(one.is) || 'alternative'}`);
			if (gone.length > 0)
				report.add({
					rule: request ? 'request-alternative-removed' : 'response-tightened',
					place,
					at: is[0]?.[0] ?? after.at,
					before: joined(gone.map(name)),
					after: 'gone',
				});
			if (born.length > 0)
				report.add({
					rule: request ? 'request-alternative-added' : 'response-alternative-added',
					place,
					at: born[0]?.[0] ?? after.at,
					before: 'absent',
					after: joined(born.map(name)),
				});
		} else if (is !== undefined) wrapped(context, pair, is);
		else if (was !== undefined)
			report.add({
				rule: request ? 'request-alternative-removed' : 'response-tightened',
				place,
				at: after.at,
				before: joined(was.map(name)),
				after: 'one form only',
			});
	}
	compareDiscriminators(context, pair);
}

/** What was one thing is now one of several. Alternatives that only ask for fields do not add a kind. */
function wrapped(context: Context, {before, after, flow, place}: Pair, is: readonly Schema[]): void {
	const kinds = is.filter((schema) => {
		const shape = shapeOf(context.after, schema, after.at);
		return shape.types !== undefined || shape.properties.size > 0 || shape.opaque;
	});
	if (kinds.length < 2) return;
	// What was anything is now one of several: that is a limit, not a further kind.
	const anything = before.types === undefined && before.properties.size === 0 && before.values === undefined;
	if (anything && flow === 'response') return;
	context.report.add({
		rule: flow === 'request' ? 'request-wrapped' : 'response-wrapped',
		place,
		at: is[0]?.[0] ?? after.at,
		before: anything ? 'any' : 'one form',
		after: `one of ${joined(kinds.map(name))}`,
	});
}

function compareDiscriminators({report}: Context, {before, after, flow, place}: Pair): void {
	const [was, is] = [before.discriminator, after.discriminator];
	if (was === undefined && is === undefined) return;
	const request = flow === 'request';
	const changed = request ? 'request-discriminator-changed' : 'response-discriminator-changed';
	const words = (one: Shape['discriminator']) => one?.property ?? 'none';
	const at = is?.at ?? after.at;
	if (was?.property !== is?.property) {
		// One that appears names a field that was there before, or it would have been told as a new field.
		if (was !== undefined) report.add({rule: changed, place, at, before: words(was), after: words(is)});
		return;
	}
	if (was === undefined || is === undefined) return;
	const {gone, born, both} = sides(was.mapping, is.mapping);
	for (const each of both)
		if (each.was !== each.is)
			report.add({
				rule: changed,
				place,
				at,
				before: `${each.name} → ${each.was}`,
				after: `${each.name} → ${each.is}`,
			});
	// The first mapping that is written down only says what the names of the schemas said before.
	if (request && gone.length > 0 && is.mapping.size > 0)
		report.add({
			rule: 'request-discriminator-value-removed',
			place,
			at,
			before: joined(gone.map(([value]) => value)),
			after: 'gone',
		});
	if (!request && born.length > 0 && was.mapping.size > 0)
		report.add({
			rule: 'response-discriminator-value-added',
			place,
			at,
			before: 'absent',
			after: joined(born.map(([value]) => value)),
		});
}
