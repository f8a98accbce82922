// Room: detectors. One message before and after, field by field: fields are the same when their numbers are.

import type {Tell} from './diff.ts';
import {type Effect, ENUM_LIKE, SCALARS, scalarEffect} from './kinds.ts';
import {type Field, feature, inRange, type Message} from './model.ts';
import type {Names} from './names.ts';
import {covered, rangeWords, reservedLost} from './reserved.ts';

export function messages(tell: Tell, was: Message, is: Message, old: Names, now: Names): void {
	const byNumber = new Map(is.fields.map((field) => [field.number, field]));
	const byName = new Map(is.fields.map((field) => [field.name, field]));
	const oldByName = new Map(was.fields.map((field) => [field.name, field]));
	const oldNumbers = new Set(was.fields.map(({number}) => number));
	for (const field of was.fields) {
		const heir = byNumber.get(field.number);
		const same = byName.get(field.name);
		const object = `${is.name}.${field.name}`;
		if (same !== undefined && same.number !== field.number && !oldNumbers.has(same.number))
			tell(
				'field-number-changed',
				same.place,
				object,
				`gives ${object} number ${same.number}, not ${field.number}`,
				sides(field, same),
			);
		else if (heir === undefined) removed(tell, field, is, object);
		else if (heir.name === field.name) fields(tell, field, heir, was, is, old, now);
		else {
			const effect = typeEffect(field, heir, was, is, old, now);
			// A name that lived elsewhere before, or another type: this is another field under the old number.
			if (oldByName.has(heir.name) || effect === 'wire')
				tell(
					'field-number-reused',
					heir.place,
					object,
					`gives number ${field.number} of ${field.name} to ${heir.name}`,
					sides(field, heir),
				);
			else {
				tell('field-renamed', heir.place, object, `renames ${object} to ${heir.name}`, sides(field, heir));
				fields(tell, field, heir, was, is, old, now);
			}
		}
	}
	for (const field of is.fields) {
		if (oldNumbers.has(field.number) || oldByName.has(field.name)) continue;
		const rule = field.label === 'required' ? 'required-field-added' : 'field-added';
		tell(
			rule,
			field.place,
			`${is.name}.${field.name}`,
			`adds ${field.label === 'required' ? 'required ' : ''}field ${is.name}.${field.name}`,
			{after: written(field)},
		);
	}
	for (const oneof of was.oneofs.keys())
		if (!is.oneofs.has(oneof))
			tell('oneof-removed', is.place, `${is.name}.${oneof}`, `removes oneof ${is.name}.${oneof}`, {before: oneof});
	reservedLost(tell, 'reserved-removed', is.place, is.name, was.reserved, is.reserved, (number) =>
		byNumber.has(number),
	);
	for (const range of was.extensions)
		if (!covered(range, is.extensions))
			tell('extension-range-removed', is.place, is.name, `${is.name} no longer takes extensions ${rangeWords(range)}`, {
				before: rangeWords(range),
			});
	options(tell, was, is);
}

function removed(tell: Tell, field: Field, is: Message, object: string): void {
	const [number, name] = [inRange(is.reserved.ranges, field.number), is.reserved.names.has(field.name)];
	const rule =
		field.label === 'required'
			? 'required-field-removed'
			: !number
				? 'field-removed'
				: name
					? 'field-retired'
					: 'field-removed-name-free';
	tell(rule, is.place, object, `removes ${object}${number ? '' : ' without reserving its number'}`, {
		before: written(field),
	});
}

function options(tell: Tell, was: Message, is: Message): void {
	const of = (name: string) => ({before: was.options.get(name), after: is.options.get(name)});
	const set = of('message_set_wire_format');
	if ((set.before === 'true') !== (set.after === 'true'))
		tell('message-set-format-changed', is.place, is.name, `changes whether ${is.name} is a message set`, set);
	const accessor = of('no_standard_descriptor_accessor');
	if (accessor.before !== 'true' && accessor.after === 'true')
		tell('message-accessor-removed', is.place, is.name, `${is.name} loses its standard descriptor accessor`, accessor);
	const json = {
		before: feature('json_format', was.file, was.options),
		after: feature('json_format', is.file, is.options),
	};
	// Another syntax has a rule of its own.
	if (json.before !== json.after && was.file.syntax === is.file.syntax)
		tell('message-json-format-changed', is.place, is.name, `changes how ${is.name} is written in JSON`, json);
}

