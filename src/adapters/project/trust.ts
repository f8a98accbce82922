// Room: adapters. Which commands a person has trusted, on this machine. The file lives in the user's state folder, never in
// a repository: what a repository brings along cannot trust itself.

import {createHash} from 'node:crypto';
import {realpathSync} from 'node:fs';
import {chmod, lstat, mkdir, readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {readJson} from '../../domain/json.ts';
import type {Project} from '../../domain/project.ts';
import type {TrustStore} from '../../ports/trust.ts';
import {diskFault, writeAtomic} from '../files/atomic.ts';
import {codeOf} from './inside.ts';

/** JSON whose keys are sorted at every level: the same content is the same bytes. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
		entries.sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
	}
	return JSON.stringify(value);
}

/**
 * SHA-256, hex, over everything in the project that decides what runs, and the repository's real path. Values of `env`
 * count too: PYTHONSTARTUP or JAVA_TOOL_OPTIONS decide what runs as much as a command does. The content of `envFile` does not: it is the
 * person's own and never comes with the repository.
 */
export function trustHash(root: string, project: Project): string {
	const {install, build, start, migrate, test} = project.commands;
	const suites = Object.fromEntries(Object.entries(test).map(([name, suite]) => [name, suite.command]));
	const bearing = {
		format: 1,
		repository: realpathSync(root),
		commands: {install, build, start, migrate, test: suites},
		env: project.env,
		envFile: project.envFile,
		health: project.health.path,
		target: project.target,
		regenerate: project.regenerate,
		// A file that allows by itself what else a person is asked for: that too must have been read by one.
		ai: project.ai?.enabled === 'on' ? project.ai : undefined,
	};
	return createHash('sha256').update(canonical(bearing)).digest('hex');
}

export interface TrustOptions {
	/** Default: `$XDG_STATE_HOME/orchestra`, else `~/.local/state/orchestra`. */
	readonly folder?: string;
	readonly uid?: number;
}

const HASH = /^[0-9a-f]{64}$/;
const KEY = /^\d+:[0-9a-f]{64}$/;
const MOST = 1000;

export function trustFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
	const state = env.XDG_STATE_HOME;
	// A relative XDG_STATE_HOME is ignored, as its specification says: it would point into the repository.
	return join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'orchestra');
}

/** A file that is damaged, or that somebody else could have written, means that nothing is trusted. */
export function openTrustStore(options: TrustOptions = {}): TrustStore {
	const folder = options.folder ?? trustFolder();
	const file = join(folder, 'trust.json');
	const uid = options.uid ?? process.getuid?.() ?? 0;
	let last: Promise<unknown> = Promise.resolve();

	const onlyOurs = (seen: {uid: number; mode: number}) => {
		const own = process.getuid?.();
		return (own === undefined || seen.uid === own) && (seen.mode & 0o022) === 0;
	};

	const read = async (): Promise<readonly string[]> => {
		try {
			const [place, seen] = [await lstat(folder), await lstat(file)];
			if (!place.isDirectory() || !seen.isFile() || !onlyOurs(place) || !onlyOurs(seen) || seen.size > 1_000_000)
				return [];
			const json = readJson(await readFile(file, 'utf8'));
			// `as`: the one field is checked before it is used
			const trusted = json.ok ? (json.value as {trusted?: unknown} | null)?.trusted : undefined;
			return Array.isArray(trusted) ? trusted.filter((key) => typeof key === 'string' && KEY.test(key)) : [];
		} catch {
			return [];
		}
	};

	const add = async (hash: string) => {
		if (!HASH.test(hash)) throw new TypeError('not a trust hash');
		const key = `${uid}:${hash}`;
		const before = await read();
		if (before.includes(key)) return;
		try {
			await mkdir(folder, {recursive: true, mode: 0o700});
			const place = await lstat(folder);
			if (!place.isDirectory()) raise('MEMORY_UNSAFE', {with: {path: folder}});
			if ((place.mode & 0o777) !== 0o700) await chmod(folder, 0o700);
		} catch (error) {
			throw codeOf(error) === undefined ? error : diskFault(folder, error);
		}
		const trusted = [...before, key].slice(-MOST);
		await writeAtomic(file, `${JSON.stringify({schemaVersion: 1, trusted}, undefined, '\t')}\n`, {mode: 0o600});
	};

	return {
		async isTrusted(hash) {
			return HASH.test(hash) && (await read()).includes(`${uid}:${hash}`);
		},
		trust(hash) {
			// One after the other: two answers at once must not lose one of them.
			const next = last.then(() => add(hash));
			last = next.catch(() => undefined);
			return next;
		},
	};
}
