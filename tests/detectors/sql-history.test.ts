// S5: rules about files, history and selections; each with one case that fires it and one near to it that does not.

import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/sql-migrations.ts';
import {S5} from '../../src/detectors/support/sql/rules-s5.ts';
import type {Change} from '../../src/domain/change.ts';
import type {Look, Seen} from '../../src/ports/detector.ts';
import type {Patch} from '../../src/ports/repository.ts';
import {change, patch} from '../kit/features.ts';

interface File {
	readonly path: string;
	readonly before?: string;
	readonly after?: string;
	readonly from?: string;
}

const changeWith = (name: string, files: readonly File[]): Change => ({
	...change(name),
	files: files.map(({path, before, after, from}) => ({
		path,
		status:
			from !== undefined ? 'renamed' : before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
		...(from === undefined ? {} : {from}),
	})),
});

const patchOf = ({path, before = '', after = '', from}: File): Patch => ({
	...patch(path, before === after ? '' : after, before === after ? '' : before),
	before,
	after,
	...(from === undefined ? {} : {from}),
});

async function look(files: readonly File[], tree: readonly string[] = []): Promise<string[]> {
	const around: Look = {
		before: async () => undefined,
		after: async () => undefined,
		list: async (folder) => tree.filter((path) => path.startsWith(folder)),
	};
	const found = await detector.detect(changeWith('one', files), files.map(patchOf), around);
	return found.map(({rule}) => rule);
}

function batch(
	chosen: readonly (readonly File[])[],
	leftOut: readonly (readonly File[])[],
	live: readonly string[] = [],
): string[] {
	const seen = (all: readonly (readonly File[])[], side: string): Seen[] =>
		all.map((files, i) => ({change: changeWith(`${side} ${i}`, files), patches: files.map(patchOf)}));
	return detector
		.detectBatch({chosen: seen(chosen, 'chosen'), leftOut: seen(leftOut, 'left'), live})
		.map(({rule}) => rule);
}

const sql = (path: string, after = 'ALTER TABLE orders ADD x int;'): File => ({path, after});
const alembic = (id: string, down: string): File =>
	sql(
		`alembic/versions/${id}_x.py`,
		`from alembic import op\nrevision = '${id}'\ndown_revision = ${down}\n\ndef upgrade():\n    pass\n`,
	);
const django = (name: string, parent: string): File =>
	sql(
		`shop/migrations/${name}.py`,
		`class Migration(migrations.Migration):\n    dependencies = [('shop', '${parent}')]\n    operations = []\n`,
	);
const PRISMA = 'datasource db {\n  provider = "postgresql"\n}\nmodel User {\n  id Int @id\n  email String\n}\n';

type Outcome = string[] | Promise<string[]>;
const CASES: Readonly<Record<string, readonly [fires: () => Outcome, not: () => Outcome]>> = {
	'migration-edited': [
		() => look([{path: 'migrations/1.sql', before: 'CREATE TABLE a (b int);', after: 'CREATE TABLE a (c int);'}]),
		() => look([sql('migrations/1.sql')]),
	],
	'migration-deleted': [
		() => look([{path: 'migrations/1.sql', before: 'SELECT 1;'}].map(({path, before}) => ({path, before}))),
		() => look([{path: 'migrations/1.down.sql', before: 'SELECT 1;'}]),
	],
	'migration-renamed': [
		() => look([{path: 'migrations/2_a.sql', from: 'migrations/1_a.sql', before: 'SELECT 1;', after: 'SELECT 1;'}]),
		() => look([{path: 'migrations/README.md', from: 'migrations/readme.md', before: 'a', after: 'a'}]),
	],
	'no-way-back': [
		() => look([sql('migrations/1.js', "exports.up = (db) => db.runSql('DROP TABLE a');")]),
		() =>
			look([
				sql(
					'migrations/1.js',
					"exports.up = (db) => db.runSql('DROP TABLE a');\nexports.down = (db) => db.runSql('CREATE TABLE a (b int)');",
				),
			]),
	],
	'partial-failure': [
		() =>
			look([
				sql(
					'migrations/1.sql',
					'-- +goose NO TRANSACTION\nCREATE INDEX CONCURRENTLY i ON a (b);\nALTER TABLE a ADD c int;',
				),
			]),
		() => look([sql('migrations/1.sql', '-- +goose NO TRANSACTION\nCREATE INDEX CONCURRENTLY i ON a (b);')]),
	],
	'schema-without-migration': [
		() =>
			look(
				[{path: 'prisma/schema.prisma', before: PRISMA, after: PRISMA.replace('email String', 'mail String?')}],
				['prisma/migrations/1_x/migration.sql'],
			),
		() =>
			look(
				[
					{path: 'prisma/schema.prisma', before: PRISMA, after: PRISMA.replace('email String', 'mail String?')},
					sql('prisma/migrations/2_x/migration.sql'),
				],
				['prisma/migrations/1_x/migration.sql'],
			),
	],
	'duplicate-version': [
		() => look([sql('migrations/007_b.sql')], ['migrations/007_a.sql', 'migrations/007_b.sql']),
		() =>
			look(
				[sql('migrations/007_b.sql')],
				['migrations/006_a.sql', 'migrations/007_b.sql', 'migrations/007_b.down.sql'],
			),
	],
	'selection-gap': [
		() => batch([[sql('migrations/012_b.sql')]], [[sql('migrations/011_a.sql')]]),
		() => batch([[sql('migrations/012_b.sql')]], [[sql('migrations/013_c.sql')], [sql('other/migrations/011_a.sql')]]),
	],
	'selection-order': [
		() => batch([[sql('migrations/009_b.sql')]], [], ['migrations/010_a.sql']),
		() => batch([[sql('migrations/011_b.sql')]], [], ['migrations/010_a.sql', 'migrations/009_a.sql']),
	],
	'selection-collision': [
		() => batch([[sql('migrations/010_b.sql')]], [], ['migrations/010_a.sql']),
		() => batch([[sql('migrations/010_b.sql')]], [], ['migrations/010_b.down.sql', 'migrations/009_a.sql']),
	],
	'two-heads': [
		() => batch([[alembic('aaaa1', "'base1'")], [alembic('bbbb2', "'base1'")]], []),
		() =>
			batch(
				[[alembic('aaaa1', "'base1'")], [alembic('bbbb2', "'base1'")], [alembic('cccc3', "('aaaa1', 'bbbb2')")]],
				[],
			),
	],
	'missing-parent': [
		() => batch([[django('0003_c', '0002_b')]], [[django('0002_b', '0001_a')]]),
		() => batch([[django('0003_c', '0002_b')]], [], ['shop/migrations/0002_b.py']),
	],
	'journal-mismatch': [
		() => batch([[sql('drizzle/0002_x.sql')]], [[sql('drizzle/meta/_journal.json', '{\n  "tag": "0002_x"\n}')]]),
		() => batch([[sql('drizzle/0002_x.sql'), sql('drizzle/meta/_journal.json', '{\n  "tag": "0002_x"\n}')]], []),
	],
	'selection-half': [
		() =>
			batch(
				[[{path: 'prisma/schema.prisma', before: PRISMA, after: PRISMA.replace('email', 'mail')}]],
				[[sql('prisma/migrations/2_x/migration.sql')]],
			),
		() =>
			batch(
				[
					[
						{path: 'prisma/schema.prisma', before: PRISMA, after: PRISMA.replace('email', 'mail')},
						sql('prisma/migrations/2_x/migration.sql'),
					],
				],
				[],
			),
	],
};

