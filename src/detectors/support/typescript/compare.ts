// Room: detectors. Two shapes of one export compared. Positions matter: a parameter that takes less breaks callers, a result
// that can be more breaks readers, and a property is read and written.

import {compareCalls} from './calls.ts';
import type {ClassShape, EnumShape, Generic, InterfaceShape, Member, Shape, Type} from './model.ts';
import {relation, signatureText} from './types.ts';

/** Tells a sign about one export; the line is in the file after the change. */
export type Tell = (
	rule: string,
	object: string,
	what: string,
	sides: {line: number; before?: string | undefined; after?: string | undefined},
) => void;

/** A class used as a type and an interface, a function and a constant that is one, serve alike. */
const WORDS: Record<Shape['kind'], string> = {
	function: 'function',
	class: 'class',
	interface: 'interface',
	type: 'type',
	enum: 'enum',
	value: 'value',
	namespace: 'namespace',
};

export function compareShapes(tell: Tell, name: string, was: Shape, is: Shape): void {
	const {line} = is;
	if (was.kind !== is.kind) {
		if (!serves(was, is))
			tell('kind-changed', name, `makes ${WORDS[was.kind]} ${name} a ${WORDS[is.kind]}`, {
				line,
				before: WORDS[was.kind],
				after: WORDS[is.kind],
			});
		else if (
			(was.kind === 'interface' && is.kind === 'type' && is.type.object) ||
			(is.kind === 'interface' && was.kind === 'type' && was.type.object)
		)
			objects(tell, name, membersOf(was), membersOf(is), line);
		return;
	}
	generics(tell, name, was.generics, is.generics, line);
	if (was.kind === 'function' && is.kind === 'function') compareCalls(tell, name, was.signatures, is.signatures);
	if (was.kind === 'class' && is.kind === 'class') classes(tell, name, was, is);
	if (was.kind === 'interface' && is.kind === 'interface') interfaces(tell, name, was, is);
	if (was.kind === 'type' && is.kind === 'type') aliases(tell, name, was.type, is.type, line);
	if (was.kind === 'enum' && is.kind === 'enum') enums(tell, name, was, is);
	if (was.kind === 'value' && is.kind === 'value') {
		const how = relation(was.type, is.type);
		if (how !== 'same' && how !== 'unknown' && how !== 'grown' && how !== 'narrower')
			tell('const-type-changed', name, `changes the type of ${name}`, {
				line,
				before: was.type?.written,
				after: is.type?.written,
			});
		else if (was.value !== is.value && was.value !== undefined && is.value !== undefined)
			tell('const-value-changed', name, `changes ${name} from ${was.value} to ${is.value}`, {
				line,
				before: was.value,
				after: is.value,
			});
	}
}

/** Whether the one can stand for the other so far as can be told. */
function serves(was: Shape, is: Shape): boolean {
	const kinds = new Set([was.kind, is.kind]);
	if (kinds.has('interface') && kinds.has('type')) return true;
	// A value whose type the compiler infers may well be a function or an object of the same form.
	const value = was.kind === 'value' ? was : is.kind === 'value' ? is : undefined;
	return (
		value !== undefined &&
		(kinds.has('function') || kinds.has('namespace') || kinds.has('class')) &&
		value.value === undefined
	);
}

const membersOf = (shape: Shape): ReadonlyMap<string, Member> =>
	shape.kind === 'interface' || shape.kind === 'class'
		? shape.members
		: shape.kind === 'type'
			? (shape.type.object ?? new Map())
			: new Map();

function generics(tell: Tell, name: string, was: readonly Generic[], is: readonly Generic[], line: number): void {
	const text = (all: readonly Generic[]) => `<${all.map((one) => one.name).join(', ')}>`;
	const sides = {line, before: text(was), after: text(is)};
	if (is.length < was.length) tell('generic-removed', name, `removes a type parameter of ${name}`, sides);
	if (is.slice(was.length).some((one) => !one.hasDefault))
		tell('generic-added', name, `adds a type parameter to ${name}`, sides);
	for (const [i, old] of was.entries()) {
		const now = is[i];
		if (now === undefined) break;
		if (old.hasDefault && !now.hasDefault)
			tell('generic-default-removed', name, `${now.name} of ${name} has no default any more`, sides);
		if (old.constraint !== now.constraint && now.constraint !== undefined && now.constraint !== 'unknown')
			tell('generic-constraint-changed', name, `${now.name} of ${name} must extend ${now.constraint}`, {
				line,
				before: old.constraint,
				after: now.constraint,
			});
	}
}

