// Room: adapters. The clean view: a bare directory of our own whose objects are the repository's by alternates. No
// config, hook, attribute, replace ref or graft of the user's repository exists here, so nothing of it can run.

import {existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {isAbsolute, join, relative, resolve} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {diskFault, writeAtomic} from '../files/atomic.ts';
import {cleanEnvironment} from './environment.ts';
import type {Place} from './place.ts';
import {type Answer, runGit, streamGit} from './process.ts';

export interface CallOptions {
	readonly input?: string | Buffer;
	readonly answers?: readonly number[];
	readonly maxBytes?: number;
	readonly signal?: AbortSignal | undefined;
	readonly env?: Readonly<Record<string, string>>;
}

export interface View {
	readonly git: string;
	/** git's own, major and minor. */
	readonly version: readonly [number, number];
	readonly dir: string;
	/** Where releases are built: kept. */
	readonly objects: string;
	/** A folder that is gone with the process: where simulations write, what only the merge needs, what stands in for lost contents. */
	scratch(use: 'merged' | 'synthetic' | 'index' | 'absent'): string;
	/** Flags and environment for a process that is started elsewhere (the long-lived merge). */
	readonly prefix: readonly string[];
	environment(more?: Readonly<Record<string, string>>): Record<string, string>;
	run(args: readonly string[], options?: CallOptions): Promise<Answer>;
	stream(args: readonly string[], options?: CallOptions): AsyncGenerator<Buffer>;
}

/** Everything git may find in the view besides objects. Whatever else lies there was put there by somebody else. */
const ENTRIES = new Set(['HEAD', 'config', 'objects', 'refs', 'info', 'scratch']);

/** Built-in conversions and named drivers off: trees come out byte for byte, diffs are git's own. */
const ATTRIBUTES = '* -text -ident -working-tree-encoding -filter !diff !merge\n';

const CLEAN_FLAGS = ['--no-pager', '-c', 'merge.directoryRenames=false', '-c', 'diff.renameLimit=1000'] as const;

function configFor(format: Place['format']): string {
	const head = '[core]\n\tbare = true\n\tlogAllRefUpdates = false\n\tcheckStat = minimal\n\trepositoryformatversion = ';
	const extension = format === 'sha256' ? '1\n[extensions]\n\tobjectFormat = sha256\n' : '0\n';
	return `${head}${extension}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[core]\n\tquotePath = true\n`;
}

/** git reads a line that starts with a double quote as a C string, and `#` as a comment. */
function alternateLine(path: string): string {
	if (!/["\n\\]|^#/.test(path)) return path;
	return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** The repository's object folder and those it borrows from, as absolute paths. */
function objectFolders(commonDir: string): string[] {
	const own = join(commonDir, 'objects');
	const found = [own];
	for (let i = 0; i < found.length && i < 16; i++) {
		const folder = found[i] ?? own;
		let text = '';
		try {
			text = readFileSync(join(folder, 'info/alternates'), 'utf8');
		} catch {
			continue;
		}
		for (const line of text.split('\n')) {
			if (line === '' || line.startsWith('#') || line.startsWith('"')) continue;
			const path = isAbsolute(line) ? line : resolve(folder, line);
			if (!found.includes(path)) found.push(path);
		}
	}
	return found;
}

/** Every folder from the state folder's parent down must be a real one of ours: a committed link would lead us out. */
function plainFolder(path: string): void {
	mkdirSync(path, {recursive: true, mode: 0o700});
	const status = lstatSync(path);
	if (!status.isDirectory() || (process.getuid !== undefined && status.uid !== process.getuid()))
		raise('MEMORY_UNSAFE', {with: {path}});
}

/** Small files, made durable only when they do not say so already. */
async function ensureFile(path: string, content: string): Promise<void> {
	let present: string | undefined;
	try {
		present = readFileSync(path, 'utf8');
	} catch {
		// Not there yet.
	}
	if (present !== content) await writeAtomic(path, content, {mode: 0o600});
}

function refuseLink(path: string): void {
	let status: ReturnType<typeof lstatSync>;
	try {
		status = lstatSync(path);
	} catch {
		return;
	}
	if (!status.isDirectory()) raise('MEMORY_UNSAFE', {with: {path}});
}

/** `.orchestra` that came with the repository could hold forged objects, or commands for the gateway: it is never tracked. */
async function refuseTracked(place: Place, dir: string, stateFolder: string): Promise<void> {
	const inside = relative(place.root, stateFolder);
	if (place.bare || inside.startsWith('..') || isAbsolute(inside)) return;
	const {stdout} = await runGit({
		git: place.git,
		args: [...CLEAN_FLAGS, `--git-dir=${dir}`, 'ls-files', '-z', '--cached', '--', inside],
		env: {...cleanEnvironment(), GIT_INDEX_FILE: join(place.gitDir, 'index'), GIT_LITERAL_PATHSPECS: '1'},
		cwd: dir,
	});
	if (stdout.length === 0) return;
	const [first = ''] = stdout.toString('utf8').split('\0');
	raise('MEMORY_UNSAFE', {with: {path: join(place.root, first)}, details: ['It came with the repository']});
}

/** Scratch folders are named after their process; those of dead ones are litter. */
function sweepScratch(folder: string): void {
	for (const name of readdirSync(folder)) {
		const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
		try {
			if (pid > 0) process.kill(pid, 0);
			else rmSync(join(folder, name), {recursive: true, force: true});
		} catch (thrown) {
			// EPERM: alive and somebody else's.
			if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')
				rmSync(join(folder, name), {recursive: true, force: true});
		}
	}
}

/**
 * Opens the view, making or mending it. Idempotent; two processes may do it at once.
 * Faults: MEMORY_UNSAFE (a link, somebody else's, or tracked by the repository), HISTORY_CUT (shallow clone), DISK.
 */
export async function openView(place: Place, stateFolder: string): Promise<View> {
	try {
		return await openViewAt(place, stateFolder);
	} catch (thrown) {
		throw thrown instanceof Error && 'code' in thrown ? diskFault(stateFolder, thrown) : thrown;
	}
}

async function openViewAt(place: Place, stateFolder: string): Promise<View> {
	if (place.shallow) raise('HISTORY_CUT', {with: {how: 'it is a shallow clone', fix: 'git fetch --unshallow --tags'}});
	refuseLink(stateFolder);
	plainFolder(stateFolder);
	const dir = join(stateFolder, 'git');
	refuseLink(dir);
	plainFolder(dir);
	for (const name of readdirSync(dir)) {
		if (!ENTRIES.has(name) && !name.endsWith('.tmp')) rmSync(join(dir, name), {recursive: true, force: true});
	}
	for (const name of ['objects', 'objects/info', 'objects/pack', 'refs', 'info', 'scratch']) {
		refuseLink(join(dir, name));
		plainFolder(join(dir, name));
	}
	const folders = objectFolders(place.commonDir);
	await Promise.all([
		ensureFile(join(dir, 'HEAD'), 'ref: refs/heads/none\n'),
		ensureFile(join(dir, 'config'), configFor(place.format)),
		ensureFile(join(dir, 'info/attributes'), ATTRIBUTES),
		ensureFile(join(dir, 'objects/info/alternates'), `${folders.map(alternateLine).join('\n')}\n`),
		existsSync(join(stateFolder, '.gitignore')) ? undefined : ensureFile(join(stateFolder, '.gitignore'), '*\n'),
	]);
	await refuseTracked(place, dir, stateFolder);
	sweepScratch(join(dir, 'scratch'));

	let scratch: string | undefined;
	const prefix = [...CLEAN_FLAGS, `--git-dir=${dir}`];
	const environment = (more: Readonly<Record<string, string>> = {}) => ({...cleanEnvironment(), ...more});
	const call = (args: readonly string[], {env, ...options}: CallOptions) => ({
		git: place.git,
		args: [...prefix, ...args],
		env: environment(env),
		cwd: dir,
		...options,
	});
	return {
		git: place.git,
		version: place.version,
		dir,
		objects: join(dir, 'objects'),
		prefix,
		scratch(use) {
			scratch ??= mkdtempSync(join(dir, 'scratch', `${process.pid}-`));
			const folder = join(scratch, use);
			mkdirSync(folder, {recursive: true, mode: 0o700});
			return folder;
		},
		environment,
		run: (args, options = {}) => runGit(call(args, options)),
		stream: (args, options = {}) => streamGit(call(args, options)),
	};
}