test.each(Object.entries(CASES))('%s fires, and its near miss does not', async (rule, [fires, not]) => {
	expect(await fires()).toContain(rule);
	expect(await not()).not.toContain(rule);
});

test('every rule of S5 has its two cases', () => {
	expect(S5.map(({id}) => id).filter((id) => !(id in CASES))).toEqual([]);
});

test('a gap between migrations that touch other tables is less, where the tool runs the older one later', () => {
	const code = (path: string, table: string): File =>
		sql(path, `exports.up = (db) => db.runSql('ALTER TABLE ${table} ADD x int');`);
	const severities = (left: string) =>
		detector
			.detectBatch({
				chosen: [
					{
						change: changeWith('a', [code('migrations/2-b.js', 'orders')]),
						patches: [patchOf(code('migrations/2-b.js', 'orders'))],
					},
				],
				leftOut: [
					{
						change: changeWith('b', [code('migrations/1-a.js', left)]),
						patches: [patchOf(code('migrations/1-a.js', left))],
					},
				],
				live: [],
			})
			.map(({severity}) => severity);
	expect(severities('orders')).toEqual(['danger']);
	expect(severities('users')).toEqual(['caution']);
});

test('a schema file is compared with how it was: before and after, with the line', async () => {
	const after = PRISMA.replace('  email String\n', '  name String @unique\n').replace('id Int ', 'id BigInt ');
	const file = {path: 'prisma/schema.prisma', before: PRISMA, after};
	const found = await detector.detect(changeWith('one', [file]), [patchOf(file)], {
		before: async () => undefined,
		after: async () => undefined,
		list: async () => [],
	});
	expect(found.map(({rule, line, object}) => [rule, line, object])).toEqual([
		['drop-column', 4, 'User.email'],
		['widen-type', 5, 'User.id'],
		['not-null-without-default', 6, 'User.name'],
		['unique-column', 6, 'User.name'],
	]);
	expect(found.find(({rule}) => rule === 'widen-type')).toMatchObject({before: 'id Int', after: 'id BigInt'});
});

test('structure.sql and schema.rb are compared too, unless a migration says what happens', async () => {
	const structure = {
		path: 'db/structure.sql',
		before: 'CREATE TABLE a (b int, c int);',
		after: 'CREATE TABLE a (b int);',
	};
	expect(await look([structure])).toEqual(['drop-column']);
	expect(
		await look([
			structure,
			sql('db/migrate/20260101000000_x.rb', 'class X\n  def change\n    add_column :z, :y, :text\n  end\nend'),
		]),
	).not.toContain('drop-column');
	const rb = (columns: string) =>
		`ActiveRecord::Schema[8.0].define(version: 1) do\n  create_table "orders", force: :cascade do |t|\n${columns}  end\nend\n`;
	expect(
		await look([
			{path: 'db/schema.rb', before: rb('    t.string "a"\n    t.string "b"\n'), after: rb('    t.string "a"\n')},
		]),
	).toEqual(['drop-column']);
});
