import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/sql-migrations.ts';
import {statements} from '../../src/detectors/support/sql/tokens.ts';
import fc from '../kit/check.ts';
import {changeOf, patch} from '../kit/features.ts';

/** Notes that say nothing of what the statement does. */
const QUIET = ['lock-timeout-missing'];
const look = async (sql: string, path = 'migrations/7.sql', removed = '') => {
	const one = patch(path, sql, removed);
	const found = await detector.detect(changeOf(one), [one], undefined);
	return found
		.filter(({rule}) => !QUIET.includes(rule))
		.map((f) => `${f.severity} ${f.rule} ${f.line ?? '-'}: ${f.what}`);
};

describe('what destroys or breaks is a danger, with the line it stands on', () => {
	test.each([
		['-- tidy up\n\nDROP TABLE orders;', 'danger drop-table 3: drops table orders'],
		[
			'drop table if exists "Order Items" cascade;',
			'danger drop-table 1: drops table Order Items and everything that depends on it',
		],
		['ALTER TABLE orders\n  DROP COLUMN note;', 'danger drop-column 2: drops column note of orders'],
		['ALTER TABLE shop.orders DROP note;', 'danger drop-column 1: drops column note of shop.orders'],
		['TRUNCATE TABLE orders;', 'danger truncate 1: empties table orders'],
		['DELETE FROM orders;', 'danger delete-without-where 1: deletes every row of orders'],
		['UPDATE orders SET state = 1;', 'danger update-without-where 1: updates every row of orders'],
		['ALTER TABLE orders RENAME COLUMN a TO b;', 'danger rename-column 1: renames a of orders to b'],
		['ALTER TABLE orders RENAME TO sales;', 'danger rename-table 1: renames table orders to sales'],
		[
			'ALTER TABLE orders ALTER COLUMN total TYPE int;',
			'danger change-type 1: changes the type of total of orders to int',
		],
		[
			'ALTER TABLE orders MODIFY total smallint;',
			'danger change-type 1: changes the type of total of orders to smallint',
		],
		[
			'ALTER TABLE o ADD COLUMN x int NOT NULL;',
			'danger not-null-without-default 1: adds column x of o NOT NULL without a default',
		],
		["ALTER TYPE mood RENAME VALUE 'a' TO 'b';", 'danger rename-enum-value 1: renames “a” to “b” in type mood'],
		['DO $$ BEGIN\n  DROP TABLE orders;\nEND $$;', 'danger drop-table 2: drops table orders'],
		['IF EXISTS (SELECT 1) DROP TABLE orders;', 'danger drop-table 1: drops table orders'],
		['WITH old AS (SELECT 1) DELETE FROM orders;', 'danger delete-without-where 1: deletes every row of orders'],
		["INSERT INTO a VALUES ('C:\\'); DROP TABLE orders; SELECT '';", 'danger drop-table 1: drops table orders'],
	])('%s', async (sql, expected) => {
		expect(await look(sql)).toContain(expected);
	});

	test('several actions of one ALTER TABLE are told apart, each with its line', async () => {
		expect(
			await look(
				'ALTER TABLE o\n  ADD COLUMN a numeric(10, 2) DEFAULT 0 NOT NULL,\n  DROP COLUMN b,\n  DROP COLUMN c;',
			),
		).toEqual([
			'note add-column 2: adds column a of o',
			'danger drop-column 3: drops column b of o',
			'danger drop-column 4: drops column c of o',
		]);
	});
});

describe('what is additive or careful is not', () => {
	test.each([
		[
			'CREATE TABLE IF NOT EXISTS notes (id bigint PRIMARY KEY, text text NOT NULL);',
			'note create-table 1: creates table notes',
		],
		['ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;', 'note add-column 1: adds column note of orders'],
		['ALTER TABLE orders ADD note text;', 'note add-column 1: adds column note of orders'],
		['CREATE INDEX CONCURRENTLY i ON orders (note);', 'note create-index 1: creates index i'],
		["UPDATE orders SET state = 'x' WHERE state IS NULL;", 'caution data-change 1: updates rows of orders'],
		[
			'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
			'caution widen-type 1: changes the type of total of orders to bigint',
		],
		['ALTER TABLE orders ALTER COLUMN a SET NOT NULL;', 'caution set-not-null 1: makes a of orders NOT NULL'],
		['ALTER TABLE orders DROP CONSTRAINT u;', 'caution drop-constraint 1: drops constraint u of orders'],
	])('%s', async (sql, expected) => {
		expect(await look(sql)).toEqual([expected]);
	});
});

describe('comments, strings and function bodies are not read as code', () => {
	test.each([
		'-- DROP TABLE orders;',
		'/* DROP TABLE orders;\n DELETE FROM orders; */',
		"INSERT INTO log (text) VALUES ('x; DROP TABLE orders; --');",
		"INSERT INTO log (text) VALUES ('it''s; TRUNCATE orders;');",
		'INSERT INTO log SELECT $tag$ DROP TABLE orders; $tag$;',
		'SELECT "DROP TABLE orders" FROM t;',
		'DROP TEMPORARY TABLE scratch;',
		'CREATE TEMP TABLE scratch (a int); DROP TABLE scratch;',
	])('%s', async (sql) => {
		expect((await look(sql)).filter((line) => line.startsWith('danger'))).toEqual([]);
	});

	test('a function body that deletes runs later, if ever; the function itself is a note', async () => {
		expect(await look('CREATE FUNCTION f() RETURNS void AS $$ DELETE FROM orders; $$ LANGUAGE sql;')).toEqual([
			'note create-object 1: creates function f',
		]);
	});

	test('foreign keys that say ON DELETE and ON UPDATE delete nothing', async () => {
		const sql = 'CREATE TABLE a (\n b int REFERENCES c ON DELETE CASCADE ON UPDATE CASCADE\n);';
		expect(await look(sql)).toEqual(['note create-table 1: creates table a']);
	});
});

