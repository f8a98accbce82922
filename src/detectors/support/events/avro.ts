// Room: detectors. Avro schemas before and after, by the rules of schema resolution: who wrote with the one and reads with the
// other, both ways, since old and new versions run side by side while a release rolls out.

import {entries, get, isFalse, items, type Node, text, texts} from '../openapi/node.ts';
import type {Tell} from './tell.ts';

const DEEPEST = 30;
const PROMOTED: Readonly<Record<string, readonly string[]>> = {
	int: ['long', 'float', 'double'],
	long: ['float', 'double'],
	float: ['double'],
	string: ['bytes'],
	bytes: ['string'],
};

export function compareAvro(tell: Tell, before: Node, after: Node): void {
	const [was, is] = [namedTypes(before), namedTypes(after)];
	const [old, now] = [nameOf(before, ''), nameOf(after, '')];
	const renamed = old !== undefined && now !== undefined && old !== now && !was.has(now);
	if (renamed && !answersTo(after, old))
		tell('avro-record-renamed', after, old, `renames ${old} to ${now}`, {before: old, after: now});
	for (const [name, node] of was) {
		const other = is.get(renamed && name === old ? now : name);
		if (other === undefined) continue;
		if (text(get(node, 'type')) === 'enum') symbols(tell, name, node, other);
		else fields(tell, name, node, other);
	}
}

function fields(tell: Tell, name: string, before: Node, after: Node): void {
	const byName = (node: Node) =>
		new Map(items(get(node, 'fields')).flatMap((field) => [[text(get(field, 'name')) ?? '', field] as const]));
	const [was, is] = [byName(before), byName(after)];
	const claimed = new Set<string>();
	for (const [key, field] of was) {
		const object = `${name}.${key}`;
		const heir = is.get(key) ?? [...is.values()].find((other) => texts(get(other, 'aliases')).includes(key));
		if (heir === undefined) {
			const rule = has(field, 'default') ? 'avro-defaulted-field-removed' : 'avro-field-removed';
			tell(rule, after, object, `removes ${object}`, {before: typeText(get(field, 'type'))});
			continue;
		}
		claimed.add(text(get(heir, 'name')) ?? '');
		types(tell, object, field, heir);
	}
	for (const [key, field] of is) {
		if (was.has(key) || claimed.has(key)) continue;
		const fine = has(field, 'default');
		tell(
			fine ? 'avro-field-added' : 'avro-required-field-added',
			field,
			`${name}.${key}`,
			`adds ${name}.${key}${fine ? '' : ' without a default'}`,
			{
				after: typeText(get(field, 'type')),
			},
		);
	}
}

function types(tell: Tell, object: string, was: Node, is: Node): void {
	const sides = {before: typeText(get(was, 'type')), after: typeText(get(is, 'type'))};
	if (sides.before !== sides.after) {
		const [old, now] = [sides.before.split('|'), sides.after.split('|')];
		const grown = old.every((one) => now.some((other) => one === other || PROMOTED[one]?.includes(other)));
		tell(
			grown ? 'avro-field-type-widened' : 'avro-field-type-changed',
			is,
			object,
			`changes ${object} from ${sides.before} to ${sides.after}`,
			sides,
		);
	}
	const value = (node: Node) => {
		const set = get(node, 'default');
		return set === undefined
			? undefined
			: set.kind === 'scalar'
				? set.text
				: `${set.kind} of ${set.kind === 'map' ? set.entries.size : set.items.length}`;
	};
	const defaults = {before: value(was), after: value(is)};
	if (defaults.before !== defaults.after)
		tell('avro-default-changed', is, object, `changes the default of ${object}`, defaults);
}

function symbols(tell: Tell, name: string, before: Node, after: Node): void {
	const [was, is] = [texts(get(before, 'symbols')), texts(get(after, 'symbols'))];
	for (const one of was)
		if (!is.includes(one))
			tell('avro-symbol-removed', after, `${name}.${one}`, `removes ${name}.${one}`, {before: one});
	for (const one of is)
		if (!was.includes(one))
			tell('avro-symbol-added', after, `${name}.${one}`, `adds ${name}.${one}`, {
				after: one,
				atMost: has(before, 'default') ? 'note' : undefined,
			});
}

const has = (node: Node, key: string) => entries(node).has(key);
const answersTo = (node: Node, name: string) =>
	texts(get(node, 'aliases')).some((alias) => alias === name || name.endsWith(`.${alias}`));

function nameOf(node: Node, around: string): string | undefined {
	const name = text(get(node, 'name'));
	if (name === undefined || name.includes('.')) return name;
	const space = text(get(node, 'namespace')) ?? around;
	return space === '' ? name : `${space}.${name}`;
}

/** Records and enums by full name, wherever they are written out. */
function namedTypes(root: Node): Map<string, Node> {
	const found = new Map<string, Node>();
	const walk = (node: Node | undefined, around: string, depth: number): void => {
		if (node === undefined || depth > DEEPEST || isFalse(node)) return;
		if (node.kind === 'list') for (const one of node.items) walk(one, around, depth + 1);
		if (node.kind !== 'map') return;
		const type = get(node, 'type');
		const kind = text(type);
		const name = nameOf(node, around);
		if (name !== undefined && /^(record|error|enum)$/.test(kind ?? '')) found.set(name, node);
		const inside = name?.includes('.') ? name.slice(0, name.lastIndexOf('.')) : around;
		for (const field of items(get(node, 'fields'))) walk(get(field, 'type'), inside, depth + 1);
		for (const key of ['items', 'values']) walk(get(node, key), inside, depth + 1);
		if (type?.kind !== 'scalar') walk(type, inside, depth + 1);
	};
	walk(root, '', 0);
	return found;
}

/** A type in one line; unions in one order. */
function typeText(node: Node | undefined, depth = 0): string {
	if (node === undefined || depth > DEEPEST) return '?';
	if (node.kind === 'scalar') return node.text;
	if (node.kind === 'list') return [...new Set(node.items.map((one) => typeText(one, depth + 1)))].sort().join('|');
	const type = get(node, 'type');
	const logical = text(get(node, 'logicalType'));
	const kind = text(type);
	if (kind === 'array') return `array<${typeText(get(node, 'items'), depth + 1)}>`;
	if (kind === 'map') return `map<${typeText(get(node, 'values'), depth + 1)}>`;
	const name = text(get(node, 'name'));
	if (name !== undefined && /^(record|error|enum|fixed)$/.test(kind ?? ''))
		return name.slice(name.lastIndexOf('.') + 1);
	return `${typeText(type, depth + 1)}${logical === undefined ? '' : `:${logical}`}`;
}
