// Room: detectors. The migrations of one change, read and judged. Heavy, so the detector loads it only for changes that have any.

import type {Change, FileDelta} from '../../../domain/change.ts';
import type {Look} from '../../../ports/detector.ts';
import type {Patch} from '../../../ports/repository.ts';
import {dialectOfPath, dialectOfProject, dialectOfText} from './dialect.ts';
import {compareVersions, isJournal, isPrisma, isSnapshot, migrationOf, wantsPath} from './families.ts';
import {halfway, type Judged, judge, keyOf, Made, type Sign, sign} from './judge.ts';
import type {Dialect, Op} from './op.ts';
import {readMigration} from './read-migration.ts';
import {snapshotOps} from './snapshot.ts';

/** Larger files are data; what the patch shows of them is read by its lines. */
const MOST_TEXT = 500_000;
const SCRIPT =
	/(^|\/)[^/]*(seed|dump|reset|sample|example|demo|fixture|bench|playground|clean-?up|teardown)[^/]*(\/|\.sql$)/i;

export async function examine(change: Change, patches: readonly Patch[], look: Look | undefined): Promise<Sign[]> {
	const wanted = patches.filter(({path, from}) => wantsPath(path) || (from !== undefined && wantsPath(from)));
	const files = new Map(change.files.map((file) => [file.path, file]));
	const migrations = wanted.filter(({path}) => !isSnapshot(path) && !isJournal(path)).sort(inOrder);
	const signs: Sign[] = [];
	let project: Promise<Dialect | undefined> | undefined;
	const dialectOf = async (path: string, text: string): Promise<Dialect> => {
		const said = dialectOfText(text) ?? dialectOfPath(path);
		if (said) return said;
		project ??= dialectOfProject(look);
		return (await project) ?? 'unknown';
	};
	const made = new Made();
	for (const patch of migrations) {
		const file = files.get(patch.path);
		signs.push(...history(patch, file));
		if (file?.status === 'deleted') continue;
		const now = textOf(patch, 'after');
		if (now === undefined) continue;
		const dialect = await dialectOf(patch.path, now.text);
		const read = await readMigration(patch.path, now.text, dialect, now.whole || file?.status === 'added');
		const was = textOf(patch, 'before');
		const old = was?.text.trim()
			? await readMigration(patch.from ?? patch.path, was.text, dialect, was.whole)
			: undefined;
		const found = judge(
			{path: patch.path, read: withUnparsed(read), isNews: newsSince(old?.ops ?? []), script: isScript(patch.path)},
			made,
		);
		signs.push(...found, ...(await wayBack(patch.path, read, found, look, file)));
		if (halfway(read, now.text))
			signs.push(
				sign('partial-failure', patch.path, patch.path, 'does several things without a transaction', {
					line: read.ops[0]?.line ?? 1,
				}),
			);
	}
	const own = migrations.some(({path}) => migrationOf(path) !== undefined);
	for (const patch of wanted.filter(({path}) => isSnapshot(path))) signs.push(...(await snapshot(patch, own, look)));
	signs.push(...(await doubles(change, look)));
	return signs;
}

/** Operations are news when there are more of the kind than before; moved or laid out anew they are not. */
function newsSince(old: readonly Op[]): (op: Op) => boolean {
	const counts = new Map<string, number>();
	for (const op of old) counts.set(keyOf(op), (counts.get(keyOf(op)) ?? 0) + 1);
	return (op) => {
		const left = counts.get(keyOf(op)) ?? 0;
		counts.set(keyOf(op), left - 1);
		return left <= 0;
	};
}

const isScript = (path: string) => migrationOf(path) === undefined && SCRIPT.test(path);

const inOrder = (a: Patch, b: Patch): number =>
	compareVersions(migrationOf(a.path)?.version ?? '', migrationOf(b.path)?.version ?? '') || (a.path < b.path ? -1 : 1);

/** The file, or as much of it as the patch shows, its lines at their places. */
function textOf(patch: Patch, side: 'before' | 'after'): {text: string; whole: boolean} | undefined {
	const whole = patch[side];
	if (whole !== undefined && whole.length <= MOST_TEXT) return {text: whole, whole: true};
	const lines = side === 'after' ? patch.added : patch.removed;
	const last = lines.at(-1)?.line ?? 0;
	if (lines.length === 0 || last > 300_000) return side === 'after' ? undefined : {text: '', whole: false};
	const rows: string[] = new Array(last).fill('');
	for (const {line, text} of lines) rows[line - 1] = text;
	return {text: rows.join('\n').slice(0, 2 * MOST_TEXT), whole: false};
}

