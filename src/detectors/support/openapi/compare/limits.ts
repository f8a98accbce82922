// Room: detectors. Limits of numbers, text, lists and objects: ranges, lengths, counts, steps and patterns.

import {number, shown} from '../node.ts';
import type {RuleName} from '../rules.ts';
import {LIMITS, type Limit, type LimitName} from '../shape.ts';
import type {Context, Pair} from './context.ts';

interface Kind {
	readonly tightened: RuleName;
	readonly set: RuleName;
	readonly loosened: RuleName;
}

const RANGE: Kind = {
	tightened: 'request-range-tightened',
	set: 'request-range-set',
	loosened: 'response-range-loosened',
};
const LENGTH: Kind = {
	tightened: 'request-length-tightened',
	set: 'request-length-set',
	loosened: 'response-length-loosened',
};
const ITEMS: Kind = {
	tightened: 'request-items-tightened',
	set: 'request-items-set',
	loosened: 'response-items-loosened',
};
const PROPERTIES: Kind = {
	tightened: 'request-properties-tightened',
	set: 'request-properties-tightened',
	loosened: 'response-properties-loosened',
};

const KINDS: Readonly<Record<LimitName, Kind>> = {
	maximum: RANGE,
	minimum: RANGE,
	maxLength: LENGTH,
	minLength: LENGTH,
	maxItems: ITEMS,
	minItems: ITEMS,
	maxContains: ITEMS,
	minContains: ITEMS,
	maxProperties: PROPERTIES,
	minProperties: PROPERTIES,
};

/** Negative when `a` lets less through than `b`, 0 when the same. */
function width(name: LimitName, a: Limit, b: Limit): number {
	const sign = name.startsWith('max') ? 1 : -1;
	return sign * (a.value - b.value) || Number(b.exclusive) - Number(a.exclusive);
}

const words = (name: LimitName, limit: Limit | undefined) =>
	limit === undefined ? 'none' : `${name} ${limit.value}${limit.exclusive ? ' (exclusive)' : ''}`;

export function compareLimits(context: Context, pair: Pair): void {
	for (const name of LIMITS) {
		const [was, is] = [pair.before.limits.get(name), pair.after.limits.get(name)];
		if (was === undefined && is === undefined) continue;
		const change = was === undefined ? -1 : is === undefined ? 1 : width(name, is, was);
		if (change === 0) continue;
		const {tightened, set, loosened} = KINDS[name];
		const rule =
			pair.flow === 'request'
				? change > 0
					? 'request-loosened'
					: was === undefined
						? set
						: tightened
				: change > 0
					? loosened
					: 'response-tightened';
		context.report.add({
			rule,
			place: pair.place,
			at: is?.at ?? pair.after.at,
			before: words(name, was),
			after: words(name, is),
		});
	}
	compareSteps(context, pair);
	comparePatterns(context, pair);
	compareUnique(context, pair);
}

function compareSteps({report}: Context, {before, after, flow, place}: Pair): void {
	const [was, is] = [number(before.multipleOf), number(after.multipleOf)];
	if (was === is) return;
	const divides = (a: number, b: number) => b !== 0 && Number.isInteger(a / b);
	const tighter = is !== undefined && (was === undefined || !divides(was, is));
	const looser = was !== undefined && (is === undefined || !divides(is, was));
	const rule =
		flow === 'request'
			? tighter
				? 'request-multiple-changed'
				: 'request-loosened'
			: looser
				? 'response-multiple-loosened'
				: 'response-tightened';
	const at = after.multipleOf ?? after.at;
	report.add({rule, place, at, before: shown(before.multipleOf), after: shown(after.multipleOf)});
}

/** Patterns are compared as text and never run: they come from outside. */
function comparePatterns({report}: Context, {before, after, flow, place}: Pair): void {
	const gone = [...before.patterns.keys()].filter((pattern) => !after.patterns.has(pattern));
	const born = [...after.patterns.keys()].filter((pattern) => !before.patterns.has(pattern));
	if (gone.length === 0 && born.length === 0) return;
	const rule: RuleName =
		flow === 'response'
			? gone.length > 0
				? 'response-pattern-changed'
				: 'response-tightened'
			: born.length === 0
				? 'request-loosened'
				: gone.length === 0
					? 'request-pattern-added'
					: 'request-pattern-changed';
	report.add({
		rule,
		place,
		at: after.patterns.get(born[0] ?? '') ?? after.at,
		before: gone.join(' and ') || 'none',
		after: born.join(' and ') || 'none',
	});
}

function compareUnique({report}: Context, {before, after, flow, place}: Pair): void {
	const [was, is] = [before.unique !== undefined, after.unique !== undefined];
	if (was === is) return;
	const rule: RuleName =
		flow === 'request'
			? is
				? 'request-unique-items'
				: 'request-loosened'
			: is
				? 'response-tightened'
				: 'response-unique-dropped';
	const say = (unique: boolean) => (unique ? 'each item once' : 'doubles allowed');
	report.add({rule, place, at: after.unique ?? after.at, before: say(was), after: say(is)});
}
