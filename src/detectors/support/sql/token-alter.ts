// Room: detectors. ALTER TABLE read from its words, for every dialect: PostgreSQL, MySQL and MariaDB, SQLite, SQL Server, Oracle.

import type {Draft} from './postgres-ops.ts';
import {columnOf, reader} from './token-reader.ts';
import {parts, type Token} from './tokens.ts';

const CONSTRAINTS = ['CONSTRAINT', 'UNIQUE', 'CHECK', 'FOREIGN', 'PRIMARY', 'EXCLUDE'];
const KEYS = ['INDEX', 'KEY', 'FULLTEXT', 'SPATIAL'];

function constraintOf(part: readonly Token[], object: string): Draft {
	const r = reader(part);
	const named = r.phrase('CONSTRAINT');
	const name = named >= 0 && !CONSTRAINTS.includes(r.at(named + 1)) ? r.name(named + 1) : '';
	const to = r.phrase('REFERENCES');
	const form = r.has('FOREIGN')
		? 'foreign'
		: r.has('PRIMARY')
			? 'primary'
			: r.has('UNIQUE')
				? 'unique'
				: r.has('EXCLUDE')
					? 'exclude'
					: 'check';
	return {
		kind: 'add-constraint',
		object,
		form,
		...(name ? {name} : {}),
		...(to >= 0 ? {to: r.name(to + 1)} : {}),
		keys: form === 'check' || form === 'exclude' ? [] : r.inBrackets(0),
		cascade: r.phrase('DELETE CASCADE') >= 0,
		notValid: r.phrase('NOT VALID') >= 0 || r.has('NOCHECK'),
		usingIndex: r.phrase('USING INDEX') >= 0,
	};
}

function drop(part: readonly Token[], object: string): Draft {
	const r = reader(part);
	const what = r.at(1);
	if (what === 'PARTITION') return {kind: 'drop-partition', object, to: r.name(r.skip(2, 'IF', 'EXISTS'))};
	if (KEYS.includes(what) || what === 'PROJECTION')
		return {kind: 'drop-index', object: r.name(r.skip(2, 'IF', 'EXISTS')), to: object};
	if (CONSTRAINTS.includes(what)) {
		const name = r.name(r.skip(2, 'KEY', 'IF', 'EXISTS'));
		const form = what === 'PRIMARY' || /_pkey$/.test(name) ? 'primary' : what === 'FOREIGN' ? 'foreign' : undefined;
		return {
			kind: 'drop-constraint',
			object,
			name: what === 'PRIMARY' ? 'PRIMARY KEY' : name,
			...(form ? {form} : {}),
			cascade: r.has('CASCADE'),
		};
	}
	return {
		kind: 'drop-column',
		object,
		column: {name: r.name(r.skip(1, 'COLUMN', 'IF', 'EXISTS', 'ATTRIBUTE'))},
		cascade: r.has('CASCADE'),
		ifExists: r.has('EXISTS'),
	};
}

function alterColumn(part: readonly Token[], object: string): Draft[] {
	const r = reader(part);
	const start = r.skip(1, 'COLUMN');
	const column = {name: r.name(start)};
	const rest = r.afterName(start);
	const verb = `${r.at(rest)} ${r.at(rest + 1)} ${r.at(rest + 2)}`;
	if (['CONSTRAINT', 'INDEX', 'CHECK'].includes(r.at(1))) return [{kind: 'alter-constraint', object, name: r.name(2)}];
	if (verb.startsWith('SET NOT NULL')) return [{kind: 'set-not-null', object, column}];
	if (verb.startsWith('DROP NOT NULL')) return [{kind: 'drop-not-null', object, column}];
	if (verb.startsWith('DROP DEFAULT')) return [{kind: 'drop-default', object, column}];
	if (verb.startsWith('SET DEFAULT')) {
		const none = r.at(rest + 2) === 'NULL';
		return [{kind: none ? 'drop-default' : 'set-default', object, column}];
	}
	if (verb.startsWith('DROP IDENTITY') || verb.startsWith('DROP EXPRESSION'))
		return [{kind: 'drop-identity', object, column, of: r.at(rest + 1).toLowerCase()}];
	if (verb.startsWith('ADD GENERATED'))
		return [{kind: 'add-identity', object, column, of: r.has('ALWAYS') ? 'a' : 'd'}];
	if (r.at(rest) === 'SET' && !verb.startsWith('SET DATA TYPE')) return [];
	const type = r.skip(rest, 'SET', 'DATA', 'TYPE');
	if (type >= r.length) return [];
	return [{kind: 'change-type', object, column: {...columnOf(part, type - 1), name: column.name}}];
}

