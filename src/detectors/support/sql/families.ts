// Room: detectors. Which files are migrations, of which tool, and in what order that tool runs them. By path first; what only
// the content tells is asked of the content.

const FRAMEWORKS = [
	...['flyway', 'dbmate', 'goose', 'golang-migrate', 'sqlx', 'liquibase', 'knex', 'typeorm', 'sequelize', 'db-migrate'],
	...['drizzle', 'prisma', 'rails', 'django', 'alembic', 'laravel', 'ef', 'mikro-orm', 'ecto', 'sql', 'code'],
] as const;
export type Framework = (typeof FRAMEWORKS)[number];

export interface Migration {
	readonly path: string;
	/** The folder whose files run in one order. */
	readonly folder: string;
	/** What it is ordered by, as written: `20240101120000`, `0007`, `1.2`; '' where the content decides. */
	readonly version: string;
	readonly direction: 'up' | 'down' | 'repeatable';
}

const FOLDER = /(^|\/)(migrations?|migrate|schema_migrations|changelogs?|alembic\/versions|versions|drizzle|sqls)\//i;
const STRICT_FOLDER = /(^|\/)(migrations?|migrate|schema_migrations|changelogs?|alembic\/versions|sqls)\//i;
const CODE = /\.(m?[jt]s|cjs|cts|py|rb|php|exs?|go|kt|java|cs)$/i;
const DOWN_FILE = /(^|\/)(U\d[^/]*__|down\b)[^/]*\.sql$|[._-](down|undo|rollback|revert)\.sql$/i;
const NOT_CODE =
	/(^|\/)(index|env|__init__|conftest|helpers?|utils?|runner|runMigrations?|migrator)\.\w+$|\.d\.ts$|\.Designer\.cs$|ModelSnapshot\.cs$|[._-](test|spec)\.\w+$|_test\.(go|py|rb|exs)$/i;
const LIQUIBASE = /(^|\/)(db\.)?change-?logs?[^/]*\.(xml|ya?ml|json)$|(^|\/)(changelogs?|liquibase)\/.*\.(xml|ya?ml)$/i;
const MIGRATION_FILE = /(^|\/)migrations?\.(go|[cm]?[jt]s|py|rb|php|kt|java)$/i;
const TESTS =
	/(^|\/)(tests?|__tests__|__mocks__|specs?|fixtures|testdata|test-data|e2e|cypress|examples?|benchmarks?)\//i;

/** A file that says how the whole schema is, not how to get there. */
export const isSnapshot = (path: string): boolean =>
	/(^|\/)(structure|schema|schema_dump|full_schema|init_schema)\.sql$|(^|\/)db\/schema\.rb$|\.prisma$/i.test(path) &&
	!STRICT_FOLDER.test(path.replace(/[^/]*$/, ''));

export const isPrisma = (path: string): boolean => /\.prisma$/i.test(path);
export const isJournal = (path: string): boolean => /(^|\/)meta\/_journal\.json$/.test(path);
export const isLiquibase = (path: string): boolean => LIQUIBASE.test(path);
const isDownFile = (path: string): boolean => DOWN_FILE.test(path);

