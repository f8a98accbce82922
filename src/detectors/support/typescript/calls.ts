// Room: detectors. Ways to call something, before and after: parameters by their places, results by what a caller may meet.

import type {Tell} from './compare.ts';
import type {Signature, Type} from './model.ts';
import {relation, signatureText} from './types.ts';

export function compareCalls(tell: Tell, name: string, was: readonly Signature[], is: readonly Signature[]): void {
	const [old, now] = [was[0], is[0]];
	if (old === undefined || now === undefined) return;
	if (was.length === 1 && is.length === 1) {
		call(tell, name, old, now);
		return;
	}
	const texts = new Set(is.map((one) => signatureText(one)));
	const before = new Set(was.map((one) => signatureText(one)));
	const lost = was.filter((one) => !texts.has(signatureText(one)));
	const born = is.filter((one) => !before.has(signatureText(one)));
	const [gone, fresh] = [lost[0], born[0]];
	// As many as before and one differs: that one was changed.
	if (lost.length === 1 && born.length === 1 && gone && fresh) {
		call(tell, name, gone, fresh);
		return;
	}
	for (const one of lost)
		if (!is.some((other) => takes(other, one)))
			tell('overload-removed', name, `removes a way to call ${name}`, {
				line: now.line,
				before: signatureText(one, 'written'),
			});
	for (const one of born)
		tell('overload-added', name, `adds a way to call ${name}`, {line: one.line, after: signatureText(one, 'written')});
}

/** Whether every call of the one is a call of the other, so far as can be told. */
function takes(wide: Signature, narrow: Signature): boolean {
	const quiet: string[] = [];
	call((rule) => quiet.push(rule), '', narrow, wide);
	return quiet.every(
		(rule) =>
			/-added$|-widened$|became-optional|return-type-narrowed/.test(rule) && rule !== 'parameter-required-added',
	);
}

function call(tell: Tell, name: string, was: Signature, is: Signature): void {
	const sides = {line: is.line, before: signatureText(was, 'written'), after: signatureText(is, 'written')};
	if (is.generics.length < was.generics.length)
		tell('generic-removed', name, `removes a type parameter of ${name}`, sides);
	if (was.generics.length > 0 && is.generics.slice(was.generics.length).some((one) => !one.hasDefault))
		tell('generic-added', name, `adds a type parameter to ${name}`, sides);
	// A name that is a type parameter on one side alone stands for another type there.
	const own = new Set([...was.generics, ...is.generics].map((one) => one.name));
	const generic = was.generics.length !== is.generics.length;
	const related = (a: Type | undefined, b: Type | undefined) => {
		const how = relation(a, b);
		return generic &&
			how === 'other' &&
			[a, b].some((one) => one !== undefined && [...own].some((word) => one.text.split(/\W+/).includes(word)))
			? 'unknown'
			: how;
	};
	parameters(tell, name, was, is, sides, related);
	results(tell, name, was, is, sides, related);
}

type Sides = {line: number; before: string; after: string};
type Related = typeof relation;

function parameters(tell: Tell, name: string, was: Signature, is: Signature, sides: Sides, related: Related): void {
	const aligned = shifted(was, is);
	if (aligned !== undefined) {
		for (const {name: gone} of aligned.gone) tell('parameter-removed', name, `${name} no longer takes ${gone}`, sides);
		for (const {name: born} of aligned.born)
			tell('parameter-required-added', name, `${name} takes ${born} before what it took there`, sides);
		return;
	}
	const rest = is.parameters.find((one) => one.rest);
	for (const [i, old] of was.parameters.entries()) {
		const now = is.parameters[i];
		if (now === undefined) {
			if (rest !== undefined) continue;
			if (old.rest) tell('rest-parameter-removed', name, `${name} no longer takes ...${old.name}`, sides);
			else tell('parameter-removed', name, `${name} no longer takes ${old.name}`, sides);
			continue;
		}
		if (old.rest && !now.rest) {
			tell('rest-parameter-removed', name, `${name} no longer takes ...${old.name}`, sides);
			continue;
		}
		if (old.rest !== now.rest) continue;
		if (old.optional && !now.optional)
			tell('parameter-became-required', name, `${name} must be given ${now.name}`, sides);
		if (!old.optional && now.optional)
			tell('parameter-became-optional', name, `${name} need not be given ${now.name}`, sides);
		const how = related(old.type, now.type);
		const of = {...sides, before: old.type?.written ?? sides.before, after: now.type?.written ?? sides.after};
		if (how === 'narrower') tell('parameter-type-narrowed', name, `${name} takes less as ${now.name}`, of);
		else if (how === 'wider' || how === 'grown')
			tell('parameter-type-widened', name, `${name} takes more as ${now.name}`, of);
		else if (how === 'other') tell('parameter-type-changed', name, `${name} takes another type as ${now.name}`, of);
	}
	if (was.parameters.some((one) => one.rest)) return;
	for (const now of is.parameters.slice(was.parameters.length))
		if (now.optional || now.rest) tell('parameter-optional-added', name, `${name} may be given ${now.name}`, sides);
		else tell('parameter-required-added', name, `${name} must be given ${now.name} too`, sides);
}

/** Parameters that came or went before others: those behind them moved, and comparing place by place would blame each. */
function shifted(
	{parameters: was}: Signature,
	{parameters: is}: Signature,
): {gone: Signature['parameters']; born: Signature['parameters']} | undefined {
	const [old, now] = [was.map(({name}) => name), is.map(({name}) => name)];
	if (old.length === now.length || new Set(old).size < old.length || new Set(now).size < now.length) return undefined;
	const [few, many] = old.length < now.length ? [old, now] : [now, old];
	const kept = many.filter((name) => few.includes(name));
	// At the end nothing moves: that is compared place by place.
	if (few.length === 0 || kept.join() !== few.join() || many.slice(0, few.length).join() === few.join())
		return undefined;
	return {gone: was.filter(({name}) => !now.includes(name)), born: is.filter(({name}) => !old.includes(name))};
}

const PROMISE = /^(Promise|PromiseLike)</;
const awaited = (type: Type | undefined) => type !== undefined && PROMISE.test(type.text);

function results(tell: Tell, name: string, was: Signature, is: Signature, sides: Sides, related: Related): void {
	const [old, now] = [was, is].map((one) =>
		one.async || awaited(one.returns) ? true : one.returns === undefined ? undefined : false,
	);
	// A function without a written type that is not async may still return a promise.
	if (now === true && old !== true && (old === false || !was.async) && (old === false || is.async))
		tell('became-async', name, `makes ${name} return a promise`, sides);
	else if (old === true && now === false) tell('became-sync', name, `${name} no longer returns a promise`, sides);
	else resolved(tell, name, was, is, sides, related);
}

function resolved(tell: Tell, name: string, was: Signature, is: Signature, sides: Sides, related: Related): void {
	const how = related(was.returns, is.returns);
	const of = {...sides, before: was.returns?.written ?? sides.before, after: is.returns?.written ?? sides.after};
	if (how === 'wider') tell('return-type-widened', name, `${name} can return more`, of);
	else if (how === 'narrower') tell('return-type-narrowed', name, `${name} returns less`, of);
	else if (how === 'other')
		tell(
			was.returns?.text === 'void' ? 'return-type-narrowed' : 'return-type-changed',
			name,
			`${name} returns another type`,
			of,
		);
}
