// Room: bench. Does a change apply by itself on the last release of its line? One `git merge-tree` for all rows: for a change C
// on parent P and a release R, the merge of (tree of R on P) with C has P as its base by construction. Objects are
// written to a folder of our own that borrows from the repository; the repository is only read.

import {createHash} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {deflateSync} from 'node:zlib';
import {git} from './history.ts';

interface Question {
	readonly key: string;
	/** The release that it would go on. */
	readonly onto: string;
	readonly sha: string;
	readonly parent: string;
	readonly at: number;
}

function writeCommit(folder: string, tree: string, parent: string, at: number): string {
	const who = `bench <bench@localhost> ${Math.floor(at)} +0000`;
	const body = Buffer.from(`tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\nsynthetic\n`);
	const raw = Buffer.concat([Buffer.from(`commit ${body.length}\0`), body]);
	const oid = createHash('sha1').update(raw).digest('hex');
	mkdirSync(join(folder, oid.slice(0, 2)), {recursive: true});
	try {
		writeFileSync(join(folder, oid.slice(0, 2), oid.slice(2)), deflateSync(raw, {level: 1}), {flag: 'wx'});
	} catch {
		// Already there: the same content.
	}
	return oid;
}

/** True where it conflicts; what git could not say (a missing object) is left out. @param scratch an empty folder. */
export async function conflictsOf(
	repo: string,
	questions: readonly Question[],
	scratch: string,
): Promise<Map<string, boolean>> {
	const answers = new Map<string, boolean>();
	const trees = new Map<string, string>();
	const ontos = [...new Set(questions.map(({onto}) => onto))];
	const said = await git(
		repo,
		['cat-file', '--batch-check=%(objectname)'],
		`${ontos.map((onto) => `${onto}^{tree}`).join('\n')}\n`,
	);
	said.split('\n').forEach((line, i) => {
		const onto = ontos[i];
		if (onto !== undefined && /^[0-9a-f]{40}$/.test(line)) trees.set(onto, line);
	});
	const objects = join(scratch, 'objects');
	mkdirSync(objects, {recursive: true});
	const home = (await git(repo, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'])).trim();
	const env = {GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: home};
	let rest = questions.filter(({onto, parent}) => trees.has(onto) && parent !== '');
	const lines = new Map(
		rest.map((q) => [q.key, `${writeCommit(objects, trees.get(q.onto) ?? '', q.parent, q.at)} ${q.sha}`]),
	);
	// git dies at the first missing object: what comes behind it is asked again.
	for (let round = 0; round < 200 && rest.length > 0; round++) {
		const text = await git(
			repo,
			[
				'-c',
				'core.fsync=none',
				'-c',
				'merge.directoryRenames=false',
				'merge-tree',
				'--write-tree',
				'--no-messages',
				'--name-only',
				'-z',
				'--stdin',
			],
			`${rest.map(({key}) => lines.get(key)).join('\n')}\n`,
			env,
		);
		const records = text.split('\0\0');
		const whole = records.length - 1;
		for (let i = 0; i < whole && i < rest.length; i++) {
			const status = (records[i] ?? '').replace(/^\0+/, '')[0];
			const key = rest[i]?.key;
			if (key !== undefined) answers.set(key, status === '0');
		}
		rest = rest.slice(whole + 1);
	}
	return answers;
}
