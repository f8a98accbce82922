// Room: detectors. S2: rules about operations that lock or rewrite a table while people use it.

import {isWide} from './op.ts';
import {columnName, of, rules} from './sql-rule.ts';

export const S2_BUILDING = rules([
	{
		id: 'create-index-locks',
		class: 'S2',
		severity: 'caution',
		what: 'an index is created on a table in use, not CONCURRENTLY',
		why: 'Nobody can write to the table until it is built.',
		instead: 'CREATE INDEX CONCURRENTLY, outside of a transaction.',
		like: ['squawk:require-concurrent-index-creation', 'strong_migrations:add_index', 'atlas:PG101'],
		on: ['create-index'],
		when: (op, {postgres, fresh}) => postgres && op.concurrently !== true && op.unique !== true && !fresh(op.object),
		say: (op) => `creates index ${op.name ?? ''} on ${op.object} while nobody can write to it`.replace('  ', ' '),
	},
	{
		id: 'drop-index-locks',
		class: 'S2',
		severity: 'caution',
		what: 'an index is dropped',
		why: 'Queries that rely on it read the whole table from then on; not CONCURRENTLY, it also waits for and stops everybody.',
		instead: 'See that it is unused, then DROP INDEX CONCURRENTLY.',
		like: ['squawk:require-concurrent-index-deletion', 'strong_migrations:remove_index', 'atlas:PG102'],
		on: ['drop-index'],
		when: (op, {fresh}) => op.concurrently !== true && !fresh(op.to ?? ''),
		say: (op) => `drops index ${op.object}`,
	},
	{
		id: 'concurrently-in-transaction',
		class: 'S2',
		severity: 'caution',
		what: 'CONCURRENTLY inside a transaction',
		why: 'PostgreSQL refuses it: the migration fails.',
		instead: 'Put it into a migration of its own that runs without a transaction.',
		like: ['squawk:ban-concurrent-index-creation-in-transaction', 'atlas:PG103'],
		on: ['create-index', 'drop-index', 'reindex', 'refresh-view', 'detach-partition'],
		when: (op, {postgres, inTransaction}) =>
			postgres && op.concurrently === true && op.kind !== 'refresh-view' && inTransaction,
		say: (op) => `works CONCURRENTLY on ${op.object} inside a transaction`,
	},
	{
		id: 'reindex-locks',
		class: 'S2',
		severity: 'caution',
		what: 'an index is rebuilt, not CONCURRENTLY',
		why: 'Nobody can write to the table, and queries that want the index wait.',
		instead: 'REINDEX CONCURRENTLY.',
		like: ['squawk:require-concurrent-reindex'],
		on: ['reindex'],
		when: (op, {postgres}) => postgres && op.concurrently !== true,
		say: (op) => `rebuilds ${op.object} while nobody can write to it`,
	},
	{
		id: 'detach-partition-locks',
		class: 'S2',
		severity: 'caution',
		what: 'a partition is detached, not CONCURRENTLY',
		why: 'It locks the whole partitioned table.',
		instead: 'DETACH PARTITION … CONCURRENTLY.',
		like: ['squawk:require-concurrent-partition-detach'],
		on: ['detach-partition'],
		when: (op) => op.concurrently !== true,
		say: (op) => `detaches partition ${op.to ?? '?'} of ${op.object}`,
	},
	{
		id: 'attach-partition-scans',
		class: 'S2',
		severity: 'caution',
		what: 'a partition is attached without a check of its bounds',
		why: 'Every row of it is read under a lock.',
		instead: 'Add a validated CHECK of the same bounds first; then nothing is read.',
		like: [],
		on: ['attach-partition'],
		when: (op, {fresh, before}) =>
			!fresh(op.to ?? '') &&
			!before.some((other) => other.kind === 'add-constraint' && other.form === 'check' && other.object === op.to),
		say: (op) => `attaches ${op.to ?? '?'} to ${op.object}, reading all of it`,
	},
	{
		id: 'foreign-key-validated',
		class: 'S2',
		severity: 'caution',
		what: 'a foreign key is added and validated at once',
		why: 'Both tables refuse writes while every row is looked up; rows that break it stop the migration.',
		instead: 'Add it NOT VALID, and VALIDATE it in a later migration.',
		like: [
			'squawk:adding-foreign-key-constraint',
			'squawk:constraint-missing-not-valid',
			'strong_migrations:add_foreign_key',
			'strong_migrations:add_foreign_key_mysql',
			'strong_migrations:add_reference',
			'atlas:PG306',
		],
		on: ['add-constraint', 'add-column'],
		when: (op, {fresh}) =>
			!fresh(op.object) &&
			(op.kind === 'add-column' ? op.column?.references !== undefined : op.form === 'foreign' && op.notValid !== true),
		say: (op) =>
			`adds a foreign key from ${op.column ? of(op) : op.object} to ${op.to ?? op.column?.references ?? '?'}, reading every row`,
	},
	{
		id: 'validated-in-one-transaction',
		class: 'S2',
		severity: 'caution',
		what: 'a constraint is added NOT VALID and validated in the same transaction',
		why: 'The strong lock of the adding is held while every row is read.',
		instead: 'Validate in a migration of its own.',
		like: [
			'squawk:constraint-missing-not-valid',
			'strong_migrations:validate_foreign_key',
			'strong_migrations:validate_check_constraint',
		],
		on: ['validate-constraint'],
		when: (op, {inTransaction, before}) =>
			inTransaction &&
			before.some(
				(other) => other.kind === 'add-constraint' && other.object === op.object && (other.name ?? op.name) === op.name,
			),
		say: (op) => `validates ${op.name ?? 'a constraint'} of ${op.object} in the transaction that adds it`,
	},
	{
		id: 'add-primary-key',
		class: 'S2',
		severity: 'caution',
		what: 'a primary key is added to a table in use',
		why: 'It builds an index and reads every row under a lock that stops everybody.',
		instead: 'CREATE UNIQUE INDEX CONCURRENTLY, then ADD PRIMARY KEY USING INDEX.',
		like: ['squawk:adding-serial-primary-key-field', 'atlas:PG104', 'atlas:PG304'],
		on: ['add-constraint', 'add-column'],
		when: (op, {fresh}) =>
			!fresh(op.object) &&
			(op.kind === 'add-column' ? op.column?.primary === true : op.form === 'primary' && op.usingIndex !== true),
		say: (op) => `adds a primary key to ${op.object}`,
	},
	{
		id: 'volatile-default',
		class: 'S2',
		severity: 'caution',
		what: 'a column is added with a default that differs from row to row',
		why: 'Every row is written again under a lock that stops everybody.',
		instead: 'Add the column without it, set the default, and fill the rows in batches.',
		like: [
			'squawk:adding-field-with-default',
			'strong_migrations:add_column_default',
			'strong_migrations:add_column_default_callable',
			'atlas:PG302',
		],
		on: ['add-column'],
		when: (op, {fresh}) => op.column?.default === 'volatile' && !fresh(op.object),
		say: (op) => `adds column ${of(op)} with a default that writes every row`,
	},
	{
		id: 'stored-column',
		class: 'S2',
		severity: 'caution',
		what: 'a stored generated column is added',
		why: 'Every row is written again under a lock that stops everybody.',
		instead: 'A plain column filled in batches and kept by a trigger, or a virtual one.',
		like: ['squawk:adding-field-with-default', 'strong_migrations:add_column_generated_stored', 'atlas:PG307'],
		on: ['add-column'],
		when: (op, {fresh}) => op.column?.made === 'stored' && !fresh(op.object),
		say: (op) => `adds stored column ${of(op)}: every row is written`,
	},
	{
		id: 'serial-column',
		class: 'S2',
		severity: 'caution',
		what: 'a column that counts by itself is added',
		why: 'Every row gets a number: the table is written again under a lock that stops everybody.',
		instead: 'A new table with it, or a nullable column, a sequence, and batches.',
		like: ['strong_migrations:add_column_auto_incrementing', 'squawk:adding-serial-primary-key-field'],
		on: ['add-column'],
		when: (op, {fresh}) => (op.column?.made === 'serial' || op.column?.made === 'identity') && !fresh(op.object),
		say: (op) => `adds counting column ${of(op)}: every row is written`,
	},
	{
		id: 'unique-column',
		class: 'S2',
		severity: 'caution',
		what: 'a column is added with UNIQUE',
		why: 'Its index is built under a lock that stops everybody.',
		instead: 'Add the column alone, CREATE UNIQUE INDEX CONCURRENTLY, and attach it.',
		like: ['squawk:disallowed-unique-constraint'],
		on: ['add-column', 'add-constraint'],
		when: (op, {fresh, freshColumn}) =>
			!fresh(op.object) &&
			(op.kind === 'add-column'
				? op.column?.unique === true
				: op.form === 'unique' && (op.keys ?? []).some((key) => freshColumn(op.object, key))),
		say: (op) => `adds ${op.column ? `column ${of(op)}` : `a constraint to ${op.object}`} with UNIQUE`,
	},
	{
		id: 'set-not-null',
		class: 'S2',
		severity: 'caution',
		what: 'a column is made NOT NULL',
		why: 'Every row is read under a lock that stops everybody, and the running version may still write NULL.',
		instead: 'CHECK (… IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL, which then reads nothing.',
		like: [
			'squawk:adding-not-nullable-field',
			'strong_migrations:change_column_null',
			'strong_migrations:change_column_null_postgresql',
			'strong_migrations:change_column_null_mysql',
			'strong_migrations:change_column_with_not_null',
			'atlas:MF104',
			'atlas:PG303',
			'atlas:LT101',
		],
		on: ['set-not-null', 'modify-column', 'change-type'],
		when: (op, {fresh, freshColumn, notNullProven}) =>
			(op.kind === 'set-not-null' || op.column?.notNull === true) &&
			!notNullProven &&
			!fresh(op.object) &&
			!freshColumn(op.object, columnName(op)),
		say: (op) => `makes ${of(op)} NOT NULL`,
	},
	{
		id: 'widen-type',
		class: 'S2',
		severity: 'caution',
		what: 'the type of a column changes to a wider one',
		why: 'The table may be rewritten and its indexes rebuilt under a lock that stops everybody.',
		instead: 'For a large table: a new column, written by both versions, filled in batches, then swapped.',
		like: ['squawk:changing-column-type', 'atlas:PG301'],
		on: ['change-type', 'modify-column'],
		when: (op, {fresh, freshColumn}) =>
			op.column?.type !== undefined &&
			isWide(op.column.type) &&
			!fresh(op.object) &&
			!freshColumn(op.object, columnName(op)),
		say: (op) => `changes the type of ${of(op)} to ${op.column?.type ?? '?'}`,
	},
	{
		id: 'modify-column',
		class: 'S2',
		severity: 'caution',
		what: 'a column is redefined, and how it was is not to be seen',
		why: 'It may be narrower, may refuse NULL, and may rewrite the table.',
		instead: 'Compare with how it was; expand and contract when it is narrower.',
		like: ['strong_migrations:change_column_constraint'],
		on: ['modify-column'],
		when: (op, {fresh}) => op.column?.type === undefined && !fresh(op.object),
		say: (op) => `redefines column ${of(op)}`,
	},
]);