function withUnparsed(read: Judged['read']): Judged['read'] {
	// Of PostgreSQL every one is told, of the others those whose words say nothing: their grammars here know less.
	const told = read.unparsed.filter(
		({unknown}) => unknown || read.dialect === 'postgresql' || read.dialect === 'unknown',
	);
	if (told.length === 0) return read;
	const most = read.dialect === 'clickhouse' || read.dialect === 'oracle' ? 1 : 5;
	const notes = told.slice(0, most).map(({line, text}): Op => ({kind: 'unparsed', object: '', line, text}));
	return {...read, ops: [...read.ops, ...notes]};
}

/** A migration that has run somewhere is not run again: editing it changes nothing there, or stops the tool. */
function history(patch: Patch, file: FileDelta | undefined): Sign[] {
	const {path} = patch;
	const own = migrationOf(patch.from ?? path);
	if (file === undefined || own === undefined || own.direction !== 'up') return [];
	if (file.status === 'deleted')
		return [sign('migration-deleted', path, path, 'deletes a migration that may have run')];
	const line = patch.added[0]?.line;
	const at = line === undefined ? {} : {line};
	if (patch.from !== undefined && file.status !== 'added' && patch.from !== path)
		return [
			sign('migration-renamed', path, path, `renames ${patch.from}, which may have run`, {
				...at,
				before: patch.from,
				after: path,
			}),
		];
	if (file.status === 'modified' && patch.removed.length > 0)
		return [sign('migration-edited', path, path, 'edits a migration that may have run', at)];
	return [];
}

/** Dangers without a way down, where the tool or the project writes them. */
async function wayBack(
	path: string,
	read: Judged['read'],
	found: readonly Sign[],
	look: Look | undefined,
	file: FileDelta | undefined,
): Promise<Sign[]> {
	const danger = found.find(({severity}) => severity === 'danger');
	if (!danger || file?.status !== 'added') return [];
	let absent = read.down === 'absent' || read.down === 'empty';
	if (/\.up\.sql$/i.test(path) && look) {
		const folder = path.replace(/\/?[^/]*$/, '');
		const all = await look.list(folder);
		absent = !all.includes(path.replace(/\.up\.sql$/i, '.down.sql')) && all.some((one) => /\.down\.sql$/i.test(one));
	}
	if (!absent) return [];
	return [sign('no-way-back', path, path, 'has no way down', danger.line === undefined ? {} : {line: danger.line})];
}

async function snapshot(patch: Patch, accompanied: boolean, look: Look | undefined): Promise<Sign[]> {
	// What the migrations of the change do was judged there.
	if (accompanied) return [];
	const ops = await snapshotOps(patch);
	if (ops === undefined || ops.length === 0) return [];
	const read = {
		ops,
		framework: 'sql' as const,
		dialect: 'unknown' as const,
		transaction: 'none' as const,
		down: 'unknown' as const,
		statements: 0,
		unparsed: [],
	};
	const quiet = new Set(['lock-timeout-missing', 'small-key', 'many-tables-locked']);
	const signs = judge({path: patch.path, read, isNews: () => true, script: false}, new Made())
		.filter(({rule}) => !quiet.has(rule.id))
		.map((one) => {
			const was = ops.find(
				(op) => op.line === one.line && op.from !== undefined && one.what.includes(op.column?.name ?? ' '),
			)?.from;
			return was === undefined ? one : {...one, before: was};
		});
	const folder = isPrisma(patch.path) ? patch.path.replace(/[^/]*$/, 'migrations') : '';
	const migrates = folder !== '' && look !== undefined && (await look.list(folder)).length > 0;
	const line = signs[0]?.line;
	if (migrates)
		signs.push(
			sign(
				'schema-without-migration',
				patch.path,
				patch.path,
				'changes the schema without a migration',
				line === undefined ? {} : {line},
			),
		);
	return signs;
}

/** Two files with one number in the tree after the change, one of them new. */
async function doubles(change: Change, look: Look | undefined): Promise<Sign[]> {
	const signs: Sign[] = [];
	for (const file of change.files) {
		const own = file.status === 'added' ? migrationOf(file.path) : undefined;
		if (!look || own === undefined || own.version === '' || own.direction !== 'up') continue;
		const twin = (await look.list(own.folder)).find((path) => {
			const other = path === file.path ? undefined : migrationOf(path);
			return (
				other?.direction === 'up' &&
				other.folder === own.folder &&
				other.version === own.version &&
				extension(path) === extension(file.path) &&
				!pair(path, file.path)
			);
		});
		if (twin !== undefined)
			signs.push(sign('duplicate-version', file.path, own.version, `has number ${own.version}, as ${twin} has`));
	}
	return signs;
}

const extension = (path: string) => path.slice(path.lastIndexOf('.'));
/** db-migrate's program and its SQL; Django's apps count on their own. */
const pair = (a: string, b: string) =>
	a.replace(/[.-](up|down)?\.?\w+$/, '') === b.replace(/[.-](up|down)?\.?\w+$/, '') || /\.py$/.test(a);
