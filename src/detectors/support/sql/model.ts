// Room: detectors. A schema as a whole, from a file that describes it (schema.prisma, schema.rb, structure.sql), and what
// changed from one to the next, as operations.

import {columnOfChain} from './builders.ts';
import type {Call} from './call.ts';
import {textOf} from './call.ts';
import {type ColumnSpec, fragment, type Op, plain} from './op.ts';
import {isTree, list, type Tree, text} from './tree.ts';

interface Table {
	readonly name: string;
	readonly line: number;
	readonly columns: ReadonlyMap<string, ColumnSpec & {readonly line: number; readonly written: string}>;
}
export interface Model {
	readonly tables: ReadonlyMap<string, Table>;
	readonly enums: ReadonlyMap<string, {readonly line: number; readonly values: ReadonlySet<string>}>;
}

export function modelOfOps(ops: readonly Op[]): Model {
	const tables = new Map<string, Table>();
	const enums = new Map<string, {line: number; values: Set<string>}>();
	for (const op of ops) {
		if (op.kind === 'create-table') {
			const columns = new Map(
				(op.columns ?? []).map((column) => [
					column.name.toLowerCase(),
					{...column, line: op.line, written: column.type ?? ''},
				]),
			);
			tables.set(plain(op.object), {name: op.object, line: op.line, columns});
		}
		if (op.kind === 'create-other' && op.of === 'type' && op.literals)
			enums.set(op.object, {line: op.line, values: new Set(op.literals)});
	}
	return {tables, enums};
}

/** `create_table "orders" do |t| t.string "name" … end` of Rails' schema.rb. */
export function modelOfCalls(calls: readonly Call[]): Model {
	const tables = new Map<string, Table>();
	const visit = (call: Call) => {
		const name = call.name === 'create_table' ? textOf(call.args[0]) : undefined;
		if (name === undefined) return call.inside.forEach(visit);
		const columns = call.inside.flatMap((inner): [string, ColumnSpec & {line: number; written: string}][] => {
			const column = textOf(inner.args[0]);
			if (column === undefined || /^(index|check_constraint|foreign_key|unique_constraint)$/.test(inner.name))
				return [];
			return [
				[column.toLowerCase(), {...columnOfChain(column, inner), line: inner.line, written: fragment(inner.text)}],
			];
		});
		tables.set(plain(name), {name, line: call.line, columns: new Map(columns)});
	};
	calls.forEach(visit);
	return {tables, enums: new Map()};
}

/** Undefined when it cannot be read. */
export async function modelOfPrisma(source: string): Promise<Model | undefined> {
	const {getSchema} = await import('@mrleebo/prisma-ast');
	let items: readonly unknown[];
	try {
		items = getSchema(source).list;
	} catch {
		return undefined;
	}
	const lines = source.split('\n');
	const lineOf = (block: string, name: string, field?: string) => {
		const start = lines.findIndex((line) => new RegExp(`^\\s*${block}\\s+${name}\\b`).test(line));
		if (field === undefined || start < 0) return start + 1;
		const inner = lines.findIndex((line, i) => i > start && new RegExp(`^\\s*${field}\\b`).test(line));
		return inner < 0 ? start + 1 : inner + 1;
	};
	const named = items.filter(isTree).filter((item) => /^[A-Za-z]\w*$/.test(text(item, 'name')));
	const models = new Set(named.filter((item) => item.type === 'model').map((item) => text(item, 'name')));
	const tables = new Map<string, Table>();
	const enums = new Map<string, {line: number; values: Set<string>}>();
	for (const item of named) {
		const name = text(item, 'name');
		if (item.type === 'enum')
			enums.set(name, {
				line: lineOf('enum', name),
				values: new Set(list(item, 'enumerators').flatMap((one) => text(one, 'name') || [])),
			});
		if (item.type !== 'model') continue;
		const fields = list(item, 'properties')
			.filter(isTree)
			.filter((field) => field.type === 'field' && /^[A-Za-z]\w*$/.test(text(field, 'name')));
		const columns = fields
			.filter((field) => !models.has(text(field, 'fieldType')))
			.map((field): [string, ColumnSpec & {line: number; written: string}] => [
				text(field, 'name').toLowerCase(),
				{...prismaColumn(field), line: lineOf('model', name, text(field, 'name')), written: prismaText(field)},
			]);
		tables.set(plain(mapped(item) ?? name), {
			name: mapped(item) ?? name,
			line: lineOf('model', name),
			columns: new Map(columns),
		});
	}
	return {tables, enums};
}

