// Room: detectors. What a SQL statement does to data and to the version that is still running. Knows statements, no files.
//
// danger: loses data, or breaks the running version (which still serves during a rollout and after a rollback).
// caution: locks, rewrites, validates or changes data. note: additive.

import type {Statement, Token} from './sql-tokens.ts';

export interface Act {
	readonly rule: string;
	readonly severity: 'note' | 'caution' | 'danger';
	readonly line: number;
	readonly what: string;
	readonly advice?: string;
}

const EXPAND = 'expand first, move the code, contract in a later release';
const WIDER = new Set(['TEXT', 'BIGINT', 'JSONB', 'NUMERIC', 'DOUBLE', 'LONGTEXT', 'MEDIUMTEXT', 'TIMESTAMPTZ']);

/** A view on the tokens: what stands at a place, and names with their schema (`a.b`). */
function reader(tokens: readonly Token[]) {
	const at = (i: number) => (tokens[i]?.kind === 'word' ? tokens[i].word : '');
	const skip = (i: number, ...words: string[]) => {
		let next = i;
		while (words.includes(at(next))) next++;
		return next;
	};
	const name = (i: number): string => {
		let text = tokens[i]?.raw ?? '?';
		for (let next = i + 1; tokens[next]?.raw === '.'; next += 2) text += `.${tokens[next + 1]?.raw ?? '?'}`;
		return text;
	};
	const afterName = (i: number): number => {
		let next = i + 1;
		while (tokens[next]?.raw === '.') next += 2;
		return next;
	};
	const has = (...words: string[]) => tokens.some((token) => token.kind === 'word' && words.includes(token.word));
	const line = (i: number) => tokens[i]?.line ?? tokens[0]?.line ?? 1;
	return {at, skip, name, afterName, has, line};
}

/** The parts between commas outside brackets. */
function actions(tokens: readonly Token[]): Token[][] {
	const parts: Token[][] = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.raw === '(') depth++;
		if (token.raw === ')') depth--;
		if (token.raw === ',' && depth <= 0) parts.push([]);
		else parts.at(-1)?.push(token);
	}
	return parts.filter((part) => part.length > 0);
}

const CONSTRAINTS = ['CONSTRAINT', 'UNIQUE', 'CHECK', 'FOREIGN', 'PRIMARY', 'EXCLUDE'];
const KEYS = ['INDEX', 'KEY', 'FULLTEXT', 'SPATIAL', 'PARTITION'];

function alterAction(part: readonly Token[], of: string): Act | undefined {
	const r = reader(part);
	const line = r.line(0);
	switch (r.at(0)) {
		case 'DROP': {
			const what = r.at(1);
			if (CONSTRAINTS.includes(what) || KEYS.includes(what)) {
				const which = r.name(r.skip(2, 'KEY', 'IF', 'EXISTS'));
				return {
					rule: 'drop-constraint',
					severity: 'caution',
					line,
					what: `drops ${what.toLowerCase()} ${which}${of}`,
				};
			}
			const column = r.name(r.skip(1, 'COLUMN', 'IF', 'EXISTS'));
			return {rule: 'drop-column', severity: 'danger', line, what: `drops column ${column}${of}`, advice: EXPAND};
		}
		case 'RENAME': {
			const toTable = r.at(1) === 'TO' || r.at(1) === 'AS';
			const what = toTable
				? `renames table${of.replace(' of', '')} to ${r.name(2)}`
				: `renames ${r.name(r.skip(1, 'COLUMN'))}${of}`;
			return {rule: 'rename', severity: 'danger', line, what, advice: EXPAND};
		}
		case 'CHANGE': {
			const column = r.name(r.skip(1, 'COLUMN'));
			return {rule: 'rename', severity: 'danger', line, what: `changes column ${column}${of}`, advice: EXPAND};
		}
		case 'MODIFY': {
			const column = r.name(r.skip(1, 'COLUMN'));
			return {
				rule: 'type-change',
				severity: 'danger',
				line,
				what: `changes the type of ${column}${of}`,
				advice: EXPAND,
			};
		}
		case 'ALTER':
			return alterColumn(part, of);
		case 'ADD':
			return addAction(part, of);
		case 'SET':
			return r.at(1) === 'SCHEMA'
				? {
						rule: 'rename',
						severity: 'danger',
						line,
						what: `moves table${of.replace(' of', '')} to another schema`,
						advice: EXPAND,
					}
				: undefined;
		default:
			return undefined;
	}
}

