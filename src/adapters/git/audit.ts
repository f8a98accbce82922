// Room: adapters. Which keys of the repository's own config would run a program, for doctor and the trust screen. Read by
// simple-git's typed `listConfig`, the one porcelain call we let it make: it takes no argument of anybody's, and
// `git config --list` fires nothing.

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {safe} from '../../domain/safe.ts';
import {realEnvironment} from './environment.ts';
import type {Place} from './place.ts';

const LAST_WORD =
	/\.(?:clean|smudge|process|textconv|driver|command|cmd|program|helper|uploadpack|receivepack|sshcommand|gitproxy|askpass|editor|pager|hookspath|fsmonitor|attributesfile|worktree|alternaterefscommand|insteadof|pushinsteadof|vcs|proxy|external|tool|guitool|browser|promisor|partialclonefilter|packobjectshook|sendemail|tocmd|cccmd|smtpserver|defaultcommand)$/;
const FAMILY =
	/^(?:alias|pager|include|includeif|protocol|difftool|mergetool|browser|man|guitool|trailer|hook)\.|^extensions\.partialclone$/;

function runsProgram(key: string): boolean {
	const lower = key.toLowerCase();
	return LAST_WORD.test(lower) || FAMILY.test(lower);
}

const one = <T>(value: T): T[] => [value];

/** The person's own config (global, system) is theirs: only what came with the repository is listed. */
export async function auditConfig(place: Place): Promise<{key: string; value: string}[]> {
	// Loaded when asked for: no other command needs it, and starting up must stay quick.
	const {simpleGit} = await import('simple-git');
	// It guards every GIT_ variable, and this call needs none.
	const env = Object.fromEntries(Object.entries(realEnvironment()).filter(([name]) => !name.startsWith('GIT_')));
	const git = simpleGit({baseDir: place.root, binary: place.git});
	const lists = [await git.env(env).listConfig('local')];
	// Only where git has such a file as well (`extensions.worktreeConfig`) does it count, and can it be asked for.
	const own = existsSync(join(place.gitDir, 'config.worktree'));
	if (own) lists.push(...(await git.listConfig('worktree').then(one, () => [])));
	const found: {key: string; value: string}[] = [];
	for (const values of lists.flatMap((list) => Object.values(list.values))) {
		for (const [key, value] of Object.entries(values)) {
			if (!runsProgram(key)) continue;
			for (const one of Array.isArray(value) ? value : [value])
				found.push({key: withoutPassword(key), value: withoutPassword(one)});
		}
	}
	return found;
}

/** `url.https://user:secret@host.insteadOf` carries its secret in the key. */
function withoutPassword(text: string): string {
	return safe(text.slice(0, 2000).replace(/:\/\/[^/@\s]{1,500}@/g, '://…@'), 500);
}
