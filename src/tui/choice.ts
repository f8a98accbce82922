// Room: tui. A choice in the making: what a person wants, what that brings along, what they cut off, and what each step does
// to the risk, in words. Pure; selection closes the choice again and has the last word.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {compose} from '../domain/selection/batch-risk.ts';
import {bestCut, dependants, outOfProportion, reach, type Step} from '../domain/selection/links.ts';
import {count, percent} from '../domain/selection/words.ts';

export interface Choice {
	/** What the person (or the proposal) wants. */
	readonly wanted: ReadonlySet<string>;
	/** What the person does not want to come along. */
	readonly without: ReadonlySet<string>;
}

/** A need as the screen shows it. `soft`: probable, and may be cut. */
export interface Need {
	readonly needs: string;
	readonly why: Safe;
	readonly soft: boolean;
}

const NONE: readonly Need[] = [];

/** Asked for each row of each frame: made once per list. */
const KNOWN = new WeakMap<readonly FeatureLine[], ReadonlyMap<string, readonly Need[]>>();

/** What each feature needs; what only a simulation found has no words. */
function needsOf(features: readonly FeatureLine[]): (id: string) => readonly Need[] {
	const known = KNOWN.get(features) ?? readNeeds(features);
	KNOWN.set(features, known);
	return (id) => known.get(id) ?? NONE;
}

function readNeeds(features: readonly FeatureLine[]): Map<string, readonly Need[]> {
	return new Map(
		features.map(({id, links = [], needs = []}) => {
			const told = links.map((link): Need => ({needs: link.needs, why: link.why, soft: link.soft === true}));
			const named = new Set(told.map((one) => one.needs));
			const more = needs.filter((other) => !named.has(other));
			return [id, [...told, ...more.map((other): Need => ({needs: other, why: safe(''), soft: false}))]];
		}),
	);
}

const hard = (need: Need) => !need.soft;

/** What comes along with a choice: never what was cut off, nor what cannot go without that. */
export function alongWith(features: readonly FeatureLine[], {wanted, without}: Choice): Map<string, Step<Need>> {
	const linksOf = needsOf(features);
	const all = new Set(without.size === 0 ? [] : features.map(({id}) => id));
	const blocked = new Set([...without].flatMap((id) => [id, ...dependants(id, all, linksOf, hard)]));
	return reach(wanted, linksOf, ({needs}) => !blocked.has(needs));
}

/** Everything that goes. */
export function marksFor(features: readonly FeatureLine[], choice: Choice): Set<string> {
	return new Set([...choice.wanted, ...alongWith(features, choice).keys()]);
}

/** The composed figure while choosing, before experience moves it: selection computes the whole one. */
export function riskOf(features: readonly FeatureLine[], chosen: ReadonlySet<string>): number {
	return compose(features.filter((f) => chosen.has(f.id)).map((f) => f.risk ?? 0));
}

export interface Changed {
	readonly choice: Choice;
	/** What else it did; undefined when nothing. */
	readonly says?: string;
}

/** Takes one feature or leaves it out, with what it needs or what needs it. */
export function toggle(features: readonly FeatureLine[], choice: Choice, id: string): Changed {
	const goes = marksFor(features, choice).has(id);
	const next = goes ? leave(features, choice, id) : take(features, choice, id);
	return {choice: next, ...wordsFor(features, choice, next, id)};
}

function take(features: readonly FeatureLine[], {wanted, without}: Choice, id: string): Choice {
	const needed = reach([id], needsOf(features), hard);
	return {
		wanted: new Set([...wanted, id]),
		without: new Set([...without].filter((other) => other !== id && !needed.has(other))),
	};
}

function leave(features: readonly FeatureLine[], choice: Choice, id: string): Choice {
	const lost = dependants(id, marksFor(features, choice), needsOf(features), hard);
	const wanted = new Set([...choice.wanted].filter((other) => other !== id && !lost.has(other)));
	// What stays may still need it softly: it would only come back.
	const comesBack = reach(wanted, needsOf(features)).has(id);
	return {wanted, without: comesBack ? new Set([...choice.without, id]) : choice.without};
}