const isMap = ({type}: Field) => type.startsWith('map<');
const many = (field: Field) => field.label === 'repeated' || isMap(field);

function typeEffect(a: Field, b: Field, was: Message, is: Message, old: Names, now: Names): Effect {
	if (isMap(a) && isMap(b)) {
		const [[k1 = '', v1 = ''], [k2 = '', v2 = '']] = [a, b].map(({type}) => type.slice(4, -1).split(',')) as [
			string[],
			string[],
		]; // split gives strings
		const effects = [scalarEffect(k1, k2), one(v1, v2)];
		return (['wire', 'json', 'source'] as const).find((effect) => effects.includes(effect)) ?? 'same';
	}
	// A map against a message is judged as a change of cardinality.
	return isMap(a) || isMap(b) ? 'same' : one(a.type, b.type);

	function one(x: string, y: string): Effect {
		if (SCALARS.has(x) && SCALARS.has(y)) return scalarEffect(x, y);
		if (!SCALARS.has(x) && !SCALARS.has(y)) {
			if (old.same(x, was.name, now, y, is.name)) return 'same';
			const [from, to] = [old.find(x, was.name), now.find(y, is.name)];
			if (from?.kind === 'message' && to?.kind === 'message' && alike(from, to)) return 'source';
			return 'wire';
		}
		const [scalar, named] = SCALARS.has(x) ? [x, now.find(y, is.name)] : [y, old.find(x, was.name)];
		if (named?.kind === 'enum' && ENUM_LIKE.has(scalar)) return 'json';
		return 'wire';
	}
}

/** The same fields under another name: what is sent is the same. */
const alike = (a: Message, b: Message) => {
	const shape = ({fields}: Message) =>
		fields
			.map((field) => `${field.number} ${field.name} ${field.type} ${field.label}`)
			.sort()
			.join('\n');
	return shape(a) === shape(b);
};

function fields(tell: Tell, a: Field, b: Field, was: Message, is: Message, old: Names, now: Names): void {
	const object = `${is.name}.${b.name}`;
	const both = sides(a, b);
	const effect = typeEffect(a, b, was, is, old, now);
	if (effect !== 'same')
		tell(
			`field-type-${effect}-changed`,
			b.place,
			object,
			`changes the type of ${object} from ${a.type} to ${b.type}`,
			both,
		);
	const coding = (field: Field, of: Message) =>
		field.group ? 'DELIMITED' : feature('message_encoding', of.file, field.options);
	if (coding(a, was) !== coding(b, is) && effect === 'same')
		tell('field-encoding-changed', b.place, object, `changes how ${object} is delimited`, both);
	if (a.label !== b.label && (a.label === 'required' || b.label === 'required') && !many(a) && !many(b))
		tell(
			b.label === 'required' ? 'required-field-added' : 'required-field-removed',
			b.place,
			object,
			`makes ${object} ${b.label === 'required' ? 'required' : 'no longer required'}`,
			both,
		);
	else if (isMap(a) !== isMap(b))
		tell(
			many(a) && many(b) ? 'field-map-changed' : 'field-cardinality-changed',
			b.place,
			object,
			`changes ${object} from ${a.type} to ${b.type}`,
			both,
		);
	else if (many(a) !== many(b))
		tell(
			'field-cardinality-changed',
			b.place,
			object,
			`${object} is ${many(b) ? 'repeated' : 'no longer repeated'}`,
			both,
		);
	else if (presence(a, was, old) !== presence(b, is, now) && a.oneof === b.oneof)
		tell('field-presence-changed', b.place, object, `changes whether ${object} can be unset`, both);
	oneofs(tell, a, b, was, is, object);
	settings(tell, a, b, was, is, object);
}

function presence(field: Field, of: Message, names: Names): string {
	if (many(field)) return 'none';
	if (field.label === 'optional' || field.oneof !== undefined) return 'EXPLICIT';
	if (!SCALARS.has(field.type)) {
		// Messages always have presence; a name from outside may be one.
		if (names.find(field.type, of.name)?.kind !== 'enum') return 'EXPLICIT';
	}
	return feature('field_presence', of.file, field.options, of.options);
}

