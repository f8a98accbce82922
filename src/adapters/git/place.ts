// Room: adapters. Which repository this is: its folders, object format and completeness, asked once. Knows the closed
// list of commands that may run on the user's repository; none of them fires hooks, filters or fsmonitor.

import {realpathSync} from 'node:fs';
import {isAbsolute, relative} from 'node:path';
import {FaultError, raise} from '../../domain/fault/fault.ts';
import {findGit, REAL_FLAGS, realEnvironment} from './environment.ts';
import {type Answer, runGit} from './process.ts';

/** Reading: the first five. Writing, only from publish, moveBranch and tag: the last two. */
type RealCommand =
	| 'rev-parse'
	| 'for-each-ref'
	| 'symbolic-ref'
	| 'config'
	| 'worktree'
	| 'check-ref-format'
	| 'update-ref'
	| 'unpack-objects';

export interface Place {
	readonly git: string;
	/** Major and minor. */
	readonly version: readonly [number, number];
	/** Top of the work tree; of a bare repository, its own folder. */
	readonly root: string;
	readonly gitDir: string;
	readonly commonDir: string;
	readonly bare: boolean;
	readonly shallow: boolean;
	readonly format: 'sha1' | 'sha256';
	/** Runs one of the closed list on the user's repository. Arguments are literals, full ref names or object ids. */
	real(command: RealCommand, args: readonly string[], options?: RealOptions): Promise<Answer>;
}

interface RealOptions {
	readonly input?: Buffer | string;
	readonly answers?: readonly number[];
}

const OLDEST = [2, 39] as const;

async function checkVersion(git: string): Promise<readonly [number, number]> {
	const {stdout} = await runGit({git, args: ['--version'], env: realEnvironment(), cwd: '/'});
	const text = stdout.toString('utf8').trim();
	const found = /(\d+)\.(\d+)/.exec(text);
	const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
	if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
		raise('GIT_TOO_OLD', {with: {version: text.replace(/^git version /, '')}});
	return [major, minor];
}

const NOT_HERE = /not a git repository|must be run in a work tree|cannot change to|not a working tree/i;

/** Everything after the first call is asked in parallel: each call starts a process of a few milliseconds. */
async function ask(git: string, cwd: string, ...what: string[]): Promise<string> {
	try {
		const args = [...REAL_FLAGS, 'rev-parse', '--path-format=absolute', ...what];
		const {stdout} = await runGit({git, args, env: realEnvironment(), cwd});
		return stdout.toString('utf8').replace(/\n$/, '');
	} catch (thrown) {
		if (thrown instanceof FaultError && thrown.fault.details.some((line) => NOT_HERE.test(line)))
			raise('NOT_A_REPOSITORY', {with: {path: cwd}}, thrown);
		throw thrown;
	}
}

/** Faults: NOT_A_REPOSITORY, GIT_MISSING, GIT_TOO_OLD, GIT_FAILED (e.g. the folder belongs to somebody else). */
export async function findPlace(cwd: string): Promise<Place> {
	const git = findGit();
	let here: string;
	try {
		here = realpathSync(cwd);
	} catch (thrown) {
		raise('NOT_A_REPOSITORY', {with: {path: cwd}}, thrown);
	}
	const [version, facts, gitDir, commonDir] = await Promise.all([
		checkVersion(git),
		ask(git, here, '--is-bare-repository', '--is-shallow-repository', '--show-object-format'),
		ask(git, here, '--absolute-git-dir'),
		ask(git, here, '--git-common-dir'),
	]);
	const [bare, shallow, format] = facts.split('\n');
	const root = bare === 'true' ? commonDir : await ask(git, here, '--show-toplevel');
	const realRoot = realpathSync(root);
	const inside = relative(realRoot, here);
	// A configured core.worktree may point anywhere: what does not hold the current folder is not this project.
	if (bare !== 'true' && (inside.startsWith('..') || isAbsolute(inside)))
		raise('NOT_A_REPOSITORY', {with: {path: cwd}});
	return {
		git,
		version,
		root: realRoot,
		gitDir: realpathSync(gitDir),
		commonDir: realpathSync(commonDir),
		bare: bare === 'true',
		shallow: shallow === 'true',
		format: format === 'sha256' ? 'sha256' : 'sha1',
		real: (command, args, options = {}) =>
			runGit({
				git,
				args: [...REAL_FLAGS, `--git-dir=${gitDir}`, command, ...args],
				env: realEnvironment(),
				cwd: realRoot,
				...options,
			}),
	};
}