describe('the way down is left out', () => {
	test('a down file is not wanted', () => {
		expect(
			['migrations/7.down.sql', 'migrations/U7__x.sql', 'db/migrate/down.sql'].map((p) => detector.wants(p)),
		).toEqual([false, false, false]);
	});
	test('a section after a down mark is skipped, and the next up mark ends it', async () => {
		const sql = '-- migrate:up\nCREATE TABLE a (b int);\n-- migrate:down\nDROP TABLE a;\n-- migrate:up\nDROP TABLE z;';
		expect(await look(sql)).toEqual(['note create-table 2: creates table a', 'danger drop-table 6: drops table z']);
	});
	test('the down function of a migration in JavaScript is skipped', async () => {
		const code =
			"exports.up = (db, cb) => {\n  db.runSql(`ALTER TABLE features\n    DROP COLUMN strategy;`, cb);\n};\nexports.down = (db, cb) => {\n  db.runSql('DROP TABLE features', cb);\n};";
		expect(await look(code, 'src/migrations/20260101-x.js')).toEqual([
			'danger drop-column 3: drops column strategy of features',
		]);
	});
});

test('calls of migration builders are read, their comments are not', async () => {
	expect(await look("await knex.schema.dropTable('users')\n// table.dropColumn('x')", 'migrations/1.ts')).toEqual([
		'danger drop-table 1: drops table users',
	]);
	expect(await look('    remove_column :orders, :note', 'db/migrate/1_x.rb')).toEqual([
		'danger drop-column 1: drops column note of orders',
	]);
	expect(await look("    op.drop_column('orders', 'note')", 'alembic/versions/1.py')).toEqual([
		'danger drop-column 1: drops column note of orders',
	]);
	expect(await look("  t.add_column('orders', 'note')", 'alembic/versions/1.py')).toEqual([
		'note add-column 1: adds column note of orders',
	]);
});

test('in an edited file only what the patch shows is judged: an UPDATE whose end is not shown is no proof', async () => {
	const one = patch('db/queries.sql', 'UPDATE orders SET a = 1', 'SELECT 1', 40);
	expect((await detector.detect(changeOf(one), [one], undefined)).map((f) => [f.severity, f.line])).toEqual([
		['caution', 40],
	]);
});

test('a statement that was only reformatted is not news', async () => {
	expect(
		(await look('  drop   table a;\nDROP TABLE b;', 'migrations/1.sql', 'DROP TABLE a;')).filter((l) =>
			l.startsWith('danger'),
		),
	).toEqual(['danger drop-table 2: drops table b']);
});

test('editing or deleting a migration that may have run is a caution', async () => {
	expect(await look('CREATE TABLE a (b int);', 'migrations/1.sql', 'CREATE TABLE a (c int);')).toContain(
		'caution migration-edited 1: edits a migration that may have run',
	);
	expect(await look('', 'migrations/1.sql', 'CREATE TABLE a (c int);')).toEqual([
		'caution migration-deleted -: deletes a migration that may have run',
	]);
});

test('it wants SQL and migration folders, not the SQL of tests and not other code', () => {
	const wanted = ['migrations/7.sql', 'db/schema.sql', 'src/migrations/1.js', 'prisma/migrations/1/migration.sql'];
	const not = ['src/index.ts', 'tests/fixtures/x.sql', 'docs/migrations.md', 'README.md'];
	expect(wanted.filter((p) => !detector.wants(p))).toEqual([]);
	expect(not.filter((p) => detector.wants(p))).toEqual([]);
});

test('every piece of the text is read once, and lines are counted right, whatever the text', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("'", '"', '`', '--', '/*', '*/', '$$', '\n', ';', 'x', 'DROP TABLE t', '\\'), {
				maxLength: 40,
			}),
			(parts) => {
				const text = parts.join('');
				const last = text.split('\n').length;
				for (const {tokens} of statements(`${text}`, 1))
					for (const token of tokens) expect(token.line >= 1 && token.line <= last).toBe(true);
			},
		),
	);
});

test('a destructive statement is found on its line behind any comments and strings that are closed', async () => {
	const noise = fc.array(
		fc.constantFrom('-- DROP TABLE a;\n', "SELECT '; DROP TABLE b;';\n", '/* x\n; */', 'SELECT 1;\n', '\n'),
		{
			maxLength: 15,
		},
	);
	await fc.assert(
		fc.asyncProperty(noise, async (parts) => {
			const before = parts.join('');
			const danger = (await look(`${before}\nDROP TABLE found;`)).filter((line) => line.startsWith('danger'));
			expect(danger).toEqual([`danger drop-table ${before.split('\n').length + 1}: drops table found`]);
		}),
		{numRuns: 60},
	);
});

test('names from outside are made safe', async () => {
	expect((await look('DROP TABLE "a\u001b[31mb\u202e";')).join()).not.toMatch(/[\u001b\u202e]/);
});

// Anything that grows with the square of the length would not end within the limit.
test('long hostile lines are read in one go', {timeout: 60_000}, async () => {
	const sql = await look(`${'('.repeat(200_000)}\n${"'".repeat(100_001)}\n${'DROP '.repeat(50_000)}`);
	const code = await look(`${'"a'.repeat(100_000)}\n${'dropTable'.repeat(50_000)}`, 'migrations/x.js');
	expect([...sql, ...code].filter((line) => line.startsWith('danger'))).toEqual([]);
});