const MEMBERS = new WeakMap<Message, Map<string | undefined, Set<number>>>();
/** The numbers in a oneof. */
function members(message: Message, oneof: string | undefined): ReadonlySet<number> {
	let all = MEMBERS.get(message);
	if (all === undefined) {
		all = new Map();
		for (const field of message.fields) all.set(field.oneof, (all.get(field.oneof) ?? new Set()).add(field.number));
		MEMBERS.set(message, all);
	}
	return all.get(oneof) ?? new Set();
}

function oneofs(tell: Tell, a: Field, b: Field, was: Message, is: Message, object: string): void {
	if (a.oneof === b.oneof) return;
	const sides = {before: a.oneof, after: b.oneof};
	// A oneof under another name with the same members is a rename.
	if (
		a.oneof !== undefined &&
		b.oneof !== undefined &&
		[...members(was, a.oneof)].every((number) => members(is, b.oneof).has(number))
	)
		return;
	if (b.oneof === undefined)
		tell('field-left-oneof', b.place, object, `takes ${object} out of oneof ${a.oneof}`, sides);
	else {
		// Alone among new members nothing can be set together with it yet.
		const old = new Set(was.fields.map(({number}) => number));
		const alone = [...members(is, b.oneof)].filter((number) => old.has(number)).length === 1;
		tell('field-joined-oneof', b.place, object, `moves ${object} into oneof ${b.oneof}`, {
			...sides,
			atMost: alone ? 'caution' : undefined,
		});
	}
}

const CHECKS = /validat|buf\.validate|google\.api\.field_behavior/i;

function settings(tell: Tell, a: Field, b: Field, was: Message, is: Message, object: string): void {
	const of = (name: string) => ({before: a.options.get(name), after: b.options.get(name)});
	const differ = (rule: string, what: string, ...names: string[]) => {
		for (const sides of names.map(of))
			if (sides.before !== sides.after) return tell(rule, b.place, object, what, sides);
	};
	const jsonName = {
		before: a.options.get('json_name') ?? camel(a.name),
		after: b.options.get('json_name') ?? camel(b.name),
	};
	if (jsonName.before !== jsonName.after && a.name === b.name)
		tell('json-name-changed', b.place, object, `changes the JSON name of ${object}`, jsonName);
	differ('field-default-changed', `changes the default of ${object}`, 'default');
	differ('field-jstype-changed', `changes the JavaScript type of ${object}`, 'jstype');
	differ('field-cpp-string-changed', `changes the C++ type of ${object}`, 'ctype', 'features.(pb.cpp).string_type');
	differ('java-utf8-changed', `changes whether Java checks ${object} for UTF-8`, 'features.(pb.java).utf8_validation');
	const utf8 = {
		before: feature('utf8_validation', was.file, a.options, was.options),
		after: feature('utf8_validation', is.file, b.options, is.options),
	};
	if (utf8.before !== utf8.after && a.type === 'string' && b.type === 'string')
		tell('field-utf8-changed', b.place, object, `changes whether ${object} must be UTF-8`, utf8);
	const packed = (field: Field, {file, options}: Message) =>
		field.options.get('packed') ??
		String(feature('repeated_field_encoding', file, field.options, options) === 'PACKED');
	const numeric = a.type === b.type && SCALARS.has(a.type) && !/^(string|bytes)$/.test(a.type);
	if (numeric && a.label === 'repeated' && b.label === 'repeated' && packed(a, was) !== packed(b, is))
		tell(
			'field-packing-changed',
			b.place,
			object,
			`${packed(b, is) === 'true' ? 'packs' : 'no longer packs'} ${object}`,
			{before: packed(a, was), after: packed(b, is)},
		);
	if (a.options.get('deprecated') !== 'true' && b.options.get('deprecated') === 'true')
		tell('field-deprecated', b.place, object, `deprecates ${object}`);
	const checks = ({options}: Field) =>
		[...options]
			.filter(([name]) => CHECKS.test(name))
			.map(([name, value]) => `${name} = ${value}`)
			.sort()
			.join(', ');
	if (checks(a) !== checks(b))
		tell('field-validation-changed', b.place, object, `changes how ${object} is checked`, {
			before: checks(a),
			after: checks(b),
		});
}

const camel = (name: string) => name.replaceAll(/_+(\w?)/g, (_, next: string) => next.toUpperCase());
const written = ({label, type, name, number}: Field) => `${label ? `${label} ` : ''}${type} ${name} = ${number}`;
const sides = (a: Field, b: Field) => ({before: written(a), after: written(b)});
