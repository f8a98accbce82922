// Room: detectors. S3: rules about operations that change data.

import {locks} from './rules-s2-locks.ts';
import {dropped, rules} from './sql-rule.ts';

const BATCHES = 'In batches outside of the schema’s transaction, so that it can stop and go on.';

export const S3 = rules([
	{
		id: 'data-change',
		class: 'S3',
		severity: 'caution',
		what: 'rows are updated or deleted',
		why: 'Rows stay locked until the end, and a way back does not bring the old values.',
		instead: BATCHES,
		like: [],
		on: ['update', 'delete'],
		when: (op, {fresh}) =>
			(op.where === 'some' || op.where === 'unknown') && !fresh(op.object) && !/(^|\.)pg_enum$/i.test(op.object),
		say: (op) => `${op.kind === 'delete' ? 'deletes' : 'updates'} rows of ${op.object}`,
	},
	{
		id: 'backfill-in-ddl',
		class: 'S3',
		severity: 'caution',
		what: 'rows are changed in the transaction that alters their table',
		why: 'The lock of the altering is held while every row is written: everybody waits.',
		instead: 'Alter in one migration, fill in batches in the next, tighten in a third.',
		like: ['strong_migrations:add_column_default'],
		on: ['update', 'delete'],
		when: (op, {inTransaction, before, after, fresh}) =>
			inTransaction &&
			!fresh(op.object) &&
			[...before, ...after].some((other) => locks(other) && other.object.toLowerCase() === op.object.toLowerCase()),
		say: (op) => `changes rows of ${op.object} in the transaction that alters it`,
	},
	{
		id: 'fill-new-column',
		class: 'S3',
		severity: 'caution',
		what: 'a column that was just added is filled in all rows',
		why: 'Every row of the table is written in one go.',
		instead: BATCHES,
		like: [],
		on: ['update'],
		when: (op, {fresh, freshColumn}) =>
			(op.where === 'none' || op.where === 'always') &&
			!fresh(op.object) &&
			op.keys !== undefined &&
			op.keys.length > 0 &&
			op.keys.every((key) => freshColumn(op.object, key)),
		say: (op) => `fills ${op.keys?.join(', ') ?? 'a column'} in every row of ${op.object}`,
	},
	{
		id: 'copy-rows',
		class: 'S3',
		severity: 'caution',
		what: 'rows of one table are copied into another',
		why: 'What the running version writes meanwhile is not copied, and all is one long transaction.',
		instead: 'Write to both first, then copy in batches.',
		like: [],
		on: ['insert'],
		when: (op, {rebuild, fresh}) => op.from !== undefined && !rebuild && !fresh(op.from),
		say: (op) => `copies rows of ${op.from ?? '?'} into ${op.object}`,
	},
	{
		id: 'run-code',
		class: 'S3',
		severity: 'caution',
		what: 'a migration runs code of the program',
		why: 'What it does to the rows is not to be seen here, and it changes when the program does.',
		instead: 'Plain SQL, or code that the migration carries itself.',
		like: [],
		on: ['run-code'],
		say: (op) => `runs ${op.object}`,
	},
	{
		id: 'call-function',
		class: 'S3',
		severity: 'note',
		what: 'a function of the database is called',
		why: 'What it does is not to be seen here.',
		instead: 'Read the function, and try it on a copy.',
		like: [],
		on: ['call'],
		say: (op) => `calls ${op.object}()`,
	},
	{
		id: 'checks-disabled',
		class: 'S3',
		severity: 'caution',
		what: 'foreign keys, checks or triggers are switched off',
		why: 'Rows that break them get in unseen, and nobody looks at them when they are switched on again.',
		instead: 'Order the statements so that nothing has to be switched off.',
		like: [],
		on: ['set', 'trigger-switch'],
		when: (op, {rebuild, after}) =>
			op.kind === 'trigger-switch'
				? op.of === 'off'
				: (op.object === 'session_replication_role' && op.literals?.includes('replica') === true) ||
					(/^(foreign_key_checks|unique_checks|foreign_keys)$/.test(op.object) &&
						/^(0|off|false)$/.test(op.literals?.at(-1) ?? '') &&
						!rebuild &&
						!after.some(({to}) => /^_?_?new|_new$|_old$/i.test(to ?? ''))),
		say: (op) => (op.kind === 'set' ? `switches ${op.object} off` : `switches triggers of ${op.object} off`),
	},
	{
		id: 'restart-sequence',
		class: 'S3',
		severity: 'caution',
		what: 'a sequence is set',
		why: 'Set too low, the running version gets numbers that are taken.',
		instead: 'Set it from the highest value, in the same transaction.',
		like: [],
		on: ['restart-sequence'],
		when: (op, {fresh}) => !fresh(op.object),
		say: (op) => `sets sequence ${op.object}`,
	},
	{
		id: 'foreign-key-cascade',
		class: 'S3',
		severity: 'caution',
		what: 'a foreign key deletes along',
		why: 'From now on, deleting one row of the other table deletes rows here without a word.',
		instead: 'ON DELETE RESTRICT, and let the code delete what it means to.',
		like: [],
		on: ['add-constraint', 'add-column'],
		when: (op, {fresh}) =>
			((op.form === 'foreign' && op.cascade === true) || op.column?.cascades === true) && !fresh(op.object),
		say: (op) => `lets deletes in ${op.to ?? op.column?.references ?? '?'} delete rows of ${op.object}`,
	},
	{
		id: 'drop-constraint',
		class: 'S3',
		severity: 'caution',
		what: 'a constraint is dropped',
		why: 'Rows that break it get in, and it cannot simply be put back.',
		instead: 'Put the new one in place first.',
		like: ['atlas:CD101'],
		on: ['drop-constraint'],
		when: (op, {fresh}) => op.form !== 'primary' && op.cascade !== true && !fresh(op.object),
		say: (op) => `drops constraint ${op.name ?? '?'} of ${op.object}`,
	},
	{
		id: 'drop-object',
		class: 'S3',
		severity: 'caution',
		what: 'something else is dropped',
		why: 'What relies on it is not to be seen here.',
		instead: 'Look for what uses it.',
		like: [],
		on: ['drop-other'],
		when: (op, {madeAgain}) =>
			!madeAgain &&
			!/^(schema|database|tablespace|type|domain|view|materialized view|sequence|extension|function|procedure|aggregate|routine|trigger|rule|event|role|user|policy)$/.test(
				op.of ?? '',
			),
		say: (op) => dropped(op.of ?? 'object', op),
	},
]);