function add(part: readonly Token[], object: string): Draft[] {
	const r = reader(part);
	const start = r.skip(1, 'IF', 'NOT', 'EXISTS');
	const what = r.at(start);
	if (what === 'CONSTRAINT' && KEYS.includes(r.at(start + 2)))
		return [{kind: 'create-index', object, keys: r.inBrackets(0)}];
	if (what === 'UNIQUE' && KEYS.includes(r.at(start + 1)))
		return [{kind: 'create-index', object, unique: true, keys: r.inBrackets(0)}];
	if (CONSTRAINTS.includes(what)) return [constraintOf(part, object)];
	if (KEYS.includes(what) && part[start + 1]?.kind !== undefined && part.length > start + 2)
		return [{kind: 'create-index', object, keys: r.inBrackets(0)}];
	if (what === 'PARTITION' || what === 'PROJECTION') return [];
	const column = r.skip(1, 'COLUMN', 'IF', 'NOT', 'EXISTS', 'ATTRIBUTE');
	// `ADD COLUMN (a int, b int)` and Oracle's `ADD (a int)`.
	if (part[column]?.raw === '(')
		return parts(part.slice(column + 1, -1)).map((one) => ({kind: 'add-column', object, column: columnOf(one, 0)}));
	return [{kind: 'add-column', object, column: columnOf(part, column)}];
}

/** @param part one action of an ALTER TABLE, its verb first. */
export function alterAction(part: readonly Token[], object: string): Draft[] {
	const r = reader(part);
	switch (r.at(0)) {
		case 'DROP':
			return [drop(part, object)];
		case 'RENAME': {
			if (r.at(1) === 'TO' || r.at(1) === 'AS') return [{kind: 'rename-table', object, to: r.name(2)}];
			if (['CONSTRAINT', 'INDEX', 'KEY'].includes(r.at(1)))
				return [{kind: 'rename-other', of: r.at(1).toLowerCase(), object: r.name(2), to: r.name(4)}];
			const start = r.skip(1, 'COLUMN', 'ATTRIBUTE');
			return [{kind: 'rename-column', object, column: {name: r.name(start)}, to: r.name(r.skip(start + 1, 'TO'))}];
		}
		case 'CHANGE': {
			const start = r.skip(1, 'COLUMN', 'IF', 'EXISTS');
			const to = r.name(start + 1);
			const column = {...columnOf(part, start + 1), name: r.name(start)};
			if (to.toLowerCase() !== column.name.toLowerCase()) return [{kind: 'rename-column', object, column, to}];
			return [{kind: 'modify-column', object, column}];
		}
		case 'MODIFY':
			return [{kind: 'modify-column', object, column: columnOf(part, r.skip(1, 'COLUMN', 'IF', 'EXISTS'))}];
		case 'ALTER':
			return alterColumn(part, object);
		case 'ADD':
			return add(part, object);
		case 'WITH':
			// SQL Server: `WITH CHECK ADD CONSTRAINT`, `WITH NOCHECK ADD …`.
			return r.at(2) === 'ADD'
				? add(part.slice(2), object).map((one) => ({...one, notValid: r.at(1) === 'NOCHECK'}))
				: [];
		case 'SET':
			return r.at(1) === 'SCHEMA' ? [{kind: 'move-table', object, to: r.name(2)}] : [];
		case 'CONVERT':
			return [{kind: 'rewrite-table', of: 'CONVERT TO CHARACTER SET', object}];
		case 'ENGINE':
		case 'ROW_FORMAT':
		case 'FORCE':
			return [{kind: 'rewrite-table', of: r.at(0), object}];
		case 'ALGORITHM':
			return [{kind: 'algorithm', object, of: r.at(r.skip(1)) || (part.at(-1)?.word ?? '')}];
		case 'LOCK':
			return [{kind: 'lock-option', object, of: part.at(-1)?.word ?? ''}];
		case 'TRUNCATE':
			return [{kind: 'drop-partition', object, to: r.name(2), of: 'truncate'}];
		case 'VALIDATE':
			return [{kind: 'validate-constraint', object, name: r.name(2)}];
		case 'NOCHECK':
		case 'DISABLE':
			return r.has('TRIGGER', 'CONSTRAINT', 'KEYS') ? [{kind: 'trigger-switch', of: 'off', object}] : [];
		case 'ATTACH':
			return [{kind: 'attach-partition', object, to: r.name(2)}];
		case 'DETACH':
			return [{kind: 'detach-partition', object, to: r.name(2), concurrently: r.has('CONCURRENTLY')}];
		case 'DELETE':
		case 'UPDATE':
			// ClickHouse writes its mutations so.
			return [{kind: r.at(0) === 'DELETE' ? 'delete' : 'update', object, where: r.has('WHERE') ? 'some' : 'none'}];
		default:
			return [];
	}
}
