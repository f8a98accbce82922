// Room: detectors. S4: rules about operations that only add: safe, but the order matters.

import {of, rules} from './sql-rule.ts';

export const S4 = rules([
	{
		id: 'create-table',
		class: 'S4',
		severity: 'note',
		what: 'a table is created',
		why: 'It is safe, but must be there before the code that uses it.',
		instead: 'Ship it with or before that code.',
		like: [],
		on: ['create-table'],
		when: (op) => op.temporary !== true && op.doubled === undefined && op.force !== true,
		say: (op) => `creates table ${op.object}`,
	},
	{
		id: 'add-column',
		class: 'S4',
		severity: 'note',
		what: 'a column is added that may stay empty or has a default',
		why: 'It is safe, but must be there before the code that uses it.',
		instead: 'Ship it with or before that code.',
		like: [],
		on: ['add-column'],
		when: (op) => {
			const {column} = op;
			return (
				(column?.notNull !== true && column?.primary !== true) ||
				column.default === 'constant' ||
				column.default === 'volatile' ||
				column.made !== undefined
			);
		},
		say: (op) => `adds column ${of(op)}`,
	},
	{
		id: 'create-index',
		class: 'S4',
		severity: 'note',
		what: 'an index is created without stopping writers',
		why: 'It takes time and disk.',
		instead: 'Watch it while it builds; a failed one stays behind as invalid.',
		like: [],
		on: ['create-index'],
		when: (op, {postgres, fresh}) => op.unique !== true && (op.concurrently === true || fresh(op.object) || !postgres),
		say: (op) => `creates index ${op.name ?? `on ${op.object}`}`,
	},
	{
		id: 'wide-index',
		class: 'S4',
		severity: 'note',
		what: 'an index of more than three columns that is not unique',
		why: 'It costs every write, and queries seldom use more than its first columns.',
		instead: 'Order its columns by what queries filter on, and leave the rest away.',
		like: ['strong_migrations:add_index_columns'],
		on: ['create-index'],
		when: (op) => op.unique !== true && (op.keys?.length ?? 0) > 3,
		say: (op) => `indexes ${op.keys?.length ?? 0} columns of ${op.object} together`,
	},
	{
		id: 'constraint-not-valid',
		class: 'S4',
		severity: 'note',
		what: 'a constraint is added without looking at the rows that are there',
		why: 'New rows are checked from now on, the running version’s too; old ones are not.',
		instead: 'Mend the old rows and VALIDATE it in a later migration.',
		like: [],
		on: ['add-constraint'],
		when: (op) => op.notValid === true,
		say: (op) => `adds constraint ${op.name ?? ''} to ${op.object} for new rows`.replace('  ', ' '),
	},
	{
		id: 'extend-enum',
		class: 'S4',
		severity: 'note',
		what: 'a value is added to an enum',
		why: 'The running version does not know it and may stop at the first row that has it.',
		instead: 'Let the code know it one release before anybody writes it.',
		like: [],
		on: ['add-enum-value'],
		say: (op) => `extends type ${op.object} by “${op.to ?? '?'}”`,
	},
	{
		id: 'enum-value-order',
		class: 'S4',
		severity: 'note',
		what: 'a value is added to an enum without a place',
		why: 'It comes last: comparisons by order may leave it out.',
		instead: 'BEFORE or AFTER another value.',
		like: ['squawk:require-enum-value-ordering'],
		on: ['add-enum-value'],
		when: (op, {postgres}) => postgres && op.placed !== true,
		say: (op) => `adds “${op.to ?? '?'}” at the end of type ${op.object}`,
	},
	{
		id: 'domain-constraint',
		class: 'S4',
		severity: 'caution',
		what: 'a domain with a constraint, or a constraint for a domain',
		why: 'It is checked in every table that uses the domain, under locks, and cannot be added NOT VALID to all of them.',
		instead: 'A CHECK on the column.',
		like: ['squawk:ban-create-domain-with-constraint', 'squawk:ban-alter-domain-with-add-constraint'],
		on: ['create-domain', 'alter-domain'],
		when: (op) => (op.kind === 'create-domain' ? op.placed === true : op.of === 'C' || op.of === 'O'),
		say: (op) => `constrains domain ${op.object}`,
	},
	{
		id: 'json-column',
		class: 'S4',
		severity: 'note',
		what: 'a column of type json is added',
		why: 'json has no equality: SELECT DISTINCT and UNION over the table begin to fail.',
		instead: 'jsonb.',
		like: ['strong_migrations:add_column_json'],
		on: ['add-column'],
		when: (op, {postgres}) => postgres && op.column?.type === 'json',
		say: (op) => `adds column ${of(op)} of type json, which has no equality`,
	},
	{
		id: 'small-key',
		class: 'S4',
		severity: 'note',
		what: 'a primary key that counts in less than 64 bits',
		why: 'At two thousand million rows (smallint: 32,767) every insert fails, and changing it then rewrites the table.',
		instead: 'bigint.',
		like: ['squawk:prefer-bigint-over-int', 'squawk:prefer-bigint-over-smallint'],
		on: ['create-table'],
		when: (op) =>
			op.temporary !== true &&
			(op.columns ?? []).some(
				(column) =>
					column.primary === true &&
					(column.made === 'serial' || column.made === 'identity' || /^id$/i.test(column.name)) &&
					/^(int|integer|int4|smallint|int2|serial|serial4|smallserial|mediumint)\b/.test(column.type ?? ''),
			),
		say: (op) => `gives table ${op.object} a key of less than 64 bits`,
	},
	{
		id: 'name-too-long',
		class: 'S4',
		severity: 'caution',
		what: 'a name of more than 63 bytes',
		why: 'PostgreSQL cuts it without a word: two names may become one, and the code asks for the long one.',
		instead: 'A shorter name.',
		like: ['squawk:identifier-too-long'],
		on: [
			'create-table',
			'create-index',
			'add-column',
			'add-constraint',
			'rename-table',
			'rename-column',
			'create-other',
			'other',
		],
		when: (op, {postgres}) => postgres && namesOf(op).some((name) => Buffer.byteLength(name) > 63),
		say: (op) =>
			`gives the name ${namesOf(op).find((name) => Buffer.byteLength(name) > 63) ?? '?'}, which is cut at 63 bytes`,
	},
	{
		id: 'inline-reference',
		class: 'S4',
		severity: 'caution',
		what: 'MySQL: REFERENCES behind a column',
		why: 'MySQL before 9.0 reads it and makes no foreign key.',
		instead: 'FOREIGN KEY (…) REFERENCES … as a line of its own.',
		like: ['atlas:MY102'],
		on: ['create-table', 'add-column'],
		when: (op, {mysql}) =>
			mysql &&
			[...(op.columns ?? []), ...(op.column ? [op.column] : [])].some(({references}) => references !== undefined),
		say: (op) => `says REFERENCES behind a column of ${op.object}, which MySQL may ignore`,
	},
	{
		id: 'drop-not-null',
		class: 'S4',
		severity: 'note',
		what: 'a column may be NULL from now on',
		why: 'The running version may stop at the first NULL that the new one writes.',
		instead: 'Let the code bear NULL one release before anybody writes it.',
		like: ['squawk:ban-drop-not-null'],
		on: ['drop-not-null'],
		when: (op, {fresh}) => !fresh(op.object),
		say: (op) => `lets ${of(op)} be NULL`,
	},
	{
		id: 'set-default',
		class: 'S4',
		severity: 'note',
		what: 'a default is set',
		why: 'New rows of the running version get it too.',
		instead: 'See that the running version bears it.',
		like: ['strong_migrations:change_column_default'],
		on: ['set-default'],
		say: (op) => `sets a default for ${of(op)}`,
	},
	{
		id: 'insert-rows',
		class: 'S4',
		severity: 'note',
		what: 'rows are put in',
		why: 'Run twice, or beside rows that people made, it fails or doubles them.',
		instead: 'ON CONFLICT DO NOTHING, with a key.',
		like: [],
		on: ['insert'],
		when: (op, {rebuild}) => op.from === undefined && !rebuild,
		say: (op) => `puts rows into ${op.object}`,
	},
	{
		id: 'create-object',
		class: 'S4',
		severity: 'note',
		what: 'a view, type, function, sequence, policy or schema is created',
		why: 'It is safe, but must be there before the code that uses it.',
		instead: 'Ship it with or before that code.',
		like: [],
		on: ['create-other', 'create-domain'],
		when: (op, {before}) =>
			!/^(trigger|extension)$/.test(op.of ?? '') &&
			!before.some((other) => other.kind === 'drop-other' && other.object === op.object),
		say: (op) => `creates ${op.of ?? 'domain'} ${op.of === 'policy' ? `${op.name ?? ''} on ` : ''}${op.object}`,
	},
	{
		id: 'create-extension',
		class: 'S4',
		severity: 'note',
		what: 'an extension is created',
		why: 'It must be installed on the server, and the role of the migration needs the right.',
		instead: 'Ask whoever runs the database before the release.',
		like: [],
		on: ['create-other'],
		when: (op) => op.of === 'extension',
		say: (op) => `creates extension ${op.object}`,
	},
	{
		id: 'replace-object',
		class: 'S4',
		severity: 'note',
		what: 'a view, function or trigger is replaced, or dropped and made again',
		why: 'The running version uses the new one at once.',
		instead: 'Keep columns and arguments as they were.',
		like: [],
		on: ['replace-other', 'drop-other'],
		when: (op, {madeAgain}) => (op.kind === 'drop-other' ? madeAgain : op.of !== 'trigger'),
		say: (op) => `replaces ${op.of ?? 'object'} ${op.object}`,
	},
	{
		id: 'unparsed',
		class: 'S4',
		severity: 'note',
		what: 'a statement that no grammar here reads',
		why: 'It was judged by its words alone.',
		instead: 'Read it yourself.',
		like: ['squawk:syntax-error'],
		on: ['unparsed'],
		say: (op) => `not read by its grammar: ${op.text}`,
	},
]);

function namesOf(op: {
	readonly object: string;
	readonly name?: string;
	readonly to?: string;
	readonly kind: string;
	readonly column?: {readonly name: string};
}): string[] {
	const last = (name: string) => name.split('.').at(-1) ?? name;
	return [
		op.name ?? '',
		op.kind === 'create-table' || op.kind === 'create-other' ? last(op.object) : '',
		op.column?.name ?? '',
		op.kind.startsWith('rename') ? (op.to ?? '') : '',
	];
}