function classes(tell: Tell, name: string, was: ClassShape, is: ClassShape): void {
	const {line} = is;
	if (!was.abstract && is.abstract) tell('class-became-abstract', name, `makes ${name} abstract`, {line});
	if (!was.constructorHidden && is.constructorHidden)
		tell('constructor-hidden', name, `hides the constructor of ${name}`, {line});
	else if (!is.constructorHidden && was.constructors.length > 0 && is.constructors.length > 0)
		compareCalls(tell, `new ${name}`, was.constructors, is.constructors);
	// A class that had none took no arguments, or those of its base.
	else if (was.constructors.length === 0 && was.base === undefined && !is.constructorHidden)
		compareCalls(
			tell,
			`new ${name}`,
			[{parameters: [], returns: undefined, generics: [], async: false, line}],
			is.constructors,
		);
	if (was.base !== undefined && was.base !== is.base)
		tell('base-class-changed', name, `${name} extends ${is.base ?? 'nothing'}, not ${was.base}`, {
			line,
			before: was.base,
			after: is.base,
		});
	for (const one of was.implements)
		if (!is.implements.includes(one))
			tell('implements-removed', name, `${name} no longer implements ${one}`, {line, before: one});
	for (const [key, old] of was.members) {
		const now = is.members.get(key);
		const object = `${name}.${key}`;
		if (now === undefined) {
			// What moved up into a base class is still there, for all that can be told.
			if (is.base === was.base) tell('member-removed', object, `removes ${object}`, {line, before: memberText(old)});
			continue;
		}
		if (!old.protected && now.protected)
			tell('member-hidden', object, `makes ${object} protected`, {
				line: now.line,
				before: 'public',
				after: 'protected',
			});
		if (!old.abstract && now.abstract)
			tell('abstract-member-added', object, `makes ${object} abstract`, {line: now.line});
		member(tell, object, old, now);
	}
	for (const [key, now] of is.members)
		if (!was.members.has(key)) {
			const object = `${name}.${key}`;
			if (now.abstract)
				tell('abstract-member-added', object, `adds abstract ${object}`, {line: now.line, after: memberText(now)});
			else tell('member-added', object, `adds ${object}`, {line: now.line, after: memberText(now)});
		}
}

function interfaces(tell: Tell, name: string, was: InterfaceShape, is: InterfaceShape): void {
	for (const one of was.extends)
		if (!is.extends.includes(one))
			tell('interface-base-removed', name, `${name} no longer extends ${one}`, {line: is.line, before: one});
	objects(tell, name, was.members, is.members, is.line, was.extends.join() !== is.extends.join());
}

/** `rebased`: members may have moved to or from what it extends. */
function objects(
	tell: Tell,
	name: string,
	was: ReadonlyMap<string, Member>,
	is: ReadonlyMap<string, Member>,
	line: number,
	rebased = false,
): void {
	for (const [key, old] of was) {
		const now = is.get(key);
		const object = `${name}.${key}`;
		if (now === undefined) {
			if (rebased) continue;
			if (old.kind === 'index')
				tell('index-signature-removed', object, `${name} no longer takes any key`, {line, before: memberText(old)});
			else tell('property-removed', object, `removes ${object}`, {line, before: memberText(old)});
			continue;
		}
		if (old.optional !== now.optional)
			tell(
				now.optional ? 'property-became-optional' : 'property-became-required',
				object,
				`makes ${object} ${now.optional ? 'optional' : 'required'}`,
				{line: now.line, before: memberText(old), after: memberText(now)},
			);
		member(tell, object, old, now);
	}
	for (const [key, now] of is)
		if (!was.has(key) && now.kind !== 'index')
			tell(
				now.optional ? 'optional-property-added' : 'required-property-added',
				`${name}.${key}`,
				`adds ${now.optional ? '' : 'required '}${name}.${key}`,
				{line: now.line, after: memberText(now)},
			);
}

