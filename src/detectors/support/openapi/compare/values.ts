// Room: detectors. Types, formats, null, lists of values, constants and defaults of a schema.

import {type Node, shown, signature, text} from '../node.ts';
import type {RuleName} from '../rules.ts';
import type {Shape, Type} from '../shape.ts';
import {type Context, joined, type Pair, sides} from './context.ts';

const words = (types: ReadonlySet<Type> | undefined) => (types === undefined ? 'any' : [...types].sort().join(' or '));
const isNumber = (type: Type) => type === 'integer' || type === 'number';

/** From small to large: a larger one holds every value of a smaller. */
const WIDTHS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double'];
/** Names that people write for a format that the registry has under another. */
const ALIASES = new Map([
	['url', 'uri'],
	['datetime', 'date-time'],
	['guid', 'uuid'],
	['int', 'int32'],
	['long', 'int64'],
]);
const properName = (format: string | undefined) => (format === undefined ? undefined : (ALIASES.get(format) ?? format));
/** What a number without a format is taken for. */
const WIDEST = new Set(['int64', 'uint64', 'double']);

/** False when the types are so different that nothing else of the schemas can be compared. */
export function compareTypes({report}: Context, {before, after, flow, place}: Pair): boolean {
	const [was, is] = [before.types, after.types];
	const say = (rule: RuleName) => report.add({rule, place, at: after.at, before: words(was), after: words(is)});
	if (was === undefined || is === undefined) {
		if (was === is) return true;
		// Alternatives and lists of values say a type as well, each in its own way.
		const spoken = [before, after].some((shape) => shape.alternatives.length > 0 || shape.values !== undefined);
		if (!spoken) {
			if (is === undefined) say(flow === 'request' ? 'request-loosened' : 'response-type-dropped');
			else say(flow === 'request' ? 'request-type-set' : 'response-tightened');
		}
		return spoken;
	}
	// An integer is a number as well.
	const lost = [...was].filter((type) => !is.has(type) && !(type === 'integer' && is.has('number')));
	const won = [...is].filter((type) => !was.has(type) && !(type === 'integer' && was.has('number')));
	const numbers = [...was].every(isNumber) && [...is].every(isNumber);
	const apart = !numbers && lost.length === was.size && won.length === is.size;
	const widened = won.length > 0 || (numbers && was.has('integer') && !was.has('number') && is.has('number'));
	if (apart) say(flow === 'request' ? 'request-type-changed' : 'response-type-changed');
	else if (flow === 'request' && lost.length > 0) say('request-type-narrowed');
	else if (flow === 'response' && widened) say('response-type-widened');
	else if (flow === 'request' && widened) say('request-loosened');
	else if (flow === 'response' && lost.length > 0) say('response-tightened');
	if (!apart) {
		compareFormats({report}, {before, after, flow, place});
		compareNull({report}, {before, after, flow, place});
	}
	return !apart;
}

function compareFormats({report}: Pick<Context, 'report'>, {before, after, flow, place}: Pair): void {
	const [was, is] = [before.format, after.format].map((node) => properName(text(node)));
	if (was === is) return;
	if ([was, is].every((format) => format === undefined || WIDEST.has(format))) return;
	const say = (rule: RuleName) =>
		report.add({rule, place, at: after.format ?? after.at, before: was ?? 'none', after: is ?? 'none'});
	const request = flow === 'request';
	if (was === undefined) say(request ? 'request-format-added' : 'response-tightened');
	else if (is === undefined) say(request ? 'request-loosened' : 'response-format-dropped');
	else {
		const [from, to] = [WIDTHS.indexOf(was), WIDTHS.indexOf(is)];
		if (from < 0 || to < 0) say(request ? 'request-format-changed' : 'response-format-changed');
		else if (to > from) say(request ? 'request-loosened' : 'response-number-widened');
		else say(request ? 'request-number-narrowed' : 'response-tightened');
	}
}

