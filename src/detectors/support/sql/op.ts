// Room: detectors. What a migration does, one operation at a time, whatever wrote it down: SQL of any dialect, a builder
// call, a schema file. The rules judge these and know nothing of how they were read.

const OP_KINDS = [
	...['create-table', 'drop-table', 'rename-table', 'move-table', 'truncate', 'rewrite-table', 'lock-table'],
	...['add-column', 'drop-column', 'rename-column', 'change-type', 'set-default', 'drop-default'],
	...['set-not-null', 'drop-not-null', 'add-identity', 'drop-identity', 'modify-column'],
	...['add-constraint', 'drop-constraint', 'validate-constraint', 'alter-constraint'],
	...['create-index', 'drop-index', 'reindex', 'rename-other'],
	...['attach-partition', 'detach-partition', 'drop-partition', 'refresh-view'],
	...['create-other', 'replace-other', 'drop-other', 'rename-type', 'rename-schema', 'drop-owned'],
	...['add-enum-value', 'rename-enum-value', 'drop-enum-value'],
	...['create-domain', 'alter-domain', 'row-security', 'trigger-switch', 'restart-sequence'],
	...['insert', 'update', 'delete', 'call', 'begin', 'commit', 'savepoint', 'set', 'grant', 'revoke'],
	...['algorithm', 'lock-option', 'run-code', 'unparsed', 'other'],
] as const;
export type OpKind = (typeof OP_KINDS)[number];

export interface ColumnSpec {
	readonly name: string;
	/** Lower case, as `varchar(20)`; absent when not known. */
	readonly type?: string;
	readonly notNull?: boolean;
	/** `constant` is filled in without touching rows, `volatile` writes each row, `null` is none. */
	readonly default?: 'constant' | 'volatile' | 'null';
	readonly primary?: boolean;
	readonly unique?: boolean;
	readonly check?: boolean;
	/** The table that it refers to. */
	readonly references?: string;
	readonly cascades?: boolean;
	readonly made?: 'stored' | 'virtual' | 'identity' | 'serial';
}

/** Whether the rows are limited: `none` all rows, `always` a condition that is true of all, `unknown` not all was seen. */
export type Where = 'none' | 'always' | 'some' | 'unknown';

export interface Op {
	readonly kind: OpKind;
	/** 1-based, in the file. */
	readonly line: number;
	/** The table, or whatever it is about, with its schema where written. */
	readonly object: string;
	/** For `-other` kinds: `view`, `type`, `function`, `trigger`, `sequence`, `schema`, … */
	readonly of?: string;
	readonly column?: ColumnSpec;
	/** The new name, new value, or second object. */
	readonly to?: string;
	/** Kind of a constraint. */
	readonly form?: 'foreign' | 'unique' | 'primary' | 'check' | 'exclude' | 'not-null';
	/** The constraint, index or trigger's own name. */
	readonly name?: string;
	readonly columns?: readonly ColumnSpec[];
	/** Indexed columns, or those a constraint is about. */
	readonly keys?: readonly string[];
	readonly where?: Where;
	readonly cascade?: boolean;
	readonly concurrently?: boolean;
	readonly unique?: boolean;
	readonly temporary?: boolean;
	readonly ifNotExists?: boolean;
	readonly ifExists?: boolean;
	readonly force?: boolean;
	readonly notValid?: boolean;
	readonly usingIndex?: boolean;
	/** An order, a position, a filter: something that makes it careful. */
	readonly placed?: boolean;
	/** Written twice in one statement. */
	readonly doubled?: string;
	/** Table that rows are read from. */
	readonly from?: string;
	/** Literals it mentions, where that matters (values of an enum). At most 50. */
	readonly literals?: readonly string[];
	/** How it was written, shortened. */
	readonly text: string;
	/** Which call or file of SQL it stood in: statements of one call share an implicit transaction. */
	readonly group?: number;
	/** Set where the writer says so. */
	readonly transaction?: boolean;
}

export type Dialect =
	| 'postgresql'
	| 'mysql'
	| 'mariadb'
	| 'sqlite'
	| 'transactsql'
	| 'clickhouse'
	| 'oracle'
	| 'unknown';

/** A name to compare: lower case, without quotes and without the default schema. */
export function plain(name: string): string {
	return name
		.replaceAll(/["`[\]]/g, '')
		.toLowerCase()
		.replace(/^(public|dbo|main)\./, '');
}

/** A fragment as evidence: one line, at most 160 characters. */
export const fragment = (text: string): string => {
	const line = text.slice(0, 400).replaceAll(/\s+/g, ' ').trim();
	return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};

/** Types whose values never get lost by changing into them, though the table may be rewritten. */
const WIDE =
	/^(text|bigint|int8|numeric|decimal|double|float8|double precision|jsonb|longtext|mediumtext|timestamptz|timestamp with time zone)\b(?!\s*\()/;
export const isWide = (type: string | undefined): boolean => type !== undefined && WIDE.test(type);
