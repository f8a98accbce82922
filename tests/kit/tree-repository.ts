// Room: tests. The part of the repository port that staging uses, over real git commands in a temporary repository.

import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {asOid, type Oid} from '../../src/domain/ids.ts';
import type {Patch, Repository} from '../../src/ports/repository.ts';
import type {TempRepo} from './temp.ts';

export type TreeRepository = Pick<Repository, 'materialise' | 'patches'>;

export function treeRepository(repo: TempRepo): TreeRepository {
	return {
		async materialise(commit, folder) {
			mkdirSync(folder);
			execFileSync('/bin/sh', ['-c', 'git archive --format=tar "$0" | tar -x -C "$1"', commit, folder], {
				cwd: repo.root,
			});
		},
		async *patches(changes, wanted): AsyncGenerator<Patch> {
			for (const change of changes) {
				for (const path of repo.git('show', '--format=', '--name-only', change).split('\n').filter(wanted)) {
					const text = repo.git('show', `${change}:${path}`).split('\n');
					yield {path, change, added: text.map((line, i) => ({line: i + 1, text: line})), removed: []};
				}
			}
		},
	};
}

export const commitOid = (repo: TempRepo, subject: string, files: Record<string, string>): Oid =>
	asOid(repo.commit(subject, files));
