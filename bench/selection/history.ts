// Room: bench. What git knows about the rows of a table: author, files, lines; when each release was made; and which changes
// had reached other branches by a given moment. A few git processes in all, never one per row; whatever is missing in
// the repository is simply not known.

import {spawn} from 'node:child_process';
import {claims, type Pick, proven} from '../../src/domain/selection/elsewhere.ts';

export interface Facts {
	readonly author: string;
	readonly email: string;
	readonly body: string;
	readonly parent: string;
	readonly paths: readonly string[];
	/** Seconds since the epoch. */
	readonly authoredAt: number;
}

export interface History {
	readonly facts: ReadonlyMap<string, Facts>;
	/** Seconds since the epoch; undefined when the tag is not there. */
	releasedAt(release: string): number | undefined;
	/** Object id of a release's commit. */
	commitOf(release: string): string | undefined;
	/**
	 * Times at which a change was taken onto lines of history that this release is not made of. What the release itself
	 * is made of is the answer and never looked at.
	 */
	elsewhere(sha: string, release: string): readonly number[];
}

const ENV = {
	PATH: process.env.PATH ?? '/usr/bin:/bin',
	LC_ALL: 'C.UTF-8',
	GIT_NO_LAZY_FETCH: '1',
	GIT_TERMINAL_PROMPT: '0',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_CONFIG_GLOBAL: '/dev/null',
};

/** What git says; the empty text when it fails, with the part that came before. */
export function git(
	repo: string,
	args: readonly string[],
	input = '',
	env: Record<string, string> = {},
): Promise<string> {
	return new Promise((resolve) => {
		const child = spawn('git', ['-C', repo, '-c', 'core.quotePath=false', '-c', 'safe.directory=*', ...args], {
			env: {...ENV, ...env},
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		const parts: Buffer[] = [];
		child.stdout.on('data', (part: Buffer) => parts.push(part));
		child.stdin.on('error', () => undefined);
		child.on('error', () => resolve(''));
		child.on('close', () => resolve(Buffer.concat(parts).toString('utf8')));
		child.stdin.end(input);
	});
}

const FORMAT = '--format=%x1e%H%x1f%P%x1f%ct%x1f%an%x1f%ae%x1f%s%x1f%b%x1f%at%x1f';

async function readFacts(repo: string, shas: readonly string[]): Promise<Map<string, Facts>> {
	const facts = new Map<string, Facts>();
	const base = [
		'log',
		'--no-walk=unsorted',
		'--ignore-missing',
		'--stdin',
		'--no-renames',
		'-m',
		'--first-parent',
		FORMAT,
	];
	// Names need trees only, which a partial clone has.
	const text = await git(repo, [...base, '--name-only'], `${shas.join('\n')}\n`);
	for (const record of text.split('\x1e').slice(1)) {
		const [sha = '', parents = '', , author = '', email = '', , body = '', at = '', tail = ''] = record.split('\x1f');
		const paths = tail.split('\n').filter((line) => line !== '');
		facts.set(sha, {author, email, body, parent: parents.split(' ')[0] ?? '', paths, authoredAt: Number(at)});
	}
	return facts;
}

export async function readHistory(
	repo: string,
	rows: readonly {readonly sha: string; readonly subject: string; readonly at: number; readonly release: string}[],
): Promise<History> {
	const bySha = new Map(rows.map((row) => [row.sha, row]));
	const shas = [...bySha.keys()];
	const facts = await readFacts(repo, shas);
	const known = shas.filter((sha) => facts.has(sha));
	const newest = known.reduce(
		(best, sha) => ((bySha.get(sha)?.at ?? 0) > (bySha.get(best)?.at ?? 0) ? sha : best),
		known[0] ?? '',
	);
	const oldestAt = rows.reduce((least, {at}) => Math.min(least, at), Number.POSITIVE_INFINITY);

	const tags = new Map<string, {at: number; oid: string}>();
	const listed = await git(repo, [
		'for-each-ref',
		'refs/tags',
		'--format=%(refname:strip=2)%09%(creatordate:unix)%09%(objectname)%09%(*objectname)',
	]);
	for (const line of listed.split('\n')) {
		const [name, at, oid, peeled] = line.split('\t');
		if (name && oid) tags.set(name, {at: Number(at), oid: peeled || oid});
	}
	const tagOf = (release: string) => tags.get(release) ?? tags.get(`v${release}`);

	// Everything that tags reach beside the main line.
	const parents = new Map<string, string[]>();
	const others: Pick[] = [];
	const paths = new Map([...facts].map(([oid, fact]) => [oid, fact.paths]));
	if (newest !== '') {
		const from = String(Math.floor(oldestAt));
		const args = ['log', '--tags', '--since', from, '--no-renames', '-m', '--first-parent', '--name-only', FORMAT];
		const text = await git(repo, [...args, '--not', newest]);
		for (const record of text.split('\x1e').slice(1)) {
			const [oid = '', parent = '', ct = '', , email = '', subject = '', body = '', at = '', tail = ''] =
				record.split('\x1f');
			parents.set(oid, parent.split(' '));
			paths.set(
				oid,
				tail.split('\n').filter((line) => line !== ''),
			);
			const pickedFrom = [...body.matchAll(/cherry picked from commit ([0-9a-f]{7,40})/g)].map(([, id = '']) => id);
			others.push({oid, subject, email, pickedFrom, authoredAt: Number(at), committedAt: Number(ct)});
		}
	}
	const waiting = known.flatMap((oid) => {
		const [row, fact] = [bySha.get(oid), facts.get(oid)];
		if (!row || !fact) return [];
		const {email, authoredAt} = fact;
		return [{oid, subject: row.subject, email, authoredAt, committedAt: row.at}];
	});
	const picks = proven(claims(waiting, others), (oid) => paths.get(oid) ?? []);

	const own = new Map<string, Set<string>>();
	function madeOf(release: string): Set<string> {
		let reached = own.get(release);
		if (reached) return reached;
		reached = new Set<string>();
		const queue = [tagOf(release)?.oid ?? ''];
		for (let oid = queue.pop(); oid !== undefined; oid = queue.pop()) {
			if (reached.has(oid) || !parents.has(oid)) continue;
			reached.add(oid);
			queue.push(...(parents.get(oid) ?? []));
		}
		own.set(release, reached);
		return reached;
	}

	return {
		facts,
		releasedAt: (release) => tagOf(release)?.at,
		commitOf: (release) => {
			const point = /branch point ([0-9a-f]{7,40})/.exec(release)?.[1];
			return point ?? tagOf(release)?.oid;
		},
		elsewhere(sha, release) {
			const some = picks.get(sha);
			if (some === undefined || tagOf(release) === undefined) return [];
			const mine = madeOf(release);
			return some.filter(({oid}) => !mine.has(oid)).map(({committedAt}) => committedAt);
		},
	};
}