const prismaText = (field: Tree): string =>
	`${text(field, 'fieldType')}${field.array === true ? '[]' : ''}${field.optional === true ? '?' : ''}`;

const mapped = (item: Tree): string | undefined => {
	const map = list(item, 'properties').find((one) => text(one, 'type') === 'attribute' && text(one, 'name') === 'map');
	return text(list(map, 'args')[0], 'value').replaceAll('"', '') || undefined;
};

function prismaColumn(field: Tree): ColumnSpec {
	const attributes = list(field, 'attributes');
	const has = (name: string) => attributes.find((one) => text(one, 'name') === name);
	const sized = attributes.find((one) => text(one, 'group') === 'db');
	const initial = JSON.stringify(has('default') ?? '');
	const type = `${text(field, 'fieldType')}${field.array === true ? '[]' : ''}${
		sized
			? `@${text(sized, 'name')}${list(sized, 'args')
					.map((arg) => text(arg, 'value'))
					.join(',')}`
			: ''
	}`;
	return {
		name: text(field, 'name'),
		type,
		...(field.optional === true || field.array === true ? {} : {notNull: true}),
		// Values that Prisma's client makes are no defaults of the database.
		...(has('default') && !/"(cuid|uuid|nanoid|ulid)"/.test(initial)
			? {default: /dbgenerated/.test(initial) ? ('volatile' as const) : ('constant' as const)}
			: {}),
		...(has('id') ? {primary: true} : {}),
		...(has('unique') ? {unique: true} : {}),
	};
}

const WIDER_PRISMA = new Set(['Int>BigInt', 'Float>Decimal', 'Int>Decimal']);

/** What leads from one to the other, with the line in the newer file (the table's, for what is gone). */
export function difference(before: Model, after: Model): Op[] {
	const ops: Op[] = [];
	for (const [key, table] of before.tables) {
		const now = after.tables.get(key);
		if (!now) {
			ops.push({kind: 'drop-table', object: table.name, line: 1, text: `table ${table.name}`});
			continue;
		}
		const object = now.name;
		for (const [name, was] of table.columns) {
			const is = now.columns.get(name);
			const base = {object, line: is?.line ?? now.line, text: `${was.name} ${was.written}`};
			if (!is) {
				ops.push({...base, kind: 'drop-column', column: {name: was.name}});
				continue;
			}
			const shown = {...base, text: `${is.name} ${is.written}`, from: `${was.name} ${was.written}`};
			if (was.type !== is.type) {
				const wider = WIDER_PRISMA.has(`${was.type}>${is.type}`);
				ops.push({...shown, kind: 'change-type', column: {name: is.name, type: wider ? 'bigint' : (is.type ?? '?')}});
			}
			if (was.notNull !== true && is.notNull === true)
				ops.push({...shown, kind: 'set-not-null', column: {name: is.name}});
			if (was.notNull === true && is.notNull !== true)
				ops.push({...shown, kind: 'drop-not-null', column: {name: is.name}});
			if (was.default !== undefined && is.default === undefined)
				ops.push({...shown, kind: 'drop-default', column: {name: is.name}});
			if (was.unique !== true && is.unique === true)
				ops.push({...shown, kind: 'add-constraint', form: 'unique', keys: [is.name]});
		}
		for (const [name, is] of now.columns)
			if (!table.columns.has(name))
				ops.push({kind: 'add-column', object, column: is, line: is.line, text: `${is.name} ${is.written}`});
	}
	for (const [key, table] of after.tables)
		if (!before.tables.has(key))
			ops.push({kind: 'create-table', object: table.name, line: table.line, text: `table ${table.name}`});
	for (const [name, was] of before.enums) {
		const is = after.enums.get(name);
		if (!is) ops.push({kind: 'drop-other', of: 'type', object: name, line: 1, text: `enum ${name}`});
		for (const value of is ? was.values : [])
			if (!is?.values.has(value))
				ops.push({kind: 'drop-enum-value', object: name, to: value, line: is?.line ?? 1, text: `enum ${name}`});
		for (const value of is?.values ?? [])
			if (!was.values.has(value))
				ops.push({
					kind: 'add-enum-value',
					object: name,
					to: value,
					placed: true,
					line: is?.line ?? 1,
					text: `enum ${name}`,
				});
	}
	return ops.sort((a, b) => a.line - b.line);
}
