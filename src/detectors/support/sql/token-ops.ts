// Room: detectors. Operations read from the words of a statement, where no grammar reads it. Right about what is code and
// which table it names; says less than a grammar about expressions.

import type {Draft} from './postgres-ops.ts';
import {alterAction} from './token-alter.ts';
import {columnOf, reader} from './token-reader.ts';
import {parts, type Token} from './tokens.ts';

const NOT_COLUMNS = [
	'CONSTRAINT',
	'PRIMARY',
	'UNIQUE',
	'FOREIGN',
	'CHECK',
	'EXCLUDE',
	'KEY',
	'INDEX',
	'LIKE',
	'FULLTEXT',
	'PERIOD',
];

/** `IF EXISTS (…) DROP …` and `WITH x AS (…) DELETE …` act by their first verb outside brackets. */
function fromVerb(tokens: readonly Token[]): readonly Token[] {
	if (!['IF', 'WITH', 'EXPLAIN', 'FOR', 'ELSIF', 'WHILE'].includes(tokens[0]?.word ?? '')) return tokens;
	let depth = 0;
	for (const [i, {raw, word, kind}] of tokens.entries()) {
		if (raw === '(') depth++;
		if (raw === ')') depth--;
		if (depth === 0 && kind === 'word' && ['DROP', 'TRUNCATE', 'DELETE', 'UPDATE', 'ALTER', 'INSERT'].includes(word))
			return tokens.slice(i);
	}
	return tokens;
}

function create(tokens: readonly Token[]): Draft[] {
	const r = reader(tokens);
	const from = r.skip(
		1,
		'OR',
		'REPLACE',
		'UNLOGGED',
		'MATERIALIZED',
		'UNIQUE',
		'RECURSIVE',
		'VIRTUAL',
		'TEMP',
		'TEMPORARY',
		'GLOBAL',
		'LOCAL',
		'CLUSTERED',
		'NONCLUSTERED',
		'FULLTEXT',
		'CONSTRAINT',
		'DEFINER',
		'ALTER',
	);
	const what = r.at(from);
	const start = r.skip(from + 1, 'IF', 'NOT', 'EXISTS', 'CONCURRENTLY');
	const temporary = r.at(1) === 'TEMP' || r.at(1) === 'TEMPORARY' || (tokens[start]?.raw ?? '').startsWith('#');
	if (what === '') return [];
	if (what === 'INDEX') {
		const on = r.phrase('ON');
		const object = on < 0 ? '?' : r.name(r.skip(on + 1, 'ONLY'));
		const name = r.at(start) === 'ON' ? '' : r.name(start);
		const flags = {unique: r.at(1) === 'UNIQUE', concurrently: r.has('CONCURRENTLY'), placed: r.has('WHERE')};
		return [{kind: 'create-index', object, ...(name ? {name} : {}), ...flags, keys: on < 0 ? [] : r.inBrackets(on)}];
	}
	if (what === 'TABLE') {
		const open = tokens.findIndex((token) => token.raw === '(');
		const columns =
			open < 0
				? []
				: parts(
						tokens.slice(
							open + 1,
							tokens.findLastIndex((token) => token.raw === ')'),
						),
					)
						.filter(([first]) => first !== undefined && !NOT_COLUMNS.includes(first.word))
						.map((part) => columnOf(part, 0));
		return [{kind: 'create-table', object: r.name(start), temporary, ifNotExists: r.has('EXISTS'), columns}];
	}
	const kind = r.at(1) === 'OR' || r.at(1) === 'REPLACE' ? 'replace-other' : 'create-other';
	const of = what.toLowerCase();
	if (of === 'trigger') {
		const on = r.phrase('ON');
		return [{kind, of, object: on < 0 ? '?' : r.name(on + 1), name: r.name(start)}];
	}
	if (!/^(view|function|procedure|type|schema|database|sequence|extension|policy|domain|event|role|user)$/.test(of))
		return [];
	return [{kind, of, object: r.name(start)}];
}

