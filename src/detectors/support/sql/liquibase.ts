// Room: detectors. Liquibase change logs in XML, YAML and JSON: their change types as operations, their SQL read as SQL.

import type {HostRead} from './call.ts';
import {type ColumnSpec, type Dialect, fragment, type Op, type OpKind} from './op.ts';
import type {Draft} from './postgres-ops.ts';
import {readSql, type SqlRead, type Unparsed} from './read-sql.ts';
import {isTree, kid, type Tree, text} from './tree.ts';

interface Change {
	readonly type: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly columns: readonly Readonly<Record<string, string>>[];
	readonly body: string;
	readonly line: number;
}

export interface LiquibaseRead extends SqlRead {
	readonly down: HostRead['down'];
}

export async function readLiquibase(path: string, source: string, dialect: Dialect): Promise<LiquibaseRead> {
	const changes = /\.xml$/i.test(path) ? fromXml(source) : await fromYaml(source);
	const ops: Op[] = [];
	const unparsed: Unparsed[] = [];
	let statements = 0;
	for (const [group, change] of changes.entries()) {
		if (change.type === 'sql') {
			const read = await readSql({text: change.body, line: change.line, dialect, whole: true, group});
			ops.push(...read.ops);
			unparsed.push(...read.unparsed);
			statements += read.statements;
			continue;
		}
		const shown = fragment(
			`${change.type} ${Object.entries(change.attributes)
				.map(([key, value]) => `${key}=${value}`)
				.join(' ')}`,
		);
		for (const {part: _, ...draft} of opsOf(change)) ops.push({...draft, line: change.line, text: shown, group});
	}
	return {ops, statements, unparsed, down: /<rollback\b|^\s*-?\s*rollback:/m.test(source) ? 'present' : 'unknown'};
}

const TAG =
	/<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const entities = (value: string): string =>
	value.replaceAll(
		/&(lt|gt|amp|quot|apos);/g,
		(_, name: string) => ({lt: '<', gt: '>', amp: '&', quot: '"', apos: "'"})[name] ?? '',
	);

function fromXml(source: string): Change[] {
	const changes: {-readonly [key in keyof Change]: Change[key]}[] = [];
	let open: {type: string; from: number; line: number} | undefined;
	let rollback = false;
	let line = 1;
	let at = 0;
	for (const match of source.matchAll(TAG)) {
		for (let i = source.indexOf('\n', at); i >= 0 && i < match.index; i = source.indexOf('\n', i + 1)) line++;
		at = match.index;
		const [whole, , closes, tag = '', written = '', alone] = match;
		const name = tag.replace(/^\w+:/, '');
		if (name === 'rollback') rollback = closes !== '/' && alone !== '/';
		if (rollback || name === '') continue;
		const attributes: Record<string, string> = {};
		for (const [, key = '', double, single] of written.matchAll(ATTRIBUTE))
			attributes[key] = entities(double ?? single ?? '');
		if (closes === '/') {
			if (open?.type === name) {
				const body = source.slice(open.from, match.index).replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, '');
				const last = changes.at(-1);
				if (last && name === 'sql') last.body = body.includes('CDATA') ? body : entities(body);
				open = undefined;
			}
			continue;
		}
		const last = changes.at(-1);
		if (name === 'column' && last) last.columns = [...last.columns, attributes];
		else if (name === 'constraints' && last) {
			const columns = [...last.columns];
			const column = columns.pop();
			if (column) last.columns = [...columns, {...column, ...attributes}];
		} else if (
			/^(databaseChangeLog|changeSet|include|includeAll|property|preConditions|comment|where|validCheckSum)$/.test(name)
		)
			continue;
		else {
			changes.push({type: name, attributes, columns: [], body: '', line});
			if (alone !== '/' && name === 'sql') open = {type: name, from: match.index + whole.length, line};
		}
	}
	return changes;
}

async function fromYaml(source: string): Promise<Change[]> {
	const {parseDocument, LineCounter, isMap, isScalar, visit} = await import('yaml');
	const lines = new LineCounter();
	const document = parseDocument(source, {lineCounter: lines, uniqueKeys: false, logLevel: 'silent'});
	const changes: Change[] = [];
	visit(document, {
		Pair(_, pair) {
			const key = isScalar(pair.key) ? String(pair.key.value) : '';
			if (key === 'rollback') return visit.SKIP;
			if (!isMap(pair.value) || !(key in KINDS || key === 'sql')) return undefined;
			const value: unknown = pair.value.toJSON();
			const line = isScalar(pair.key) && pair.key.range ? lines.linePos(pair.key.range[0]).line : 1;
			const columns = (isTree(value) && Array.isArray(value.columns) ? value.columns : []).flatMap((item: unknown) => {
				const column = kid(item, 'column');
				return column ? [{...strings(column), ...strings(kid(column, 'constraints') ?? {})}] : [];
			});
			changes.push({
				type: key,
				attributes: isTree(value) ? strings(value) : {},
				columns,
				body: text(value, 'sql'),
				line,
			});
			return visit.SKIP;
		},
	});
	return changes;
}

const strings = (tree: Tree): Record<string, string> =>
	Object.fromEntries(
		Object.entries(tree).flatMap(([key, value]) =>
			['string', 'number', 'boolean'].includes(typeof value) ? [[key, String(value)]] : [],
		),
	);

