// Room: detectors. One migration file as operations of its way up, whatever it is written in, with what must be known of its
// transaction and its way back.

import {builderOps} from './builders.ts';
import type {HostRead} from './call.ts';
import {type Framework, frameworkOf, isLiquibase} from './families.ts';
import {readHost} from './host-calls.ts';
import {readJs} from './host-js.ts';
import {hostOf} from './host-lexer.ts';
import {readLiquibase} from './liquibase.ts';
import type {Dialect, Op} from './op.ts';
import {readSql, type SqlRead, type Unparsed} from './read-sql.ts';

export interface MigrationRead {
	readonly ops: readonly Op[];
	readonly framework: Framework;
	readonly dialect: Dialect;
	/** `file`: one transaction around all; `call`: only around the statements of one call; `none`. */
	readonly transaction: 'file' | 'call' | 'none';
	readonly down: HostRead['down'];
	readonly statements: number;
	readonly unparsed: SqlRead['unparsed'];
}

const DOWN_MARK =
	/^\s*--\s*(\+goose\s+down|migrate:down|\+migrate\s+down|!downs|down\s+migration|@undo|\/\/@undo|={2,}\s*down)\b/i;
const UP_MARK = /^\s*--\s*(\+goose\s+up|migrate:up|\+migrate\s+up|!ups|up\s+migration|changeset\b)/i;

/** Blanks the way down of a file that holds both; lines keep their numbers. */
function upOnly(source: string): {text: string; down: HostRead['down']} {
	let inDown = false;
	let marked = false;
	let body = '';
	const text = source.split('\n').map((line) => {
		if (UP_MARK.test(line)) {
			inDown = false;
			marked = true;
		} else if (DOWN_MARK.test(line)) {
			inDown = true;
			marked = true;
		} else if (inDown) body += `${line.replace(/--.*/, '')}\n`;
		return inDown ? '' : line;
	});
	return {text: text.join('\n'), down: !marked ? 'unknown' : body.trim() ? 'present' : 'absent'};
}

const WITHOUT =
	/\+goose\s+no\s+transaction|migrate:up.*transaction:\s*false|\+migrate\s+up.*notransaction|no-transaction|executeInTransaction\s*=\s*false|atlas:txmode\s+none|runInTransaction[:=]\s*"?false/i;
/** Tools that open a transaction around each file (on databases that can). */
const WRAPPED: readonly Framework[] = [
	'flyway',
	'dbmate',
	'goose',
	'sqlx',
	'liquibase',
	'knex',
	'typeorm',
	'drizzle',
	'rails',
	'django',
	'alembic',
	'laravel',
	'ef',
	'ecto',
	'mikro-orm',
];

function transactionOf(
	framework: Framework,
	source: string,
	dialect: Dialect,
	said: boolean | undefined,
): MigrationRead['transaction'] {
	// MySQL and Oracle end the transaction at every change of the schema.
	if (dialect === 'mysql' || dialect === 'mariadb' || dialect === 'oracle' || dialect === 'clickhouse') return 'none';
	if (said === false || WITHOUT.test(source)) return 'none';
	return WRAPPED.includes(framework) ? 'file' : 'call';
}

/** @param whole false when `source` holds only the lines that a patch shows. */
export async function readMigration(
	path: string,
	source: string,
	dialect: Dialect,
	whole = true,
): Promise<MigrationRead> {
	const framework = frameworkOf(path, source);
	if (isLiquibase(path)) {
		const {ops, down, statements, unparsed} = await readLiquibase(path, source, dialect);
		return {
			ops,
			framework,
			dialect,
			transaction: transactionOf(framework, source, dialect, undefined),
			down,
			statements,
			unparsed,
		};
	}
	if (/\.sql$/i.test(path)) {
		const {text, down} = upOnly(source);
		const read = await readSql({text, line: 1, dialect, whole, group: 0});
		return {...read, framework, dialect, transaction: transactionOf(framework, source, dialect, undefined), down};
	}
	const host = hostOf(path);
	const read = /\.[cm]?[jt]sx?$/i.test(path) ? await readJs(path, source) : host ? readHost(source, host) : undefined;
	if (!read) return {ops: [], framework, dialect, transaction: 'none', down: 'unknown', statements: 0, unparsed: []};
	const ops: Op[] = builderOps(read.calls, {framework, batch: ''});
	let statements = 0;
	const unparsed: Unparsed[] = [];
	for (const {text, line, templated, group} of read.sql) {
		const one = await readSql({text, line, dialect, whole: true, templated, group});
		ops.push(...one.ops);
		statements += one.statements;
		unparsed.push(...one.unparsed);
	}
	ops.sort((a, b) => a.line - b.line);
	return {
		ops,
		framework,
		dialect,
		transaction: transactionOf(framework, source, dialect, read.transaction),
		down: read.down,
		statements,
		unparsed,
	};
}