function drop(tokens: readonly Token[]): Draft[] {
	const r = reader(tokens);
	const from = r.skip(1, 'MATERIALIZED', 'FOREIGN', 'TEMPORARY', 'TEMP');
	const of = (r.at(1) === 'MATERIALIZED' ? 'materialized view' : r.at(from).toLowerCase()) || '';
	const start = r.skip(from + 1, 'IF', 'EXISTS', 'CONCURRENTLY', 'BY');
	if (of === '' || r.at(1).startsWith('TEMP')) return [];
	const rest = {cascade: r.has('CASCADE'), concurrently: r.has('CONCURRENTLY'), ifExists: r.has('EXISTS')};
	if (of === 'owned') return [{kind: 'drop-owned', object: r.name(start)}];
	if (of === 'index') {
		const on = r.phrase('ON');
		return [{kind: 'drop-index', object: r.name(start), ...(on < 0 ? {} : {to: r.name(on + 1)}), ...rest}];
	}
	const kind = of === 'table' ? 'drop-table' : 'drop-other';
	const names = parts(tokens.slice(start)).map((part) => reader(part).name(0));
	return names.map((object) => ({kind, of, object, ...rest}));
}

function dataChange(tokens: readonly Token[], complete: boolean): Draft[] {
	const r = reader(tokens);
	const removes = r.at(0) === 'DELETE';
	// `ON UPDATE CASCADE` in a fragment of a CREATE TABLE, or a trigger's `UPDATE ON`, is no statement.
	if (removes ? r.at(1) !== 'FROM' && !r.has('FROM') : !r.has('SET')) return [];
	const object = r.name(r.skip(1, 'FROM', 'ONLY', 'LOW_PRIORITY', 'IGNORE', 'OR', 'ROLLBACK', 'REPLACE'));
	const where = r.phrase('WHERE');
	const literals = tokens
		.flatMap((token) => (token.kind === 'string' && token.value ? [token.value] : []))
		.slice(0, 50);
	const condition = where < 0 ? [] : tokens.slice(where + 1);
	const [a, b, c] = condition;
	const always =
		(condition.length === 1 && (a?.word === 'TRUE' || a?.raw === '1')) ||
		(condition.length === 3 && b?.raw === '=' && a?.raw === c?.raw && a?.kind === 'mark');
	const limited = where >= 0 || r.has('LIMIT') || (r.has('JOIN') && r.has('ON'));
	const how = always ? 'always' : limited ? 'some' : complete ? 'none' : 'unknown';
	return [{kind: removes ? 'delete' : 'update', object, where: how, literals}];
}

function alter(tokens: readonly Token[]): Draft[] {
	const r = reader(tokens);
	const what = r.at(1);
	if (what === 'TYPE') {
		const object = r.name(2);
		const values = tokens.flatMap((token) => (token.kind === 'string' ? [token.value] : []));
		if (r.phrase('RENAME VALUE') >= 0)
			return [{kind: 'rename-enum-value', object, name: values[0] ?? '?', to: values[1] ?? '?'}];
		if (r.phrase('ADD VALUE') >= 0)
			return [{kind: 'add-enum-value', object, to: values[0] ?? '?', placed: r.has('BEFORE', 'AFTER')}];
		if (r.phrase('DROP VALUE') >= 0) return [{kind: 'drop-enum-value', object, to: values[0] ?? '?'}];
		const renamed = r.phrase('RENAME TO');
		if (renamed >= 0) return [{kind: 'rename-type', of: 'type', object, to: r.name(renamed + 2)}];
		return parts(tokens.slice(r.afterName(2))).flatMap((part) => alterAction(part, object));
	}
	if (what === 'TABLE') {
		const start = r.skip(2, 'IF', 'EXISTS', 'ONLY');
		const object = r.name(start);
		let from = r.afterName(start);
		// ClickHouse: `ON CLUSTER name`.
		if (r.at(from) === 'ON' && r.at(from + 1) === 'CLUSTER') from += 3;
		return parts(tokens.slice(from)).flatMap((action, part) =>
			alterAction(action, object).map((one) => ({...one, part})),
		);
	}
	if (what === 'SCHEMA' || what === 'DATABASE') {
		const to = r.phrase('RENAME TO');
		return to >= 0 ? [{kind: 'rename-schema', of: what.toLowerCase(), object: r.name(2), to: r.name(to + 2)}] : [];
	}
	if (what === 'SEQUENCE') return r.has('RESTART') ? [{kind: 'restart-sequence', object: r.name(2)}] : [];
	// The middle of an ALTER TABLE whose head the patch does not show.
	if (what === 'COLUMN') return parts(tokens).flatMap((part) => alterAction(part, ''));
	return [];
}

