// Room: detectors. S2, continued: rewriting, locking by hand, and how a migration holds its locks.

import type {Op} from './op.ts';
import {rules} from './sql-rule.ts';

const SAME = 'In its own transaction, with lock_timeout set, and tried again when it does not get the lock.';

/** Locks that keep writers out for as long as the statement runs. */
export const locks = (op: Op): boolean =>
	[
		...[
			'drop-table',
			'rename-table',
			'truncate',
			'rewrite-table',
			'lock-table',
			'add-column',
			'drop-column',
			'rename-column',
		],
		...[
			'change-type',
			'modify-column',
			'set-default',
			'drop-default',
			'set-not-null',
			'drop-not-null',
			'add-constraint',
		],
		...['drop-constraint', 'attach-partition', 'move-table', 'row-security', 'trigger-switch'],
	].includes(op.kind) ||
	(['create-index', 'drop-index', 'detach-partition', 'reindex'].includes(op.kind) && op.concurrently !== true) ||
	(op.of === 'trigger' && op.kind === 'create-other');

export const S2_LOCKING = rules([
	{
		id: 'rewrite-table',
		class: 'S2',
		severity: 'caution',
		what: 'a table is rewritten as a whole',
		why: 'It is copied under a lock that stops everybody, and needs its size again on disk.',
		instead: 'A tool that rewrites beside the table (pg_repack, gh-ost, pt-online-schema-change).',
		like: ['squawk:prefer-repack'],
		on: ['rewrite-table'],
		when: (op, {fresh}) => op.of !== 'SET UNLOGGED' && !fresh(op.object),
		say: (op) => `rewrites ${op.object} (${op.of ?? ''})`,
	},
	{
		id: 'rebuild-table',
		class: 'S2',
		severity: 'caution',
		what: 'a table is changed by making a copy in its new shape',
		why: 'All rows are copied in one transaction; what the copy does not name is lost.',
		instead: 'Compare the columns of the copy, and count the rows before and after.',
		like: [],
		on: ['drop-table'],
		when: (_, {rebuild}) => rebuild,
		say: (op) => `changes ${op.object} by copying it into a new table`,
	},
	{
		id: 'lock-table',
		class: 'S2',
		severity: 'caution',
		what: 'a table is locked by hand',
		why: 'Everybody waits until the transaction ends.',
		instead: SAME,
		like: [],
		on: ['lock-table'],
		when: (op, {fresh}) => !fresh(op.object),
		say: (op) => `locks table ${op.object}`,
	},
	{
		id: 'refresh-view-locks',
		class: 'S2',
		severity: 'caution',
		what: 'a materialized view is refreshed, not CONCURRENTLY',
		why: 'Nobody can read it until it is built.',
		instead: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index.',
		like: [],
		on: ['refresh-view'],
		when: (op, {fresh}) => op.concurrently !== true && !fresh(op.object),
		say: (op) => `refreshes ${op.object} while nobody can read it`,
	},
	{
		id: 'copy-algorithm',
		class: 'S2',
		severity: 'caution',
		what: 'MySQL is told to copy the table',
		why: 'Writes wait until the copy is done.',
		instead: 'ALGORITHM=INPLACE or INSTANT, so that it refuses when it cannot.',
		like: ['strong_migrations:copy_algorithm'],
		on: ['algorithm'],
		when: (op) => /copy/i.test(op.of ?? ''),
		say: (op) => `copies ${op.object} (ALGORITHM=COPY)`,
	},
	{
		id: 'lock-option',
		class: 'S2',
		severity: 'caution',
		what: 'MySQL is told to lock the table',
		why: 'Writes, or reads and writes, wait until it is done.',
		instead: 'LOCK=NONE, so that it refuses when it cannot.',
		like: ['strong_migrations:lock_option'],
		on: ['lock-option'],
		when: (op) => /shared|exclusive/i.test(op.of ?? ''),
		say: (op) => `locks ${op.object} (LOCK=${op.of ?? ''})`,
	},
	{
		id: 'create-trigger',
		class: 'S2',
		severity: 'caution',
		what: 'a trigger is put on a table in use',
		why: 'Every write of the running version runs it from now on, and putting it on waits for and stops writers.',
		instead: 'Measure it on a copy, and keep its function short.',
		like: [],
		on: ['create-other', 'replace-other'],
		when: (op, {fresh, before}) =>
			op.of === 'trigger' &&
			!fresh(op.object) &&
			!before.some((other) => other.kind === 'drop-other' && other.of === 'trigger'),
		say: (op) => `puts trigger ${op.name ?? ''} on ${op.object}`.replace('  ', ' '),
	},
	{
		id: 'many-tables-locked',
		class: 'S2',
		severity: 'caution',
		what: 'one transaction locks three tables in use or more',
		why: 'Each lock is held to the end; with traffic in another order it deadlocks.',
		instead: 'One migration per table.',
		like: [],
		on: [
			'add-column',
			'drop-column',
			'change-type',
			'add-constraint',
			'drop-constraint',
			'set-not-null',
			'rename-column',
			'drop-table',
			'create-index',
		],
		when: (op, {inTransaction, before, fresh}) => {
			if (!inTransaction || !locks(op) || fresh(op.object)) return false;
			const tables = new Set(
				before.filter((other) => locks(other) && !fresh(other.object)).map((other) => other.object),
			);
			return tables.size === 2 && !tables.has(op.object);
		},
		say: (op) => `locks a third table in one transaction (${op.object})`,
	},
	{
		id: 'lock-timeout-missing',
		class: 'S2',
		severity: 'note',
		what: 'a strong lock is taken without lock_timeout',
		why: 'While it waits for a long query, everybody else waits behind it.',
		instead: "SET lock_timeout = '2s' (and statement_timeout) before it, and try again when it does not get the lock.",
		like: ['squawk:require-timeout-settings', 'squawk:require-lock-timeout', 'squawk:require-statement-timeout'],
		on: [
			'add-column',
			'drop-column',
			'change-type',
			'add-constraint',
			'drop-constraint',
			'set-not-null',
			'rename-column',
			'rename-table',
			'drop-table',
			'drop-default',
			'set-default',
		],
		when: (op, {postgres, before, fresh}) =>
			postgres &&
			!fresh(op.object) &&
			!before.some(
				(other) => (other.kind === 'set' && other.object === 'lock_timeout') || (locks(other) && !fresh(other.object)),
			),
		say: (op) => `locks ${op.object} without lock_timeout`,
	},
	{
		id: 'nested-transaction',
		class: 'S2',
		severity: 'caution',
		what: 'BEGIN or COMMIT inside the transaction that the tool opens',
		why: 'A COMMIT ends the tool’s transaction: what follows is not taken back when it fails.',
		instead: 'Leave the transaction to the tool, or tell the tool to open none.',
		like: ['squawk:transaction-nesting', 'atlas:TX101'],
		on: ['begin', 'commit'],
		when: (op, {inTransaction, before}) =>
			op.transaction === true ||
			(op.kind === 'begin'
				? inTransaction &&
					before.some(({kind}) => kind === 'begin' || kind === 'commit') &&
					lastTransaction(before) === 'begin'
				: false),
		say: (op) => `says ${op.kind.toUpperCase()} inside a transaction`,
	},
	{
		id: 'uncommitted-transaction',
		class: 'S2',
		severity: 'caution',
		what: 'a transaction is opened and not ended',
		why: 'What it did is taken back at the end, or its locks are held on.',
		instead: 'COMMIT at the end of the file.',
		like: ['squawk:ban-uncommitted-transaction'],
		on: ['begin'],
		when: (_, {after, script}) => !script && !after.some(({kind}) => kind === 'commit'),
		say: () => 'opens a transaction that it does not end',
	},
]);

const lastTransaction = (ops: readonly Op[]) => ops.findLast(({kind}) => kind === 'begin' || kind === 'commit')?.kind;