function alterColumn(part: readonly Token[], of: string): Act | undefined {
	const r = reader(part);
	const line = r.line(0);
	const start = r.skip(1, 'COLUMN');
	const column = r.name(start);
	const rest = r.afterName(start);
	const verb = `${r.at(rest)} ${r.at(rest + 1)} ${r.at(rest + 2)}`;
	if (verb.startsWith('SET NOT NULL'))
		return {rule: 'set-not-null', severity: 'caution', line, what: `makes ${column}${of} NOT NULL`};
	if (verb.startsWith('DROP NOT NULL'))
		return {rule: 'drop-not-null', severity: 'note', line, what: `lets ${column}${of} be NULL`};
	if (verb.startsWith('DROP DEFAULT'))
		return {rule: 'drop-default', severity: 'caution', line, what: `drops the default of ${column}${of}`};
	if (verb.startsWith('SET DEFAULT'))
		return {rule: 'set-default', severity: 'note', line, what: `sets a default for ${column}${of}`};
	if (r.at(rest) === 'TYPE' || verb.startsWith('SET DATA TYPE') || r.at(rest) !== 'SET') {
		const type = r.at(r.skip(rest, 'SET', 'DATA', 'TYPE'));
		const wider = WIDER.has(type);
		return {
			rule: 'type-change',
			severity: wider ? 'caution' : 'danger',
			line,
			what: `changes the type of ${column}${of}${type ? ` to ${type}` : ''}`,
			advice: wider ? 'it may rewrite and lock the table' : EXPAND,
		};
	}
	return undefined;
}

function addAction(part: readonly Token[], of: string): Act {
	const r = reader(part);
	const line = r.line(0);
	const what = r.at(1);
	if (CONSTRAINTS.includes(what))
		return {
			rule: 'add-constraint',
			severity: 'caution',
			line,
			what: `adds a constraint${of}: rows that break it stop the migration`,
		};
	if (KEYS.includes(what)) return {rule: 'add-index', severity: 'note', line, what: `adds an index${of}`};
	const column = r.name(r.skip(1, 'COLUMN', 'IF', 'NOT', 'EXISTS'));
	const notNull = part.some(
		(token, i) => token.word === 'NOT' && part[i + 1]?.word === 'NULL' && part[i - 1]?.word !== 'IF',
	);
	const filled = r.has('DEFAULT', 'GENERATED', 'IDENTITY', 'SERIAL', 'BIGSERIAL', 'AUTO_INCREMENT');
	if (notNull && !filled)
		return {
			rule: 'not-null-without-default',
			severity: 'danger',
			line,
			what: `adds column ${column}${of} NOT NULL without a default`,
			advice: 'the running version inserts rows without it: give it a default, or fill it first',
		};
	return {rule: 'add-column', severity: 'note', line, what: `adds column ${column}${of}`};
}

function drop(tokens: readonly Token[], temporary: ReadonlySet<string>): Act | undefined {
	const r = reader(tokens);
	const from = r.skip(1, 'MATERIALIZED', 'FOREIGN', 'TEMPORARY', 'TEMP');
	const what = r.at(from);
	const name = r.name(r.skip(from + 1, 'IF', 'EXISTS', 'CONCURRENTLY'));
	const line = r.line(0);
	const all = r.has('CASCADE') ? ' and everything that depends on it' : '';
	if (what === 'TABLE' && (temporary.has(name) || from > 1)) return undefined;
	if (['TABLE', 'SCHEMA', 'DATABASE', 'COLUMN', 'TYPE', 'SEQUENCE', 'TABLESPACE'].includes(what))
		return {
			rule: `drop-${what.toLowerCase()}`,
			severity: 'danger',
			line,
			what: `drops ${what.toLowerCase()} ${name}${all}`,
			advice: EXPAND,
		};
	if (what === '') return undefined;
	return {rule: 'drop-object', severity: 'caution', line, what: `drops ${what.toLowerCase()} ${name}${all}`};
}

function create(tokens: readonly Token[]): Act | undefined {
	const r = reader(tokens);
	const from = r.skip(1, 'OR', 'REPLACE', 'UNLOGGED', 'MATERIALIZED', 'UNIQUE', 'RECURSIVE', 'VIRTUAL');
	const what = r.at(from);
	const name = r.name(r.skip(from + 1, 'IF', 'NOT', 'EXISTS', 'CONCURRENTLY'));
	const line = r.line(0);
	if (what === 'TEMP' || what === 'TEMPORARY' || what === '') return undefined;
	if (what === 'INDEX' && r.has('UNIQUE'))
		return {rule: 'unique-index', severity: 'caution', line, what: `creates unique index ${name}: doubles stop it`};
	if (what === 'INDEX')
		return {
			rule: 'create-index',
			severity: 'note',
			line,
			what: `creates index ${name}`,
			...(r.has('CONCURRENTLY') ? {} : {advice: 'on a large PostgreSQL table: CONCURRENTLY, so that writes go on'}),
		};
	return {rule: `create-${what.toLowerCase()}`, severity: 'note', line, what: `creates ${what.toLowerCase()} ${name}`};
}