/** SQL Server renames by a procedure: `sp_rename 'dbo.orders.total', 'amount', 'COLUMN'`. */
function execute(tokens: readonly Token[]): Draft[] {
	const at = tokens.findIndex((token) => token.word === 'SP_RENAME');
	const [from = '?', to = '?', what = ''] = tokens
		.slice(at + 1)
		.flatMap((token) => (token.kind === 'string' ? [token.value] : []));
	if (at < 0) return [];
	if (what.toUpperCase() === 'INDEX') return [{kind: 'rename-other', of: 'index', object: from, to}];
	if (what.toUpperCase() !== 'COLUMN') return [{kind: 'rename-table', object: from, to}];
	const dot = from.lastIndexOf('.');
	return [{kind: 'rename-column', object: from.slice(0, Math.max(0, dot)), column: {name: from.slice(dot + 1)}, to}];
}

/** @param complete false when more of the statement may follow than is seen. */
export function tokenOps(written: readonly Token[], complete: boolean): Draft[] {
	const tokens = fromVerb(written);
	const r = reader(tokens);
	switch (r.at(0)) {
		case 'CREATE':
			return create(tokens);
		case 'DROP':
			return drop(tokens);
		case 'TRUNCATE':
			return parts(tokens.slice(r.skip(1, 'TABLE', 'ONLY', 'IF', 'EXISTS'))).map((part) => ({
				kind: 'truncate',
				object: reader(part).name(0),
				cascade: r.has('CASCADE'),
			}));
		case 'RENAME':
			return parts(tokens.slice(r.skip(1, 'TABLE'))).map((part) => ({
				kind: 'rename-table',
				object: reader(part).name(0),
				to: part.at(-1)?.raw ?? '?',
			}));
		case 'DELETE':
		case 'UPDATE':
			return dataChange(tokens, complete);
		case 'INSERT':
		case 'REPLACE': {
			const object = r.name(r.skip(1, 'INTO', 'IGNORE', 'OR', 'REPLACE'));
			const from = r.phrase('FROM');
			return [{kind: 'insert', object, ...(from >= 0 && r.has('SELECT') ? {from: r.name(from + 1)} : {})}];
		}
		case 'ALTER':
			return alter(tokens);
		case 'ADD':
			return r.at(1) === 'COLUMN' || r.at(1) === 'CONSTRAINT' ? alterAction(tokens, '') : [];
		case 'EXEC':
		case 'EXECUTE':
		case 'SP_RENAME':
			return execute(tokens);
		case 'SET':
		case 'PRAGMA': {
			const names = tokens.slice(1).filter(({kind}) => kind === 'word');
			const name = names.find(({word}) => !['LOCAL', 'SESSION', 'GLOBAL'].includes(word))?.raw.toLowerCase() ?? '';
			const value = tokens.at(-1)?.raw.toLowerCase() ?? '';
			return [{kind: 'set', object: name, literals: [value]}];
		}
		case 'LOCK':
			return r.at(1) === 'TABLE' || r.at(1) === 'TABLES' ? [{kind: 'lock-table', object: r.name(2)}] : [];
		case 'OPTIMIZE':
			return r.at(1) === 'TABLE' ? [{kind: 'rewrite-table', of: 'OPTIMIZE TABLE', object: r.name(2)}] : [];
		case 'REVOKE':
			return [
				{kind: 'revoke', object: r.phrase('ON') >= 0 ? r.name(r.skip(r.phrase('ON') + 1, 'TABLE')) : 'everything'},
			];
		case 'BEGIN':
			return [{kind: 'begin', object: ''}];
		case 'START':
			return r.at(1) === 'TRANSACTION' ? [{kind: 'begin', object: ''}] : [];
		case 'COMMIT':
			return [{kind: 'commit', object: ''}];
		default:
			return [];
	}
}
