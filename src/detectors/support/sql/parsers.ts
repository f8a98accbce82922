// Room: detectors. The grammars, each loaded the first time a file needs it: PostgreSQL's own, and one per other dialect.
// A statement that is too long or too deep for a grammar is left to the words.

import type {Dialect} from './op.ts';
import {depthOf, type Statement} from './tokens.ts';
import {everywhere, isTree, list, type Tree, tagged, text} from './tree.ts';

/** Longer statements are bulk data; deeper ones are an attack or a generator gone wild. */
const MOST_CHARACTERS = 64_000;
const MOST_DEPTH = 100;
const MOST_WORDS = 12_000;

export type Tagged = readonly [tag: string, node: Tree];
type Postgres = (sql: string) => readonly unknown[];

let postgres: Promise<Postgres> | undefined;
export function loadPostgres(): Promise<Postgres> {
	postgres ??= import('libpg-query')
		.then(async ({loadModule, parseSync}): Promise<Postgres> => {
			await loadModule();
			return (sql) => parseSync(sql).stmts ?? [];
		})
		// Without its grammar the words are read: a finding less exact is better than none.
		.catch(() => () => {
			throw new Error('no grammar');
		});
	return postgres;
}

type Other = (sql: string) => unknown;
const others = new Map<Dialect, Promise<Other>>();
const MODULES: Partial<Record<Dialect, () => Promise<unknown>>> = {
	mysql: () => import('node-sql-parser/build/mysql.js'),
	mariadb: () => import('node-sql-parser/build/mysql.js'),
	sqlite: () => import('node-sql-parser/build/sqlite.js'),
	transactsql: () => import('node-sql-parser/build/transactsql.js'),
};

/** Undefined for a dialect that no grammar here knows. */
export function loadOther(dialect: Dialect): Promise<Other> | undefined {
	const module = MODULES[dialect];
	if (!module) return undefined;
	const known = others.get(dialect);
	if (known) return known;
	const loading = module().then((loaded): Other => {
		// `as`: these files carry no types that say what they export; a missing class throws here, and the words are used.
		const {default: whole = loaded} = loaded as {default?: unknown};
		const {Parser} = whole as {Parser: new () => {parse(sql: string): {ast: unknown}}};
		const parser = new Parser();
		return (sql) => parser.parse(sql).ast;
	});
	others.set(dialect, loading);
	return loading;
}

const fits = ({text: sql, tokens}: Statement) =>
	sql.length <= MOST_CHARACTERS && tokens.length <= MOST_WORDS && depthOf(tokens) <= MOST_DEPTH;

/** The statement by PostgreSQL's grammar; undefined when it is none of its sentences. */
export function tryPostgres(parse: Postgres, statement: Statement, sql = statement.text): Tagged[] | undefined {
	if (!fits(statement)) return undefined;
	try {
		return parse(sql).map((one) => tagged(isTree(one) ? one.stmt : undefined));
	} catch {
		return undefined;
	}
}

export function tryOther(parse: Other, statement: Statement): Tree[] | undefined {
	if (!fits(statement)) return undefined;
	try {
		const ast = parse(statement.text);
		return (Array.isArray(ast) ? ast : [ast]).filter(isTree);
	} catch {
		return undefined;
	}
}

/** Whether a tree of the other grammars limits the rows it changes, by WHERE, LIMIT or a join. */
export function limits(tree: Tree): boolean {
	if (isTree(tree.where) || list(tree, 'limit', 'value').length > 0) return true;
	for (const one of everywhere([tree.table, tree.from])) if (text(one, 'join') !== '' && isTree(one.on)) return true;
	return false;
}

/** Bind marks of drivers, and marks of templates, as something that the grammar reads. */
export function withoutBinds(sql: string): string {
	return sql
		.replaceAll('??', 'x_1')
		.replaceAll(/(^|[\s(,=<>!|+*/-])\?(?=$|[\s),;|:])/g, (_, before: string) => `${before}$1`)
		.replaceAll(/(?<![:\w]):([a-z_]\w*)/gi, '$$1')
		.replaceAll(/%\(\w+\)s|%s/g, '$$1');
}