/** `IF EXISTS (…) DROP …` and `WITH x AS (…) DELETE …` act by their first verb outside brackets. */
function fromVerb(tokens: readonly Token[]): readonly Token[] {
	if (tokens[0]?.word !== 'IF' && tokens[0]?.word !== 'WITH') return tokens;
	let depth = 0;
	for (const [i, {raw, word, kind}] of tokens.entries()) {
		if (raw === '(') depth++;
		if (raw === ')') depth--;
		if (depth === 0 && kind === 'word' && ['DROP', 'TRUNCATE', 'DELETE', 'UPDATE', 'ALTER'].includes(word))
			return tokens.slice(i);
	}
	return tokens;
}

/** What the statements do, in order. @param whole false when text may be missing between and after them. */
export function actsOf(all: readonly Statement[], whole: boolean): Act[] {
	const acts: Act[] = [];
	const temporary = new Set<string>();
	for (const {tokens: written, ended} of all) {
		const tokens = fromVerb(written);
		const r = reader(tokens);
		const line = r.line(0);
		const push = (act: Act | undefined) => act && acts.push(act);
		switch (r.at(0)) {
			case 'CREATE':
				if (['TEMP', 'TEMPORARY'].includes(r.at(1))) temporary.add(r.name(r.skip(2, 'TABLE', 'IF', 'NOT', 'EXISTS')));
				push(create(tokens));
				break;
			case 'DROP':
				push(drop(tokens, temporary));
				break;
			case 'TRUNCATE':
				push({rule: 'truncate', severity: 'danger', line, what: `empties table ${r.name(r.skip(1, 'TABLE', 'ONLY'))}`});
				break;
			case 'RENAME':
				push({
					rule: 'rename',
					severity: 'danger',
					line,
					what: `renames table ${r.name(r.skip(1, 'TABLE'))}`,
					advice: EXPAND,
				});
				break;
			case 'DELETE':
			case 'UPDATE':
				push(dataChange(tokens, ended || whole));
				break;
			case 'ALTER':
				for (const act of alter(tokens)) push(act);
				break;
			case 'ADD':
				if (r.at(1) === 'COLUMN' || r.at(1) === 'CONSTRAINT') push(addAction(tokens, ''));
				break;
			default:
		}
	}
	return acts;
}

function dataChange(tokens: readonly Token[], complete: boolean): Act | undefined {
	const r = reader(tokens);
	const removes = r.at(0) === 'DELETE';
	// `ON UPDATE CASCADE` in a fragment of a CREATE TABLE, or a trigger's `UPDATE ON`, is no statement.
	if (removes ? r.at(1) !== 'FROM' : !r.has('SET')) return undefined;
	const table = r.name(r.skip(1, 'FROM', 'ONLY'));
	const verb = removes ? 'deletes' : 'updates';
	if (r.has('WHERE') || !complete)
		return {rule: 'data-change', severity: 'caution', line: r.line(0), what: `${verb} rows of ${table}`};
	return {
		rule: removes ? 'delete-without-where' : 'update-without-where',
		severity: 'danger',
		line: r.line(0),
		what: `${verb} every row of ${table}`,
	};
}

function alter(tokens: readonly Token[]): Act[] {
	const r = reader(tokens);
	if (r.at(1) === 'TYPE') {
		const type = r.name(2);
		const words = tokens.map((token) => token.word).join(' ');
		if (/ RENAME /.test(words))
			return [{rule: 'rename', severity: 'danger', line: r.line(0), what: `renames in type ${type}`, advice: EXPAND}];
		if (/ DROP /.test(words))
			return [
				{rule: 'drop-column', severity: 'danger', line: r.line(0), what: `drops from type ${type}`, advice: EXPAND},
			];
		return [{rule: 'extend-type', severity: 'note', line: r.line(0), what: `extends type ${type}`}];
	}
	if (r.at(1) === 'TABLE') {
		const start = r.skip(2, 'IF', 'EXISTS', 'ONLY');
		const of = ` of ${r.name(start)}`;
		return actions(tokens.slice(r.afterName(start))).flatMap((part) => alterAction(part, of) ?? []);
	}
	// The middle of an ALTER TABLE whose head the patch does not show.
	if (r.at(1) === 'COLUMN') return actions(tokens).flatMap((part) => alterAction(part, '') ?? []);
	return [];
}
