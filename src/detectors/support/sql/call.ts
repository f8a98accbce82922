// Room: detectors. Calls in a migration written in a programming language, in one shape for all languages: the builders
// are told by the names of the calls, and what they mean by their arguments.

export type Value =
	| {readonly kind: 'text'; readonly text: string}
	/** A name, a number, `true`, `nil`. */
	| {readonly kind: 'word'; readonly text: string}
	| {readonly kind: 'list'; readonly items: readonly Value[]}
	| {readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value>}
	| {readonly kind: 'call'; readonly call: Call}
	| {readonly kind: 'other'};

export interface Call {
	/** The last word of what is called: `dropTable` of `knex.schema.dropTable`. */
	readonly name: string;
	/** What stands before the name: `knex.schema`, `op`, `t`; '' for none. */
	readonly on: string;
	readonly line: number;
	readonly args: readonly Value[];
	/** Arguments with a name, and the entries of options that come last. */
	readonly named: ReadonlyMap<string, Value>;
	/** Calls on its result, in order: `t.string('a')` has `.notNullable()`. */
	readonly chain: readonly Call[];
	/** Calls inside its arguments and blocks, not inside each other. */
	readonly inside: readonly Call[];
	readonly text: string;
}

/** SQL in a text of the program. */
export interface SqlString {
	readonly text: string;
	readonly line: number;
	readonly templated: boolean;
	/** Numbers the calls that run SQL: texts of one call share an implicit transaction. */
	readonly group: number;
}

export interface HostRead {
	readonly calls: readonly Call[];
	readonly sql: readonly SqlString[];
	/** `absent` has no way down, `empty` one that does nothing or refuses, `unknown` where the language does without. */
	readonly down: 'present' | 'empty' | 'absent' | 'unknown';
	/** What the program says about its transaction. */
	readonly transaction?: boolean;
}

/** A call's name to compare: `drop_table`, `dropTable` and `DropTable` are one. */
export const plainName = (name: string): string => name.replaceAll('_', '').toLowerCase();

export function textOf(value: Value | undefined): string | undefined {
	if (value?.kind === 'text') return value.text;
	if (value?.kind === 'word' && !/^\d|^(true|false|null|nil|none|undefined|this|self)$/i.test(value.text))
		return value.text;
	// `new Table({name: 'a'})`, `sa.Column('a')`, `{ tableName: 'a', schema: 's' }`.
	if (value?.kind === 'call') return textOf(value.call.named.get('name')) ?? textOf(value.call.args[0]);
	if (value?.kind === 'map') return textOf(value.entries.get('tableName') ?? value.entries.get('name'));
	return undefined;
}

export const textsOf = (value: Value | undefined): string[] =>
	value?.kind === 'list' ? value.items.flatMap((item) => textOf(item) ?? []) : [textOf(value) ?? []].flat();

export function truth(value: Value | undefined): boolean | undefined {
	if (value?.kind !== 'word') return undefined;
	if (/^true$/i.test(value.text)) return true;
	return /^false$/i.test(value.text) ? false : undefined;
}

export const isNothing = (value: Value | undefined): boolean =>
	value === undefined || (value.kind === 'word' && /^(null|nil|none|undefined)$/i.test(value.text));

const WORDS =
	'ALTER\\s+(?:TABLE|TYPE|INDEX|SCHEMA|SEQUENCE|VIEW|MATERIALIZED|DOMAIN|DATABASE|DEFAULT|EXTENSION|FUNCTION|POLICY|ROLE|USER|SYSTEM|TRIGGER|COLUMN)|DROP\\s+(?:TABLE|TYPE|INDEX|SCHEMA|SEQUENCE|VIEW|MATERIALIZED|DOMAIN|DATABASE|EXTENSION|FUNCTION|PROCEDURE|POLICY|ROLE|USER|TRIGGER|OWNED|RULE|CAST|AGGREGATE)|CREATE\\s+(?:OR\\s+REPLACE|TABLE|TEMP|TEMPORARY|UNLOGGED|TYPE|UNIQUE|INDEX|SCHEMA|SEQUENCE|VIEW|MATERIALIZED|DOMAIN|DATABASE|EXTENSION|FUNCTION|PROCEDURE|POLICY|ROLE|USER|TRIGGER|RULE|CAST|AGGREGATE|EVENT|FULLTEXT|VIRTUAL)|TRUNCATE\\s+\\S|DELETE\\s+FROM\\s|UPDATE\\s+(?:\\S+\\s+){1,6}SET\\s|INSERT\\s+(?:INTO|IGNORE|OR)\\s|REPLACE\\s+INTO\\s|RENAME\\s+TABLE\\s|WITH\\s+(?:RECURSIVE\\s+)?\\S+\\s+AS\\s*\\(|WITH\\s+\\w+\\s*\\([\\w\\s,]+\\)\\s*AS|DO\\s+(?:LANGUAGE\\s+\\w+\\s+)?\\$|SELECT\\s[\\s\\S]*?(?:\\bFROM\\s|\\()|COMMENT\\s+ON\\s|GRANT\\s+\\w+[\\s\\S]*?\\sTO\\s|REVOKE\\s+\\w+[\\s\\S]*?\\sFROM\\s|SET\\s+(?:LOCAL\\s+|SESSION\\s+|GLOBAL\\s+|@@)?\\w+\\s*(?:=|TO\\s)|LOCK\\s+TABLES?\\s|REINDEX\\s+\\S|VACUUM\\b|CLUSTER\\s+\\S+|REFRESH\\s+MATERIALIZED|PRAGMA\\s+\\w|EXEC\\s+\\w|OPTIMIZE\\s+TABLE|BEGIN\\s*;|COMMIT\\s*;|START\\s+TRANSACTION';
const SQL_START = new RegExp(`^\\s*(?:--[^\\n]*\\n\\s*|/\\*[\\s\\S]*?\\*/\\s*)*(?:${WORDS})`, 'i');

/** Whether a text begins like SQL; English such as `Update the docs` does not. */
export const isSql = (text: string): boolean => text.length < 1_000_000 && SQL_START.test(text.slice(0, 5000));