const KINDS: Readonly<Record<string, OpKind>> = {
	createTable: 'create-table',
	dropTable: 'drop-table',
	renameTable: 'rename-table',
	addColumn: 'add-column',
	dropColumn: 'drop-column',
	renameColumn: 'rename-column',
	modifyDataType: 'change-type',
	addNotNullConstraint: 'set-not-null',
	dropNotNullConstraint: 'drop-not-null',
	addDefaultValue: 'set-default',
	dropDefaultValue: 'drop-default',
	addForeignKeyConstraint: 'add-constraint',
	addUniqueConstraint: 'add-constraint',
	addPrimaryKey: 'add-constraint',
	addCheckConstraint: 'add-constraint',
	dropForeignKeyConstraint: 'drop-constraint',
	dropAllForeignKeyConstraints: 'drop-constraint',
	dropUniqueConstraint: 'drop-constraint',
	dropPrimaryKey: 'drop-constraint',
	dropCheckConstraint: 'drop-constraint',
	createIndex: 'create-index',
	dropIndex: 'drop-index',
	createView: 'create-other',
	dropView: 'drop-other',
	renameView: 'rename-table',
	createSequence: 'create-other',
	dropSequence: 'drop-other',
	createProcedure: 'create-other',
	dropProcedure: 'drop-other',
	insert: 'insert',
	loadData: 'insert',
	update: 'update',
	delete: 'delete',
	mergeColumns: 'drop-column',
	addAutoIncrement: 'add-identity',
	executeCommand: 'run-code',
	customChange: 'run-code',
};

const FORMS: Readonly<Record<string, NonNullable<Op['form']>>> = {
	addForeignKeyConstraint: 'foreign',
	addUniqueConstraint: 'unique',
	addPrimaryKey: 'primary',
	addCheckConstraint: 'check',
	dropPrimaryKey: 'primary',
};

function columnOf(attributes: Readonly<Record<string, string>>): ColumnSpec {
	const filled = Object.keys(attributes).some((key) => /^(defaultValue|value)/.test(key));
	return {
		name: attributes.name ?? attributes.columnName ?? '?',
		...(attributes.type ? {type: attributes.type.toLowerCase()} : {}),
		...(attributes.nullable === 'false' ? {notNull: true} : {}),
		...(attributes.primaryKey === 'true' ? {primary: true} : {}),
		...(attributes.unique === 'true' ? {unique: true} : {}),
		...(attributes.autoIncrement === 'true' ? {made: 'identity' as const} : {}),
		...(attributes.references || attributes.referencedTableName
			? {references: attributes.referencedTableName ?? attributes.references ?? '?'}
			: {}),
		...(filled
			? {
					default: /uuid|rand/i.test(attributes.defaultValueComputed ?? '')
						? ('volatile' as const)
						: ('constant' as const),
				}
			: {}),
	};
}

function opsOf({type, attributes: given, columns, body}: Change): Draft[] {
	const kind = KINDS[type];
	if (kind === undefined) return [];
	const object =
		given.tableName ??
		given.baseTableName ??
		given.oldTableName ??
		given.oldViewName ??
		given.viewName ??
		given.sequenceName ??
		given.procedureName ??
		given.class ??
		'?';
	const specs = columns.map(columnOf);
	const of = /(View|Sequence|Procedure)$/.exec(type)?.[1]?.toLowerCase();
	switch (kind) {
		case 'create-table':
			return [{kind, object, columns: specs}];
		case 'add-column':
			return specs.map((column) => ({kind, object, column}));
		case 'drop-column': {
			const names = specs.length > 0 ? specs : [{name: given.columnName ?? given.column1Name ?? '?'}];
			return names.map((column) => ({kind, object, column}));
		}
		case 'rename-column':
			return [{kind, object, column: {name: given.oldColumnName ?? '?'}, to: given.newColumnName ?? '?'}];
		case 'rename-table':
			return [{kind, object, to: given.newTableName ?? given.newViewName ?? '?', ...(of ? {of} : {})}];
		case 'change-type':
			return [{kind, object, column: {name: given.columnName ?? '?', type: (given.newDataType ?? '?').toLowerCase()}}];
		case 'add-constraint': {
			const keys = (given.columnNames ?? given.baseColumnNames ?? '').split(/\s*,\s*/).filter(Boolean);
			const form = FORMS[type];
			const cascade = given.onDelete === 'CASCADE' || given.deleteCascade === 'true';
			return [
				{
					kind,
					object,
					keys,
					cascade,
					...(form ? {form} : {}),
					notValid: given.validate === 'false',
					...(given.referencedTableName ? {to: given.referencedTableName} : {}),
					...(given.constraintName ? {name: given.constraintName} : {}),
				},
			];
		}
		case 'drop-constraint':
			return [{kind, object, name: given.constraintName ?? '?', ...(FORMS[type] ? {form: FORMS[type]} : {})}];
		case 'create-index':
			return [
				{
					kind,
					object,
					keys: specs.map(({name}) => name),
					unique: given.unique === 'true',
					...(given.indexName ? {name: given.indexName} : {}),
				},
			];
		case 'drop-index':
			return [{kind, object: given.indexName ?? '?', to: object}];
		case 'update':
		case 'delete':
			return [{kind, object, where: body.trim() || given.where ? 'some' : 'unknown'}];
		default:
			return [{kind, object, column: {name: given.columnName ?? '?'}, ...(of ? {of} : {})}];
	}
}
