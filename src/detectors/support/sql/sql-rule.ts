// Room: detectors. The shape of a rule about one operation, and what a rule may know of what stands around it.

import type {Rule} from '../../../domain/rule.ts';
import type {Op, OpKind} from './op.ts';

/** What stands around an operation. All names are compared without case, quotes and default schema. */
export interface Around {
	/** PostgreSQL or what is taken for it. */
	readonly postgres: boolean;
	/** MySQL or MariaDB. */
	readonly mysql: boolean;
	/** The table is made by this change: nobody reads it yet. */
	fresh(table: string): boolean;
	/** The column is added by this change. */
	freshColumn(table: string, column: string): boolean;
	/** It runs in a transaction together with others. */
	readonly inTransaction: boolean;
	/** Others of the same file before and after it. */
	readonly before: readonly Op[];
	readonly after: readonly Op[];
	/** An object of this kind and name is made again behind it. */
	readonly madeAgain: boolean;
	/** It is part of SQLite's way to change a table: make a new one, copy, drop, rename. */
	readonly rebuild: boolean;
	/** A CHECK that the column is not null has been validated before. */
	readonly notNullProven: boolean;
	/** The whole file is one that describes or loads, not a migration. */
	readonly script: boolean;
}

export interface SqlRule extends Rule {
	readonly on: readonly OpKind[];
	readonly when?: (op: Op, around: Around) => boolean;
	/** What it does, as a sentence without subject and full stop. */
	readonly say: (op: Op) => string;
}

export type RuleParts = Omit<SqlRule, 'topic'>;
export const rules = (all: readonly RuleParts[]): SqlRule[] => all.map((rule) => ({...rule, topic: 'schema'}));

export const columnName = (op: Op): string => op.column?.name ?? '?';
const tail = (op: Op) => (op.cascade ? ' and everything that depends on it' : '');
export const of = (op: Op): string => (op.object ? `${columnName(op)} of ${op.object}` : columnName(op));
export const dropped = (what: string, op: Op): string => `drops ${what} ${op.object}${tail(op)}`;

export const EXPAND = 'Expand first, move the code, and contract in a later release, when nothing that runs uses it.';