/** Cuts what one feature brings along where that helps most. */
export function cut(features: readonly FeatureLine[], choice: Choice, id: string): Changed {
	const taken = marksFor(features, choice).has(id) ? choice : take(features, choice, id);
	const all = needsOf(features);
	const left = new Map(
		features.map((one) => [one.id, all(one.id).filter(({needs}) => !taken.without.has(needs))] as const),
	);
	const linksOf = (one: string) => left.get(one) ?? NONE;
	const found = bestCut(taken.wanted, linksOf, hard);
	const title = titleIn(features);
	if (!found || !reach([id], linksOf).has(found.at))
		return {choice, says: 'There is no cut here that leaves out more than it loses'};
	const lost = dependants(found.at, marksFor(features, taken), linksOf, hard);
	const next: Choice = {
		wanted: new Set([...taken.wanted].filter((other) => !lost.has(other))),
		without: new Set([...taken.without, found.at]),
	};
	const {says} = wordsFor(features, choice, next, found.at);
	return {choice: next, says: `Cut at ${title(found.at)}${says === undefined ? '' : `. ${says}`}`};
}

const titleIn = (features: readonly FeatureLine[]) => (id: string) =>
	`“${features.find((feature) => feature.id === id)?.title ?? id}”`;

/** At most two names, so that the line stays one. */
function names(features: readonly FeatureLine[], ids: readonly string[]): string {
	const title = titleIn(features);
	const shown = ids.slice(0, 2).map(title).join(', ');
	return ids.length > 2 ? `${shown} and ${ids.length - 2} more` : shown;
}

function wordsFor(features: readonly FeatureLine[], before: Choice, after: Choice, id: string): {says?: string} {
	const [was, is] = [marksFor(features, before), marksFor(features, after)];
	const came = [...is].filter((other) => other !== id && !was.has(other));
	const went = [...was].filter((other) => other !== id && !is.has(other));
	const linksOf = needsOf(features);
	const broken = [...is].filter((other) => linksOf(other).some(({needs, soft}) => soft && needs === id && !is.has(id)));
	if (came.length === 0 && went.length === 0 && broken.length === 0) return {};
	const steps = reach([id], linksOf);
	const deep = is.has(id) && outOfProportion(1, steps) ? ', more than it is worth? u cuts it short' : '';
	const [first] = came;
	const step = first === undefined ? undefined : steps.get(first);
	const why = step?.link.why ? `: ${step.link.why}` : '';
	const parts = [
		came.length > 0 ? `Brings ${count(came.length, 'feature')} along, ${names(features, came)}${why}${deep}` : '',
		went.length > 0 ? `Leaves out ${count(went.length, 'feature')} with it, ${names(features, went)}` : '',
		broken.length > 0 ? `${names(features, broken)} may not compile without it` : '',
	].filter((part) => part !== '');
	const risks = `Risk ${percent(riskOf(features, was))} → ${percent(riskOf(features, is))}`;
	// The figure first: a narrow screen cuts the end.
	return {says: `${risks} · ${parts.join('; ')}`};
}

/** Why a feature that nobody chose goes: who needs it, and what shows it. */
export function whyAlong(features: readonly FeatureLine[], choice: Choice, id: string): string | undefined {
	const step = alongWith(features, choice).get(id);
	if (!step) return undefined;
	const by = titleIn(features)(step.by);
	return `comes along: ${by} ${step.link.why || 'does not apply without it'}`;
}

/** What taking it would bring, for the line below the list; empty when it stands alone. */
export function bringsText(features: readonly FeatureLine[], id: string): string {
	const linksOf = needsOf(features);
	const steps = [...reach([id], linksOf).entries()];
	const needed = features.filter((one) => linksOf(one.id).some(({needs}) => needs === id)).length;
	const by = needed > 0 ? `needed by ${needed}` : '';
	if (steps.length === 0) return by;
	const title = titleIn(features);
	const own = steps
		.filter(([, {depth}]) => depth === 1)
		.map(([other, {link}]) => `${title(other)}${link.soft ? '?' : ''}${link.why ? ` (${link.why})` : ''}`);
	const deepest = Math.max(...steps.map(([, {depth}]) => depth));
	const size = steps.length > own.length ? `${steps.length} in all, ${deepest} deep` : '';
	return [`brings ${own.join(', ')}`, size, by].filter((part) => part !== '').join(' · ');
}
