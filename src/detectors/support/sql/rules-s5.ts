// Room: detectors. S5: rules about the order of migrations, edited history, and what only a selection makes: gaps, numbers
// that meet, half of a pair. They judge files, not operations.

import type {Rule} from '../../../domain/rule.ts';

const one = (rule: Omit<Rule, 'topic' | 'class' | 'like'> & {readonly like?: readonly string[]}): Rule => ({
	topic: 'schema',
	class: 'S5',
	like: [],
	...rule,
});

export const S5: readonly Rule[] = [
	one({
		id: 'migration-edited',
		severity: 'caution',
		what: 'a migration that was there before is edited',
		why: 'Where it has run it does not run again, or its tool stops at the changed checksum.',
		instead: 'Leave it as it was, and write a new one.',
	}),
	one({
		id: 'migration-deleted',
		severity: 'caution',
		what: 'a migration that was there before is deleted',
		why: 'Tools stop when one that has run is missing, and new databases are made without it.',
		instead: 'Leave it, and write a new one that takes it back.',
	}),
	one({
		id: 'migration-renamed',
		severity: 'caution',
		what: 'a migration that was there before is renamed',
		why: 'Its tool takes it for a new one and runs it again.',
		instead: 'Keep the name, whatever it says.',
	}),
	one({
		id: 'no-way-back',
		severity: 'note',
		what: 'a dangerous migration has no way down, in a project that writes them',
		why: 'A rollback brings back the old version, which then meets the new schema.',
		instead: 'Write the way down, or say in the migration why there is none.',
	}),
	one({
		id: 'partial-failure',
		severity: 'caution',
		what: 'several operations without a transaction around them',
		why: 'When one fails the others have happened: it can neither be run again nor taken back.',
		instead: 'One operation per migration, written so that it may run twice (IF NOT EXISTS).',
		like: ['squawk:prefer-robust-stmts'],
	}),
	one({
		id: 'schema-without-migration',
		severity: 'caution',
		what: 'the schema file changes and no migration does',
		why: 'The code expects what no database will have.',
		instead: 'Write the migration, in the same change.',
	}),
	one({
		id: 'duplicate-version',
		severity: 'danger',
		what: 'two migrations have the same number',
		why: 'The tool refuses both, or runs one of them, and nobody knows which.',
		instead: 'Number the newer one again before it ships.',
	}),
	one({
		id: 'selection-gap',
		severity: 'danger',
		what: 'the selection takes a migration and leaves an earlier one of the same row behind',
		why: 'The later one runs on a schema that it was not written for; most tools then skip the earlier one for ever, or stop at it.',
		instead: 'Take the earlier one along, or leave both.',
		like: ['atlas:non-linear'],
	}),
	one({
		id: 'selection-order',
		severity: 'danger',
		what: 'the selection takes a migration that is older by number than one that is live',
		why: 'Its tool skips it, or refuses to start, because a later one has run.',
		instead: 'Number it again after the newest that is live.',
		like: ['atlas:non-linear'],
	}),
	one({
		id: 'selection-collision',
		severity: 'danger',
		what: 'a migration of the selection has the number of another that is live or chosen',
		why: 'The tool refuses both, or takes the new one for the one that has run.',
		instead: 'Number the newer one again.',
	}),
	one({
		id: 'two-heads',
		severity: 'danger',
		what: 'after the selection two migrations are the last one',
		why: 'Alembic and Django refuse to go on until somebody merges them.',
		instead: 'Take the merge along, or leave one of them.',
	}),
	one({
		id: 'missing-parent',
		severity: 'danger',
		what: 'a migration of the selection builds on one that stays behind',
		why: 'Its tool does not find the parent, and nothing is migrated.',
		instead: 'Take the parent along, or leave both.',
	}),
	one({
		id: 'journal-mismatch',
		severity: 'danger',
		what: 'the journal of the migrations and the files of the selection do not agree',
		why: 'drizzle runs what the journal names: a file without an entry never runs, an entry without a file stops it.',
		instead: 'Take the change that has both, or generate the journal again.',
	}),
	one({
		id: 'selection-half',
		severity: 'caution',
		what: 'the selection takes the schema file of a change and leaves its migration behind',
		why: 'The code expects what the database will not have.',
		instead: 'Take the migration along.',
	}),
];

/** Rules of other tools that are left out on purpose. */
export const LEFT_OUT: readonly {readonly rule: string; readonly why: string}[] = [
	{rule: 'squawk:ban-char-field', why: 'a matter of style: char(n) loses nothing and breaks nobody'},
	{rule: 'squawk:prefer-text-field', why: 'a matter of style; a later change of the size is found by change-type'},
	{rule: 'squawk:prefer-timestamptz', why: 'a matter of style in a new column; changing one is found by change-type'},
	{rule: 'squawk:prefer-timestamp-tz', why: 'the old name of prefer-timestamptz'},
	{rule: 'squawk:prefer-identity', why: 'a matter of style'},
	{rule: 'squawk:require-table-schema', why: 'a matter of style; search paths are the project’s own'},
	{rule: 'squawk:unused-ignore', why: 'about squawk’s own comments'},
	{
		rule: 'strong_migrations:add_index_corruption',
		why: 'about PostgreSQL 14.0 to 14.3 alone, which no release should meet',
	},
	{rule: 'strong_migrations:change_table', why: 'says only that it did not look; the calls inside are read here'},
	{rule: 'strong_migrations:execute', why: 'says only that it did not look; the SQL is read here'},
	{rule: 'atlas:NM101', why: 'naming is a matter of style'},
	{rule: 'atlas:NM102', why: 'naming is a matter of style'},
	{rule: 'atlas:NM103', why: 'naming is a matter of style'},
	{rule: 'atlas:NM104', why: 'naming is a matter of style'},
	{rule: 'atlas:NM105', why: 'naming is a matter of style'},
	{rule: 'atlas:NM106', why: 'naming is a matter of style'},
	{rule: 'atlas:AR101', why: 'the padding of columns costs disk, not releases'},
	{rule: 'atlas:PG110', why: 'the padding of columns costs disk, not releases'},
];
