// Whatever the files hold: the detector ends, throws nothing, and says nothing that cannot be drawn.

import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/sql-migrations.ts';
import {parseable} from '../../src/detectors/support/parseable.ts';
import {readJs} from '../../src/detectors/support/sql/host-js.ts';
import fc from '../kit/check.ts';
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

describe('a program that would run a native stack out is not parsed', () => {
	const many = 8_000;
	test.each([
		['brackets', '('.repeat(many)],
		['signs', `x = ${'!'.repeat(many)}1`],
		['an else after else', `if (a) {}${' else if (a) {}'.repeat(many)}`],
		['a comma in round brackets', `(${'a,'.repeat(many)}a)`],
		['an index of an index', `x${'[0]'.repeat(many)}`],
		['a list of a list as a type', `type A = x${'[]'.repeat(many)}`],
		['a loop in a loop', `${'for(;;)'.repeat(many)};`],
		['an object in each branch', `x = ${'a ? {} : '.repeat(many)}c`],
		['a semicolon in each type', `type A = ${'A<{;},'.repeat(many)}`],
		['signs before each block', `${`!function () {${'!'.repeat(1400)}`.repeat(150)}1`],
		['templates behind templates', `x${'`a`'.repeat(many)}`],
		['brackets between two comments that hold a quote', `/* " */ ${'('.repeat(many)} /* " */`],
		['brackets behind a regular expression that holds a quote', `/"/; ${'('.repeat(many)} "`],
		['brackets in what looks like a string', `<a>'</a>; ${'('.repeat(many)} '`],
	])('%s', async (_, text) => {
		expect(parseable(text)).toBe(false);
		// The SQL in it is still read.
		const read = await readJs('migrations/1.js', `const a = 'DROP TABLE b';\n${text}`);
		expect(read).toMatchObject({calls: [], sql: [{text: 'DROP TABLE b', line: 1}], down: 'unknown'});
	});

	test('an ordinary one is', () => {
		expect(parseable(`${"const a = {b: [1, 2, (3)], c: '((((((' + `((((`, d: a => a || 1};\n".repeat(2000)}`)).toBe(
			true,
		);
		expect(parseable(`const a = {${'b: x ? -1 : 2,\n'.repeat(3000)}}`)).toBe(true);
		expect(
			parseable(`/* ${'it\'s (not) "this"; '.repeat(100)} */ ${"a.b(/[/*'\"`(]/.test(c)) // don't\n".repeat(100)}`),
		).toBe(true);
	});
});