export function wantsPath(path: string): boolean {
	if (path.length > 1000 || /(^|\/)(node_modules|vendor)\//.test(path)) return false;
	if (isDownFile(path)) return false;
	if (isJournal(path) || isPrisma(path) || isLiquibase(path)) return !TESTS.test(path);
	if (/\.sql$/i.test(path)) return STRICT_FOLDER.test(path) || !TESTS.test(path);
	if (/(^|\/)db\/schema\.rb$/.test(path)) return true;
	if (!CODE.test(path) || NOT_CODE.test(path)) return false;
	if (/(^|\/)versions\//.test(path) && !/(^|\/)alembic\/versions\//.test(path))
		return /(^|\/)versions\/[0-9a-f]{4,}[^/]*\.py$/i.test(path);
	return STRICT_FOLDER.test(path) || (MIGRATION_FILE.test(path) && !TESTS.test(path));
}

const FIRST_NUMBER = /^(?:[VUBR](?=[\d_]))?(\d+(?:[._]\d+)*)/i;
const EF = /^(\d{14})_/;

/** The place of a file in its tool's order; undefined when it is not one of an ordered row. */
export function migrationOf(path: string): Migration | undefined {
	if (!wantsPath(path) && !isDownFile(path)) return undefined;
	if (isSnapshot(path) || isJournal(path) || isPrisma(path) || !FOLDER.test(path)) return undefined;
	if (NOT_CODE.test(path)) return undefined;
	const direction = isDownFile(path) ? 'down' : /(^|\/)R__[^/]*\.sql$/.test(path) ? 'repeatable' : 'up';
	const slash = path.lastIndexOf('/');
	const name = path.slice(slash + 1);
	const parent = path.slice(0, Math.max(0, slash));
	// Prisma and Diesel: a folder per migration.
	const own = /^(migration|up)\.sql$/i.test(name);
	const cut = own ? parent.lastIndexOf('/') : slash;
	const label = own ? parent.slice(cut + 1) : name;
	const version = (EF.exec(label)?.[1] ?? FIRST_NUMBER.exec(label)?.[1] ?? '').replaceAll('_', '.').replace(/\.$/, '');
	const folder = path.slice(0, Math.max(0, cut)).replace(/\/sqls$/, '');
	return {path, folder, version: version || (/^\d/.test(label) ? label : ''), direction};
}

/** Compares `1.2` with `1.10`, `0007` with `12`, and timestamps, as numbers. */
export function compareVersions(a: string, b: string): number {
	const left = a.split('.');
	const right = b.split('.');
	for (let i = 0; i < Math.max(left.length, right.length); i++) {
		const [x, y] = [(left[i] ?? '0').replace(/^0+(?=.)/, ''), (right[i] ?? '0').replace(/^0+(?=.)/, '')];
		if (x.length !== y.length) return x.length - y.length;
		if (x !== y) return x < y ? -1 : 1;
	}
	return 0;
}

/** By the content first, where a tool leaves its marks; by the path otherwise. */
export function frameworkOf(path: string, source: string): Framework {
	const head = source.slice(0, 20_000);
	if (isLiquibase(path) || /^--\s*liquibase formatted sql/im.test(head)) return 'liquibase';
	if (/\.sql$/i.test(path)) {
		if (/--\s*\+goose/i.test(head)) return 'goose';
		if (/--\s*migrate:(up|down)/i.test(head)) return 'dbmate';
		if (/(^|\/)[VURB][\d_.]*__[^/]*\.sql$/.test(path)) return 'flyway';
		if (/--> statement-breakpoint/.test(head) || /(^|\/)drizzle\//.test(path)) return 'drizzle';
		if (/\/migration\.sql$/.test(path)) return 'prisma';
		if (/(^|\/)sqls\//.test(path)) return 'db-migrate';
		if (/\.up\.sql$/i.test(path)) return 'golang-migrate';
		return 'sql';
	}
	if (/\.rb$/i.test(path)) return 'rails';
	if (/\.cs$/i.test(path)) return 'ef';
	if (/\.php$/i.test(path)) return 'laravel';
	if (/\.exs?$/i.test(path)) return 'ecto';
	if (/\.py$/i.test(path)) return /\bfrom alembic\b|\bdown_revision\b/.test(head) ? 'alembic' : 'django';
	if (/\.[cm]?[jt]s$/i.test(path)) {
		if (/\btypeorm\b|QueryRunner\b|MigrationInterface/.test(head)) return 'typeorm';
		if (/mikro-orm/.test(head)) return 'mikro-orm';
		if (/queryInterface|sequelize/i.test(head)) return 'sequelize';
		if (
			/\bdb\.(runSql|addColumn|createTable|removeColumn|addIndex|insert|dropTable)\b|dbmigrate|\bdb-migrate\b/.test(
				head,
			)
		)
			return 'db-migrate';
		if (/knex/i.test(head)) return 'knex';
	}
	return 'code';
}
