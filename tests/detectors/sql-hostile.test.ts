// Whatever the files hold: the detector ends, throws nothing, and says nothing that cannot be drawn.

import fc from 'fast-check';
import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/sql-migrations.ts';
import {tooDeep} from '../../src/detectors/support/sql/depth.ts';
import {changeOf, patch} from '../kit/features.ts';

const PATHS = [
	'migrations/1.sql',
	'db/mysql/migrations/1.sql',
	'db/sqlite/migrations/1.sql',
	'db/mssql/migrations/1.sql',
	'db/clickhouse/migrations/1.sql',
	'migrations/1.js',
	'migrations/1.ts',
	'db/migrate/1_x.rb',
	'shop/migrations/0001_x.py',
	'alembic/versions/abcd_x.py',
	'database/migrations/1_x.php',
	'Migrations/20260101000000_X.cs',
	'migrations/1.go',
	'priv/repo/migrations/1_x.exs',
	'db/changelog/1.xml',
	'db/changelog/1.yaml',
	'prisma/schema.prisma',
	'db/schema.rb',
	'db/structure.sql',
	'drizzle/meta/_journal.json',
];

const PIECES = [
	...[
		'DROP TABLE a;',
		'ALTER TABLE a ',
		'ADD COLUMN b int',
		' NOT NULL',
		', ',
		'(',
		')',
		"'",
		'"',
		'`',
		'$$',
		'--',
		'/*',
		'*/',
		';',
		'\n',
		'\\',
	],
	...[
		'BEGIN',
		'END',
		'DO $$',
		'CREATE FUNCTION f() ',
		'DELIMITER //',
		'//',
		'GO',
		'COPY a FROM STDIN;',
		'\\.',
		'<<~SQL',
		'SQL',
		'<<<X',
		'${',
		'}',
		'{',
	],
	...[
		'exports.up = ',
		'function down',
		'=> ',
		'def up',
		'def downgrade():',
		'end',
		'do |t|',
		't.string :a',
		"op.drop_column('a', 'b')",
		'Schema::table',
		'"""',
		"f'{x}'",
	],
	...[
		'<changeSet>',
		'<sql>',
		'<![CDATA[',
		']]>',
		'<dropTable tableName="a"/>',
		'model A {',
		' id Int @id',
		'enum B {',
		'- dropTable:',
		'&a',
		'*a',
		'\t',
		'\u0000',
		'\u202e',
		'😀',
		'\ud800',
	],
];

const around = {before: async () => undefined, after: async () => undefined, list: async () => []};

async function survives(path: string, text: string): Promise<void> {
	const one = patch(path, text, 'x');
	for (const whole of [{...one, before: '', after: text}, {...one, before: text, after: ''}, one]) {
		for (const finding of await detector.detect(changeOf(one), [whole], around)) {
			expect(finding.what).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
			expect(finding.after ?? '').not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
			expect(finding.line === undefined || finding.line >= 1).toBe(true);
		}
	}
	const [change] = [changeOf(patch(path, text))];
	detector.detectBatch({chosen: [{change, patches: [one]}], leftOut: [{change, patches: [one]}], live: [path]});
}

test('pieces of every language in any order', async () => {
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...PATHS), fc.array(fc.constantFrom(...PIECES), {maxLength: 60}), (path, pieces) =>
			survives(path, pieces.join('')),
		),
		{numRuns: 200},
	);
}, 60_000);

test('any text', async () => {
	await fc.assert(fc.asyncProperty(fc.constantFrom(...PATHS), fc.string({unit: 'binary', maxLength: 300}), survives), {
		numRuns: 300,
	});
}, 60_000);

test.each(PATHS)(
	'deep and long: %s',
	async (path) => {
		const deep = 6_000;
		for (const text of [
			`SELECT ${'('.repeat(deep)}`,
			`CREATE TABLE a (b int DEFAULT ${'('.repeat(deep)}1${')'.repeat(deep)});`,
			`SELECT 1${'+1'.repeat(deep)};`,
			'['.repeat(deep),
			'{'.repeat(deep),
			'!'.repeat(deep),
			`${'f('.repeat(deep)}`,
			`a${' => a'.repeat(deep)}`,
			`exports.up = () => ${'['.repeat(deep)}`,
			'<a>'.repeat(deep),
			`${'- '.repeat(deep)}a`,
			`${'a:\n '.repeat(200)}`,
			"'".repeat(deep + 1),
			`UPDATE a SET b = 1 ${' '.repeat(deep)}`,
			`${'DROP TABLE a;\n'.repeat(3000)}`,
		])
			await survives(path, text);
	},
	60_000,
);

test('a program that would run a native stack out is not parsed, an ordinary one is', () => {
	expect(tooDeep('('.repeat(1000))).toBe(true);
	expect(tooDeep('!'.repeat(1000))).toBe(true);
	expect(tooDeep(`x = 1${' + 1'.repeat(1000)}`)).toBe(true);
	expect(tooDeep(`if (a) {}${' else if (a) {}'.repeat(5000)}`)).toBe(true);
	expect(tooDeep(`${"const a = {b: [1, 2, (3)], c: '((((((' + `((((`, d: a => a || 1};\n".repeat(2000)}`)).toBe(false);
});
