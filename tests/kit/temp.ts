// Room: tests. A temporary folder per test, removed afterwards, and small real git repositories in it.

import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterwards} from './afterwards.ts';

export function tempFolder(prefix = 'orchestra-test-'): string {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
	afterwards(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

export interface TempRepo {
	readonly root: string;
	git(...args: string[]): string;
	/** Writes files (null deletes) and commits them; returns the object id. */
	commit(
		subject: string,
		files: Record<string, string | null>,
		options?: {body?: string; author?: string; date?: string},
	): string;
}

/** A fresh repository on branch `main`, without any commit. Dates rise by a minute per commit, so that ids are stable. */
export function tempRepo(): TempRepo {
	const root = tempFolder();
	let minute = 0;
	const git = (...args: string[]) =>
		execFileSync('git', args, {
			cwd: root,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
			env: process.env,
		}).trimEnd();
	git('init', '-q', '-b', 'main');
	git('config', 'user.name', 'Test');
	git('config', 'user.email', 'test@example.com');
	return {
		root,
		git,
		commit(subject, files, options = {}) {
			for (const [path, content] of Object.entries(files)) {
				const full = join(root, path);
				if (content === null) rmSync(full);
				else {
					mkdirSync(dirname(full), {recursive: true});
					writeFileSync(full, content);
				}
			}
			git('add', '-A');
			const date = options.date ?? new Date(Date.UTC(2026, 0, 5, 9, minute++)).toISOString();
			const message = options.body ? `${subject}\n\n${options.body}` : subject;
			execFileSync(
				'git',
				['commit', '-q', '--allow-empty', '-m', message, ...(options.author ? ['--author', options.author] : [])],
				{
					cwd: root,
					env: {...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date},
				},
			);
			return git('rev-parse', 'HEAD');
		},
	};
}