function member(tell: Tell, object: string, old: Member, now: Member): void {
	const {line} = now;
	const sides = {line, before: memberText(old), after: memberText(now)};
	const callable = old.signatures.length > 0 && now.signatures.length > 0;
	if (
		old.static !== now.static ||
		(old.kind !== now.kind && !callable && old.type !== undefined && now.type !== undefined)
	)
		tell('member-kind-changed', object, `makes ${object} a ${now.kind}`, sides);
	else if (old.kind === 'method' && now.kind === 'property' && !callable && now.type !== undefined)
		tell('member-kind-changed', object, `makes ${object} a property`, sides);
	else if (old.kind === 'property' && now.kind === 'method' && !callable && old.type !== undefined)
		tell('member-kind-changed', object, `makes ${object} a method`, sides);
	else if (callable) compareCalls(tell, object, old.signatures, now.signatures);
	else {
		const how = relation(old.type, now.type);
		if (how === 'narrower' || how === 'wider' || how === 'other')
			tell(
				`property-type-${how === 'narrower' ? 'narrowed' : how === 'wider' ? 'widened' : 'changed'}`,
				object,
				`changes the type of ${object}`,
				sides,
			);
	}
	if (!old.readonly && now.readonly) tell('property-became-readonly', object, `makes ${object} readonly`, sides);
	if (old.readonly && !now.readonly) tell('property-became-writable', object, `makes ${object} writable`, sides);
}

function aliases(tell: Tell, name: string, was: Type, is: Type, line: number): void {
	if (was.object && is.object) objects(tell, name, was.object, is.object, line);
	else if (was.call && is.call) compareCalls(tell, name, [was.call], [is.call]);
	else plain(tell, name, was, is, line);
}

function plain(tell: Tell, name: string, was: Type, is: Type, line: number): void {
	const how = relation(was, is);
	const sides = {line, before: was.written, after: is.written};
	const [gone, born] = [
		was.members.filter((one) => !is.members.includes(one)),
		is.members.filter((one) => !was.members.includes(one)),
	];
	if (how === 'narrower') tell('type-narrowed', name, `takes ${gone.join(', ')} out of ${name}`, sides);
	else if (how === 'wider') tell('type-widened', name, `adds ${born.join(', ')} to ${name}`, sides);
	else if (how === 'other') tell('type-changed', name, `changes the type ${name}`, sides);
}

function enums(tell: Tell, name: string, was: EnumShape, is: EnumShape): void {
	if (was.constant !== is.constant)
		tell('const-enum-changed', name, `makes ${name} ${is.constant ? 'a const enum' : 'an enum'}`, {line: is.line});
	for (const [key, old] of was.members) {
		const now = is.members.get(key);
		const object = `${name}.${key}`;
		if (now === undefined) tell('enum-member-removed', object, `removes ${object}`, {line: is.line, before: old.value});
		else if (now.value !== old.value)
			tell('enum-value-changed', object, `changes ${object} from ${old.value} to ${now.value}`, {
				line: now.line,
				before: old.value,
				after: now.value,
			});
	}
	for (const [key, now] of is.members)
		if (!was.members.has(key))
			tell('enum-member-added', `${name}.${key}`, `adds ${name}.${key}`, {line: now.line, after: now.value});
}

const memberText = (one: Member): string => {
	const words = [
		one.protected ? 'protected' : '',
		one.static ? 'static' : '',
		one.abstract ? 'abstract' : '',
		one.readonly ? 'readonly' : '',
	];
	const name = `${one.name}${one.optional ? '?' : ''}`;
	const [first] = one.signatures;
	if (first?.async) words.push('async');
	const call = one.kind === 'method' && first ? signatureText({...first, async: false}, 'written') : undefined;
	const rest = call ?? (one.type ? `: ${one.type.written}` : '');
	return [...words.filter((word) => word !== ''), name + rest].join(' ');
};
