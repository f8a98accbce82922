// Room: demo. Writes commits with one `git fast-import`, which also answers which ids they got. It knows trees and
// commits, and nothing of the bakery.

import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {FaultError, fault} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import type {Tree} from './edits.ts';
import type {Author} from './step.ts';

/** A number by which the stream speaks of a commit before its id is known. */
export type MarkNumber = number;

export interface NewCommit {
	readonly ref: string;
	readonly author: Author;
	/** Seconds since the epoch. */
	readonly authoredAt: number;
	readonly committer: Author;
	readonly committedAt: number;
	readonly message: string;
	/** First parent, with the tree it has. Absent: a root. */
	readonly parent?: {readonly mark: MarkNumber; readonly tree: ReadonlyMap<string, string>};
	readonly second?: MarkNumber;
	readonly tree: ReadonlyMap<string, string>;
}

export interface Stream {
	commit(made: NewCommit): MarkNumber;
	tag(name: string, of: MarkNumber, tagger: Author, at: number, message: string): void;
	oidOf(mark: MarkNumber): Promise<Oid>;
	/** Resolves when git has written everything. Faults: GIT_FAILED, with what it said. */
	close(): Promise<void>;
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const stamp = (role: string, who: Author, at: number) => `${role} ${who.name} <${who.email}> ${at} ${who.zone}\n`;

function changes(from: ReadonlyMap<string, string>, to: Tree | ReadonlyMap<string, string>): string {
	const gone = [...from.keys()].filter((path) => !to.has(path)).map((path) => `D ${path}\n`);
	const written = [...to].filter(([path, text]) => from.get(path) !== text);
	return [...gone, ...written.map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)].join('');
}

/** @param env the environment of git, already free of the user's configuration. */
export function openStream(folder: string, env: NodeJS.ProcessEnv): Stream {
	const git = spawn('git', ['fast-import', '--quiet', '--done', '--cat-blob-fd=1'], {
		cwd: folder,
		env,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let said = '';
	git.stderr.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	// A git that dies closes the pipe: its exit code and its words say more than our EPIPE.
	git.stdin.on('error', () => {});
	const ended = new Promise<void>((resolve, reject) => {
		git.once('error', reject);
		git.once('close', (code) =>
			code === 0
				? resolve()
				: reject(new FaultError(fault('GIT_FAILED', {with: {command: 'fast-import'}, details: said.split('\n', 20)}))),
		);
	});
	ended.catch(() => {});
	const answers = createInterface({input: git.stdout})[Symbol.asyncIterator]();
	let marks = 0;

	return {
		commit(made) {
			marks++;
			const from = made.parent === undefined ? '' : `from :${made.parent.mark}\n`;
			const second = made.second === undefined ? '' : `merge :${made.second}\n`;
			const author = stamp('author', made.author, made.authoredAt);
			const committer = stamp('committer', made.committer, made.committedAt);
			const head = `commit ${made.ref}\nmark :${marks}\n${author}${committer}${data(made.message)}`;
			git.stdin.write(`${head}${from}${second}${changes(made.parent?.tree ?? new Map(), made.tree)}\n`);
			return marks;
		},
		tag(name, of, tagger, at, message) {
			git.stdin.write(`tag ${name}\nfrom :${of}\n${stamp('tagger', tagger, at)}${data(message)}`);
		},
		async oidOf(mark) {
			git.stdin.write(`get-mark :${mark}\n`);
			const answer = await answers.next();
			if (answer.done === true) await ended;
			return asOid(String(answer.value).trim());
		},
		async close() {
			git.stdin.end('done\n');
			await ended;
		},
	};
}
