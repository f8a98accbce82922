// Room: detectors. Which database a migration is for: by its own syntax, its path, then what the project says; PostgreSQL
// where nothing says otherwise.

import type {Look} from '../../../ports/detector.ts';
import type {Dialect} from './op.ts';

const SYNTAX: readonly (readonly [RegExp, Dialect])[] = [
	[/\bENGINE\s*=?\s*(\w*MergeTree|Memory|Log)\b|\bON\s+CLUSTER\b|\bLowCardinality\s*\(/i, 'clickhouse'],
	[
		/\bAUTO_INCREMENT\b|\bENGINE\s*=\s*(InnoDB|MyISAM)|\bDELIMITER\s+\S|\bMODIFY\s+COLUMN\b|\bCHANGE\s+COLUMN\b|\bUNSIGNED\b|\bALGORITHM\s*=|\butf8mb4\b|\bLONGTEXT\b|\bON\s+UPDATE\s+CURRENT_TIMESTAMP/i,
		'mysql',
	],
	[/\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b/im, 'sqlite'],
	[
		/\bNVARCHAR\b|\bIDENTITY\s*\(\s*\d|^\s*GO\s*$|\bsp_rename\b|\[dbo\]|\bNONCLUSTERED\b|\bDATETIME2\b/im,
		'transactsql',
	],
	[/\bVARCHAR2\b|\bNUMBER\s*\(\d/i, 'oracle'],
	[
		/\bCONCURRENTLY\b|\bJSONB\b|\b(BIG)?SERIAL\b|\bTIMESTAMPTZ\b|::\w|\$\$|\bILIKE\b|\bNOT\s+VALID\b|\bplpgsql\b|\bALTER\s+TYPE\b|\bUSING\s+(btree|gin|gist)\b/i,
		'postgresql',
	],
];

export function dialectOfText(source: string): Dialect | undefined {
	const head = source.slice(0, 100_000);
	for (const [pattern, dialect] of SYNTAX) if (pattern.test(head)) return dialect;
	// Backticks quote names in MySQL; in a program they quote texts.
	return undefined;
}

const PATHS: readonly (readonly [RegExp, Dialect])[] = [
	[/(^|[/._-])(postgres(ql)?|pg|psql|cockroach(db)?)([/._-]|$)/i, 'postgresql'],
	[/(^|[/._-])mariadb([/._-]|$)/i, 'mariadb'],
	[/(^|[/._-])mysql\d?([/._-]|$)/i, 'mysql'],
	[/(^|[/._-])sqlite\d?([/._-]|$)/i, 'sqlite'],
	[/(^|[/._-])(mssql|sqlserver|tsql)([/._-]|$)/i, 'transactsql'],
	[/(^|[/._-])oracle([/._-]|$)/i, 'oracle'],
	[/(^|[/._-])clickhouse([/._-]|$)/i, 'clickhouse'],
];

export function dialectOfPath(path: string): Dialect | undefined {
	for (const [pattern, dialect] of PATHS) if (pattern.test(path)) return dialect;
	return undefined;
}

const NAMES: Readonly<Record<string, Dialect>> = {
	postgres: 'postgresql',
	postgresql: 'postgresql',
	pg: 'postgresql',
	cockroachdb: 'postgresql',
	mysql: 'mysql',
	mysql2: 'mysql',
	trilogy: 'mysql',
	singlestore: 'mysql',
	mariadb: 'mariadb',
	sqlite: 'sqlite',
	sqlite3: 'sqlite',
	'better-sqlite3': 'sqlite',
	turso: 'sqlite',
	libsql: 'sqlite',
	sqlserver: 'transactsql',
	mssql: 'transactsql',
};
const dialectNamed = (name: string): Dialect | undefined => NAMES[name.toLowerCase()];

/** What the project's own files say; asked once per change. */
export async function dialectOfProject(look: Pick<Look, 'after'> | undefined): Promise<Dialect | undefined> {
	if (!look) return undefined;
	const prisma = await look.after('prisma/schema.prisma');
	const provider = prisma && /datasource\s+\w+\s*\{[^}]*provider\s*=\s*"(\w+)"/.exec(prisma)?.[1];
	if (provider && dialectNamed(provider)) return dialectNamed(provider);
	const rails = await look.after('config/database.yml');
	const adapter = rails && /adapter:\s*["']?(\w+)/.exec(rails)?.[1];
	if (adapter && dialectNamed(adapter)) return dialectNamed(adapter);
	const manifest = await look.after('package.json');
	if (manifest === undefined) return undefined;
	// Several drivers: the first of these, as many carry SQLite for their tests.
	for (const name of ['pg', 'postgres', 'mysql2', 'mysql', 'mariadb', 'mssql', 'better-sqlite3', 'sqlite3'])
		if (manifest.includes(`"${name}"`)) return dialectNamed(name);
	return undefined;
}