function compareNull({report}: Pick<Context, 'report'>, {before, after, flow, place}: Pair): void {
	if (before.nullable === after.nullable) return;
	const say = (rule: RuleName) =>
		report.add({
			rule,
			place,
			at: after.at,
			before: before.nullable ? 'null allowed' : 'never null',
			after: after.nullable ? 'null allowed' : 'never null',
		});
	if (flow === 'request') say(after.nullable ? 'request-loosened' : 'request-not-nullable');
	else say(after.nullable ? 'response-nullable' : 'response-tightened');
}

export function compareValues(context: Context, pair: Pair): void {
	compareEnums(context, pair);
	compareExtensible(context, pair);
	compareDefaults(context, pair);
	compareContent(context, pair);
}

const listWords = (values: ReadonlyMap<string, Node>) => joined([...values.values()].map((node) => shown(node, 40)));

function compareEnums({report}: Context, {before, after, flow, place}: Pair): void {
	const [was, is] = [before.values, after.values];
	const request = flow === 'request';
	const at = after.valuesAt ?? after.at;
	const say = (rule: RuleName, from: string, to: string) => report.add({rule, place, at, before: from, after: to});
	if (was === undefined && is === undefined) return;
	if (was === undefined) {
		const rule = !request ? 'response-tightened' : after.isConst ? 'request-const-added' : 'request-enum-added';
		say(rule, 'any', is === undefined ? '' : listWords(is));
		return;
	}
	if (is === undefined) {
		const rule = request ? 'request-loosened' : before.isConst ? 'response-const-dropped' : 'response-enum-dropped';
		say(rule, listWords(was), after.extensible === undefined ? 'any' : 'any, with an open list');
		return;
	}
	const {gone, born} = sides(was, is);
	if (before.isConst && after.isConst && gone.length > 0) {
		say(request ? 'request-const-changed' : 'response-const-changed', listWords(was), listWords(is));
		return;
	}
	if (gone.length > 0)
		say(request ? 'request-enum-value-removed' : 'response-tightened', listWords(new Map(gone)), 'gone');
	if (born.length > 0)
		say(request ? 'request-enum-value-added' : 'response-enum-value-added', 'absent', listWords(new Map(born)));
}

function compareExtensible({report}: Context, {before, after, flow, place}: Pair): void {
	if (flow !== 'request' || before.extensible === undefined || after.extensible === undefined) return;
	const {gone} = sides(before.extensible, after.extensible);
	if (gone.length > 0)
		report.add({
			rule: 'request-extensible-value-removed',
			place,
			at: [...after.extensible.values()][0] ?? after.at,
			before: listWords(new Map(gone)),
			after: 'gone',
		});
}

/** A default tells what the server does when a field is left out; in what is returned it tells nothing. */
function compareDefaults({report}: Context, {before, after, flow, place}: Pair): void {
	if (flow !== 'request') return;
	const [was, is] = [before.default, after.default].map((node) => node && signature(node));
	if (was === is) return;
	report.add({
		rule: was === undefined ? 'request-default-added' : 'request-default-changed',
		place,
		at: after.default ?? after.at,
		before: shown(before.default),
		after: shown(after.default),
	});
}

function compareContent({report}: Context, {before, after, flow, place}: Pair): void {
	const {gone, born, both} = sides(before.content, after.content);
	const changed = both.filter(({was, is}) => signature(was) !== signature(is));
	const breaks = flow === 'request' ? [...changed, ...born] : [...changed, ...gone];
	if (breaks.length === 0) return;
	const said = (shape: Shape) =>
		joined([...shape.content].map(([name, node]) => `${name} ${shown(node, 60)}`)) || 'none';
	report.add({
		rule: flow === 'request' ? 'request-content-changed' : 'response-content-changed',
		place,
		at: [...after.content.values()][0] ?? after.at,
		before: said(before),
		after: said(after),
	});
}
