// Room: detectors. S1: rules about operations that break the version which runs while the migration does.

import {isWide} from './op.ts';
import {columnName, dropped, EXPAND, of, rules} from './sql-rule.ts';

export const S1 = rules([
	{
		id: 'rename-table',
		class: 'S1',
		severity: 'danger',
		what: 'a table or view is renamed',
		why: 'The running version, and the one that a rollback brings back, ask for the old name.',
		instead: 'Make a view of the old name, or write to both tables for one release.',
		like: ['squawk:renaming-table', 'atlas:BC101', 'strong_migrations:rename_table'],
		on: ['rename-table'],
		when: (op, {rebuild, fresh}) => !rebuild && !fresh(op.object),
		say: (op) => `renames ${op.of ?? 'table'} ${op.object} to ${op.to ?? '?'}`,
	},
	{
		id: 'rename-column',
		class: 'S1',
		severity: 'danger',
		what: 'a column is renamed',
		why: 'The running version, and the one that a rollback brings back, ask for the old name.',
		instead: 'Add the new column, write to both, move the rows, and drop the old one in a later release.',
		like: ['squawk:renaming-column', 'atlas:BC102', 'strong_migrations:rename_column'],
		on: ['rename-column'],
		when: (op, {fresh}) => !fresh(op.object),
		say: (op) => `renames ${of(op)} to ${op.to ?? '?'}`,
	},
	{
		id: 'rename-schema',
		class: 'S1',
		severity: 'danger',
		what: 'a schema is renamed',
		why: 'Every name that is written with it, and every search path, stops working.',
		instead: 'Make the new schema and move tables one by one, with views in the old one.',
		like: ['strong_migrations:rename_schema'],
		on: ['rename-schema'],
		say: (op) => `renames ${op.of ?? 'schema'} ${op.object} to ${op.to ?? '?'}`,
	},
	{
		id: 'rename-type',
		class: 'S1',
		severity: 'danger',
		what: 'a type, function or sequence is renamed',
		why: 'Casts and calls in the running version use the old name.',
		instead: 'Make the new one beside the old one, and drop the old one later.',
		like: [],
		on: ['rename-type'],
		when: (op, {after, before}) =>
			// The usual way to change an enum: rename the old type, make the new one, move the column, drop the old one.
			![...before, ...after].some(
				(other) => other.kind === 'create-other' && other.of === 'type' && other.object === op.object,
			),
		say: (op) => `renames ${op.of ?? 'type'} ${op.object} to ${op.to ?? '?'}`,
	},
	{
		id: 'rename-enum-value',
		class: 'S1',
		severity: 'danger',
		what: 'a value of an enum is renamed',
		why: 'The running version still writes and compares the old value.',
		instead: 'Add the new value, let the code know both, move the rows, and leave the old one.',
		like: ['strong_migrations:rename_enum_value'],
		on: ['rename-enum-value'],
		say: (op) => `renames “${op.name ?? '?'}” to “${op.to ?? '?'}” in type ${op.object}`,
	},
	{
		id: 'move-table',
		class: 'S1',
		severity: 'danger',
		what: 'a table is moved to another schema',
		why: 'The running version looks for it where it was.',
		instead: 'Leave a view under the old name, or set the search path before.',
		like: [],
		on: ['move-table'],
		when: (op, {fresh}) => !fresh(op.object),
		say: (op) => `moves ${op.of ?? 'table'} ${op.object} to schema ${op.to ?? '?'}`,
	},
	{
		id: 'change-type',
		class: 'S1',
		severity: 'danger',
		what: 'the type of a column changes to one that may not hold its values',
		why: 'Values may be refused or cut, the running version writes the old type, and the table is rewritten under a lock.',
		instead: EXPAND,
		like: ['squawk:changing-column-type', 'strong_migrations:change_column'],
		on: ['change-type', 'modify-column'],
		when: (op, {fresh, freshColumn}) =>
			op.column?.type !== undefined &&
			!isWide(op.column.type) &&
			!fresh(op.object) &&
			!freshColumn(op.object, columnName(op)),
		say: (op) => `changes the type of ${of(op)} to ${op.column?.type ?? '?'}`,
	},
	{
		id: 'not-null-without-default',
		class: 'S1',
		severity: 'danger',
		what: 'a column is added NOT NULL without a default',
		why: 'It fails where there are rows, and the running version inserts rows without it.',
		instead: 'Give it a default, or add it nullable, fill it, and set NOT NULL later.',
		like: ['squawk:adding-required-field', 'atlas:MF103', 'atlas:MY101'],
		on: ['add-column'],
		when: (op, {fresh}) => {
			const {column} = op;
			const filled = column?.default === 'constant' || column?.default === 'volatile' || column?.made !== undefined;
			return (column?.notNull === true || column?.primary === true) && !filled && !fresh(op.object);
		},
		say: (op) => `adds column ${of(op)} NOT NULL without a default`,
	},
	{
		id: 'drop-default',
		class: 'S1',
		severity: 'danger',
		what: 'the default of a column is removed',
		why: 'The running version inserts rows that rely on it.',
		instead: 'Let the new version write the value, and drop the default one release later.',
		like: ['strong_migrations:change_column_default'],
		on: ['drop-default'],
		when: (op, {fresh, freshColumn, after}) =>
			!fresh(op.object) &&
			!freshColumn(op.object, columnName(op)) &&
			!after.some(
				(other) => other.kind === 'set-default' && other.object === op.object && columnName(other) === columnName(op),
			),
		say: (op) => `drops the default of ${of(op)}`,
	},
	{
		id: 'add-unique',
		class: 'S1',
		severity: 'danger',
		what: 'a unique constraint is added to a table that has rows',
		why: 'Doubles stop the migration, the running version may write more of them, and the index is built under a lock.',
		instead: 'CREATE UNIQUE INDEX CONCURRENTLY, look at the doubles, then ADD CONSTRAINT … USING INDEX.',
		like: [
			'squawk:disallowed-unique-constraint',
			'strong_migrations:add_unique_constraint',
			'atlas:MF101',
			'atlas:MF102',
			'atlas:PG105',
		],
		on: ['add-constraint'],
		when: (op, {fresh, freshColumn}) =>
			op.form === 'unique' && op.usingIndex !== true && !fresh(op.object) && !allFresh(op.keys, op.object, freshColumn),
		say: (op) => `adds a unique constraint${op.name ? ` ${op.name}` : ''} to ${op.object}: doubles stop it`,
	},
	{
		id: 'unique-index',
		class: 'S1',
		severity: 'danger',
		what: 'a unique index is created on a table that has rows',
		why: 'Doubles stop it, and the running version may write more of them.',
		instead: 'Look for doubles first, let the code stop writing them, then create it CONCURRENTLY.',
		like: ['atlas:MF101', 'atlas:MF102'],
		on: ['create-index'],
		when: (op, {fresh, freshColumn}) =>
			op.unique === true && !fresh(op.object) && !allFresh(op.keys, op.object, freshColumn),
		say: (op) => `creates unique index ${op.name ?? ''} on ${op.object}: doubles stop it`.replace('  ', ' '),
	},
	{
		id: 'add-check',
		class: 'S1',
		severity: 'danger',
		what: 'a check is added and validated at once',
		why: 'Rows that break it stop the migration, the running version may write such rows, and all rows are read under a lock.',
		instead: 'Add it NOT VALID, mend the rows, and VALIDATE it in a later migration.',
		like: [
			'squawk:constraint-missing-not-valid',
			'strong_migrations:add_check_constraint',
			'strong_migrations:add_check_constraint_mysql',
			'atlas:PG305',
		],
		on: ['add-constraint'],
		when: (op, {fresh, freshColumn}) =>
			(op.form === 'check' || op.form === 'not-null') &&
			op.notValid !== true &&
			!fresh(op.object) &&
			!allFresh(op.keys, op.object, freshColumn),
		say: (op) => `adds a check${op.name ? ` ${op.name}` : ''} to ${op.object}: rows that break it stop the migration`,
	},
	{
		id: 'add-exclusion',
		class: 'S1',
		severity: 'danger',
		what: 'an exclusion constraint is added to a table that has rows',
		why: 'It cannot be added without validating every row under a lock, and it refuses what the running version may write.',
		instead: 'Add it while the table is small, or make a new table with it and move the rows.',
		like: ['strong_migrations:add_exclusion_constraint'],
		on: ['add-constraint'],
		when: (op, {fresh}) => op.form === 'exclude' && !fresh(op.object),
		say: (op) => `adds an exclusion constraint to ${op.object}`,
	},
	{
		id: 'enum-value-used',
		class: 'S1',
		severity: 'danger',
		what: 'a value is added to an enum and used in the same transaction',
		why: 'PostgreSQL refuses to use a new value before the transaction that adds it has ended: the migration fails.',
		instead: 'Add the value in a migration of its own, and use it in the next one.',
		like: [],
		on: ['add-enum-value'],
		when: (op, {postgres, inTransaction, after}) =>
			postgres &&
			inTransaction &&
			op.to !== undefined &&
			after
				.slice(0, after.findIndex(({kind}) => kind === 'commit') >>> 0)
				.some((other) => other.literals?.includes(op.to ?? '') === true),
		say: (op) => `adds “${op.to ?? '?'}” to type ${op.object} and uses it in the same transaction`,
	},
	{
		id: 'drop-primary-key',
		class: 'S1',
		severity: 'danger',
		what: 'a primary key is dropped',
		why: 'Rows may double, replication and upserts that rely on it fail.',
		instead: 'Build the new unique index first, and swap both in one statement.',
		like: [],
		on: ['drop-constraint'],
		when: (op, {fresh}) => op.form === 'primary' && !fresh(op.object),
		say: (op) => `drops the primary key of ${op.object}`,
	},
	{
		id: 'drop-identity',
		class: 'S1',
		severity: 'danger',
		what: 'a column no longer makes its own values',
		why: 'The running version inserts rows without a value for it.',
		instead: 'Let the new version write the value first.',
		like: [],
		on: ['drop-identity'],
		say: (op) => `drops the ${op.of ?? 'identity'} of ${of(op)}`,
	},
	{
		id: 'add-identity',
		class: 'S1',
		severity: 'danger',
		what: 'a column that was written becomes GENERATED ALWAYS',
		why: 'The running version inserts values of its own, which are refused from now on, and numbering starts where it says.',
		instead: 'GENERATED BY DEFAULT, and set the sequence past the highest value.',
		like: [],
		on: ['add-identity'],
		when: (op, {fresh}) => op.of === 'a' && !fresh(op.object),
		say: (op) => `makes ${of(op)} generated always`,
	},
	{
		id: 'drop-function',
		class: 'S1',
		severity: 'danger',
		what: 'a function or procedure is dropped and not made again',
		why: 'The running version, triggers and defaults may call it.',
		instead: EXPAND,
		like: [],
		on: ['drop-other'],
		when: (op, {madeAgain}) =>
			/^(function|procedure|aggregate|routine)$/.test(op.of ?? '') && !madeAgain && op.cascade !== true,
		say: (op) => dropped(op.of ?? 'function', op),
	},
	{
		id: 'drop-trigger',
		class: 'S1',
		severity: 'danger',
		what: 'a trigger or rule is dropped and not made again',
		why: 'What it kept right is no longer kept right, while the running version relies on it.',
		instead: 'Let the code do it first, and drop the trigger in a later release.',
		like: [],
		on: ['drop-other'],
		when: (op, {madeAgain, after}) =>
			/^(trigger|rule|event)$/.test(op.of ?? '') &&
			!madeAgain &&
			op.cascade !== true &&
			!after.some((other) => other.kind === 'drop-table'),
		say: (op) => dropped(op.of ?? 'trigger', op),
	},
	{
		id: 'revoke',
		class: 'S1',
		severity: 'danger',
		what: 'rights are taken away',
		why: 'The running version may use them.',
		instead: 'Take them away one release after the code stopped using them.',
		like: [],
		on: ['revoke'],
		when: (op, {fresh, before}) =>
			!fresh(op.object) && !before.some(({kind, of: what}) => kind.endsWith('-other') && what === 'function'),
		say: (op) => `takes rights away on ${op.object}`,
	},
	{
		id: 'drop-role',
		class: 'S1',
		severity: 'danger',
		what: 'a role or user is dropped',
		why: 'Whoever still logs in as it is locked out.',
		instead: 'ALTER ROLE … NOLOGIN first, and drop it when nobody asked.',
		like: [],
		on: ['drop-other'],
		when: (op) => (op.of === 'role' || op.of === 'user') && op.cascade !== true,
		say: (op) => dropped(op.of ?? 'role', op),
	},
	{
		id: 'row-security',
		class: 'S1',
		severity: 'danger',
		what: 'row-level security is switched on without a policy, or off',
		why: 'On without a policy hides every row from the running version; off shows every row to everybody.',
		instead: 'Create the policies before, and switch in one transaction.',
		like: [],
		on: ['row-security'],
		when: (op, {fresh, before, after}) =>
			!fresh(op.object) &&
			(op.of === 'off' || ![...before, ...after].some((other) => other.of === 'policy' && other.object === op.object)),
		say: (op) => `switches row-level security of ${op.object} ${op.of ?? 'on'}`,
	},
	{
		id: 'drop-policy',
		class: 'S1',
		severity: 'danger',
		what: 'a policy of row-level security is dropped and not made again',
		why: 'Rows that it showed are hidden, or the other way round.',
		instead: 'ALTER POLICY, or create the new one before.',
		like: [],
		on: ['drop-other'],
		when: (op, {madeAgain}) => op.of === 'policy' && !madeAgain && op.cascade !== true,
		say: (op) => dropped('policy', op),
	},
	{
		id: 'duplicate-column',
		class: 'S1',
		severity: 'danger',
		what: 'a column is named twice in one statement',
		why: 'The database refuses it: the migration fails.',
		instead: 'Name it once.',
		like: ['squawk:ban-duplicate-column-assignments'],
		on: ['create-table', 'update', 'create-other', 'replace-other'],
		when: (op) => op.doubled !== undefined,
		say: (op) => `names ${op.doubled ?? '?'} twice`,
	},
]);

const allFresh = (
	keys: readonly string[] | undefined,
	table: string,
	fresh: (table: string, column: string) => boolean,
): boolean => keys !== undefined && keys.length > 0 && keys.some((key) => fresh(table, key));
