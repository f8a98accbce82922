// Room: detectors. SQL text as operations: by PostgreSQL's grammar, by the grammar of another dialect, or by its words when
// no grammar reads it, and says which.

import {type Dialect, fragment, type Op} from './op.ts';
import {limits, loadOther, loadPostgres, tryOther, tryPostgres, withoutBinds} from './parsers.ts';
import {type Draft, postgresOps} from './postgres-ops.ts';
import {tokenOps} from './token-ops.ts';
import {cut, cutBody, parts, type Statement, type Token} from './tokens.ts';

export interface SqlText {
	readonly text: string;
	/** 1-based line of its first character in the file. */
	readonly line: number;
	readonly dialect: Dialect;
	/** False when text may be missing behind the end, and between the pieces. */
	readonly whole: boolean;
	/** It was written with values put in: where the grammar fails, the words are no worse. */
	readonly templated?: boolean;
	readonly group?: number;
}

export interface SqlRead {
	readonly ops: readonly Op[];
	/** Statements in all, and those that no grammar read. */
	readonly statements: number;
	readonly unparsed: readonly Unparsed[];
}

export interface Unparsed {
	readonly line: number;
	readonly text: string;
	/** Its words said nothing either. */
	readonly unknown: boolean;
}

/** More statements than this in one text are data, not a migration. */
const MOST_STATEMENTS = 5000;
const MOST_TEXT = 1_000_000;
const SQLISH = /^\s*(?:--[^\n]*\n\s*)*(ALTER|DROP|TRUNCATE|DELETE\s+FROM|UPDATE|CREATE|RENAME|INSERT)\b/i;

export async function readSql({text, line, dialect, whole, templated = false, group}: SqlText): Promise<SqlRead> {
	const escapes = dialect === 'mysql' || dialect === 'mariadb' || dialect === 'clickhouse';
	let statements = cut(text.slice(0, MOST_TEXT), line, escapes).slice(0, MOST_STATEMENTS);
	const ops: Op[] = [];
	const unparsed: Unparsed[] = [];
	const parse = await grammarOf(dialect, whole && !templated ? text : undefined);
	if (parse.resliced) statements = parse.resliced(line) ?? statements;
	for (const statement of statements) {
		const first = statement.tokens[0];
		if (first === undefined) continue;
		const complete = statement.ended || whole;
		const read = statement.inBlock ? undefined : await parse.one(statement);
		const drafts = read ?? fallback(statement, complete);
		if (read === undefined && !statement.inBlock && complete)
			unparsed.push({line: first.line, text: fragment(statement.text), unknown: drafts.length === 0});
		// What is not seen to its end may have a condition.
		ops.push(...placed(statement, complete ? drafts : drafts.map(unsure), group));
		// PostgreSQL's parser has cut long names already: only the words still have them.
		const long = ['CREATE', 'ALTER'].includes(first.word) && statement.tokens.find(tooLong);
		if (long)
			ops.push({
				kind: 'other',
				of: 'name',
				object: '',
				name: long.raw,
				line: long.line,
				text: fragment(statement.text),
			});
		for (const inner of executed(statement)) ops.push(...placed(inner, fallback(inner, true), group));
	}
	return {ops, statements: statements.filter(({inBlock}) => !inBlock).length, unparsed};
}

const tooLong = ({kind, raw}: Token) => kind !== 'string' && raw.length > 20 && Buffer.byteLength(raw) > 63;

const unsure = (draft: Draft): Draft => (draft.where === 'none' ? {...draft, where: 'unknown'} : draft);

const fallback = (statement: Statement, complete: boolean) => tokenOps(statement.tokens, complete);

/** Text that a block executes: `EXECUTE 'DROP TABLE a'`, `EXECUTE format('…', x)`. */
function executed(statement: Statement): Statement[] {
	const {tokens} = statement;
	const at = tokens.findIndex(({word}) => word === 'EXECUTE');
	if (at < 0 || (!statement.inBlock && at > 0)) return [];
	return tokens
		.slice(at)
		.filter(({kind, value}) => kind === 'string' && SQLISH.test(value))
		.flatMap(({value, line}) => cutBody(value.replaceAll("''", "'").replaceAll(/%\d*\$?[ILs]/g, '"…"'), line));
}

/** Each operation with its place: that of its part between the commas of an ALTER TABLE, or of the statement. */
function placed(statement: Statement, drafts: readonly Draft[], group: number | undefined): Op[] {
	const [first] = statement.tokens;
	const actions = drafts.some(({part}) => part !== undefined) ? actionParts(statement.tokens) : [];
	const all = new Set(drafts.map(({part}) => part)).size > 1 ? actions : [];
	return drafts.map(({part, ...draft}) => {
		const own = actions[part ?? -1]?.[0];
		const text = all[part ?? -1]?.map(({raw, kind, value}) => (kind === 'string' ? `'${value}'` : raw)).join(' ');
		return {
			...draft,
			line: own?.line ?? first?.line ?? 1,
			text: fragment(text ?? statement.text),
			...(group === undefined ? {} : {group}),
		};
	});
}

/** The actions of `ALTER TABLE [IF EXISTS] [ONLY] a.b …, …`. */
function actionParts(tokens: readonly Token[]): Token[][] {
	let at = 2;
	while (['IF', 'EXISTS', 'ONLY'].includes(tokens[at]?.word ?? '') && tokens[at]?.kind === 'word') at++;
	at++;
	while (tokens[at]?.raw === '.') at += 2;
	return parts(tokens.slice(at));
}

interface Grammar {
	readonly one: (statement: Statement) => Draft[] | undefined | Promise<Draft[] | undefined>;
	/** The statements as the grammar itself cuts the whole text, when only it can. */
	readonly resliced?: (line: number) => Statement[] | undefined;
}

const GUESSES: readonly Dialect[] = ['mysql', 'sqlite', 'transactsql'];

function byOther(parse: (sql: string) => unknown, statement: Statement): Draft[] | undefined {
	const trees = tryOther(parse, statement);
	if (!trees) return undefined;
	const limited = trees.some(limits);
	return tokenOps(statement.tokens, true).map((draft) =>
		draft.where === 'none' && limited ? {...draft, where: 'some'} : draft,
	);
}

async function grammarOf(dialect: Dialect, whole: string | undefined): Promise<Grammar> {
	const other = await loadOther(dialect);
	if (other) return {one: (statement) => byOther(other, statement)};
	if (dialect !== 'postgresql' && dialect !== 'unknown') return {one: () => undefined};
	const parse = await loadPostgres();
	const one = async (statement: Statement) => {
		const trees = tryPostgres(parse, statement) ?? tryPostgres(parse, statement, withoutBinds(statement.text));
		if (trees) return trees.flatMap(([tag, node]) => postgresOps(tag, node));
		// Nothing said which database it is: PostgreSQL was only the first guess.
		for (const next of dialect === 'unknown' ? GUESSES : []) {
			const guess = await loadOther(next);
			const drafts = guess && byOther(guess, statement);
			if (drafts) return drafts;
		}
		return undefined;
	};
	return {
		one,
		resliced(line) {
			// Only where the words cut wrongly, as in a body of `BEGIN ATOMIC`, is the grammar asked to cut.
			if (whole === undefined || whole.length > 64_000 || !/\bBEGIN\s+ATOMIC\b/i.test(whole)) return undefined;
			return reslice(parse, whole, line);
		},
	};
}

function reslice(parse: (sql: string) => readonly unknown[], whole: string, line: number): Statement[] | undefined {
	try {
		const bytes = Buffer.from(whole);
		return parse(whole).flatMap((one) => {
			// `as`: the shape that libpg-query documents for its list; absent numbers are zero.
			const {stmt_location: from = 0, stmt_len: length = bytes.length - from} = one as {
				stmt_location?: number;
				stmt_len?: number;
			};
			const before = bytes.subarray(0, from).toString();
			const text = bytes.subarray(from, from + length).toString();
			const tokens = cut(text, line + before.split('\n').length - 1).flatMap((part) => part.tokens);
			const start = tokens[0]?.start ?? 0;
			return tokens.length > 0 ? [{tokens, ended: true, text: text.slice(start), inBlock: false}] : [];
		});
	} catch {
		return undefined;
	}
}
