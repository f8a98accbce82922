// Room: stages. What a detector may ask of the files around a change. Questions asked at once go to git at once, and what a
// change did not touch is not read again for the next one: on a straight line of changes a file is read once per version.

import type {Change, FileDelta} from '../../domain/change.ts';
import type {Look} from '../../ports/detector.ts';
import type {FileAt, Repository} from '../../ports/repository.ts';

/** Characters of file contents kept. */
const MOST_KEPT = 48_000_000;

/** A file has version n where n changes of the line so far touched it: equal versions are equal contents. */
interface Line {
	readonly id: number;
	readonly changes: readonly Change[];
	readonly touches: ReadonlyMap<string, readonly number[]>;
}

/** `changes` in branch order. */
export function looker(
	repository: Pick<Repository, 'files' | 'paths'>,
	changes: readonly Change[],
): (change: Change) => Look {
	const places = new Map<string, {line: Line; at: number}>();
	for (const line of straight(changes))
		for (const [at, change] of line.changes.entries()) places.set(change.oid, {line, at});
	const contents = new Contents(repository);
	const listed = new Map<number, {at: number; paths: Promise<readonly string[]>}>();

	/** All paths after a change, from those after an earlier one of its line. */
	const all = (change: Change): Promise<readonly string[]> => {
		const place = places.get(change.oid);
		const known = place && listed.get(place.line.id);
		const paths =
			place && known && known.at <= place.at
				? known.paths.then((before) => advanced(before, place.line.changes.slice(known.at + 1, place.at + 1)))
				: repository.paths(change.oid, '', MOST_PATHS + 1);
		if (place) listed.set(place.line.id, {at: place.at, paths});
		return paths;
	};
	return (change) => {
		const place = places.get(change.oid);
		const read = (at: 'parent' | 'oid') => (path: string) => {
			const key =
				place === undefined
					? undefined
					: `${place.line.id} ${version(place.line, path, at === 'oid' ? place.at : place.at - 1)} ${path}`;
			return contents.read({at: change[at], path}, key);
		};
		return {
			before: read('parent'),
			after: read('oid'),
			async list(folder) {
				const paths = await all(change);
				// A list that was cut may lack just this folder.
				if (paths.length > MOST_PATHS) return repository.paths(change.oid, folder);
				return folder === '' ? paths : paths.filter((path) => path.startsWith(`${folder}/`));
			},
		};
	};
}

/** Paths kept of one revision; larger ones are asked for folder by folder. */
const MOST_PATHS = 20_000;

/** Runs of changes in which each is the parent of the next. */
function straight(changes: readonly Change[]): Line[] {
	const runs: Change[][] = [];
	for (const change of changes) {
		const run = runs.at(-1);
		if (run !== undefined && run.at(-1)?.oid === change.parent) run.push(change);
		else runs.push([change]);
	}
	return runs.map((run, id) => {
		const touches = new Map<string, number[]>();
		for (const [at, {files}] of run.entries())
			for (const path of files.flatMap(({path, from}) => (from === undefined ? [path] : [path, from]))) {
				const known = touches.get(path);
				if (known) known.push(at);
				else touches.set(path, [at]);
			}
		return {id, changes: run, touches};
	});
}

function version({touches}: Line, path: string, at: number): number {
	const all = touches.get(path) ?? [];
	let [low, high] = [0, all.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((all[middle] ?? 0) <= at) low = middle + 1;
		else high = middle;
	}
	return low;
}

function advanced(before: readonly string[], changes: readonly Change[]): readonly string[] {
	const files: FileDelta[] = changes.flatMap((change) => [...change.files]);
	if (files.every(({status}) => status === 'modified' || status === 'type-changed')) return before;
	const paths = new Set(before);
	for (const {path, from, status} of files) {
		if (status === 'renamed' && from !== undefined) paths.delete(from);
		if (status === 'deleted') paths.delete(path);
		else paths.add(path);
	}
	return [...paths].sort();
}

class Contents {
	private readonly repository: Pick<Repository, 'files'>;
	private readonly kept = new Map<string, Promise<string | undefined>>();
	private size = 0;
	private waiting: {file: FileAt; answer: (text: string | undefined) => void; fail: (thrown: unknown) => void}[] = [];

	constructor(repository: Pick<Repository, 'files'>) {
		this.repository = repository;
	}

	read(file: FileAt, key: string | undefined): Promise<string | undefined> {
		const known = key === undefined ? undefined : this.kept.get(key);
		if (known !== undefined) return known;
		const text = new Promise<string | undefined>((answer, fail) => {
			// Whoever asks in this turn of the loop is served by the same process.
			if (this.waiting.length === 0) setImmediate(() => this.serve());
			this.waiting.push({file, answer, fail});
		});
		if (key !== undefined) this.keep(key, text);
		return text;
	}

	private serve(): void {
		const asked = this.waiting;
		this.waiting = [];
		this.repository.files(asked.map(({file}) => file)).then(
			(texts) => {
				for (const [i, {answer}] of asked.entries()) answer(texts[i]);
			},
			(thrown) => {
				for (const {fail} of asked) fail(thrown);
			},
		);
	}

	private keep(key: string, text: Promise<string | undefined>): void {
		this.kept.set(key, text);
		text.then(
			(content) => {
				this.size += content?.length ?? 0;
				if (this.size < MOST_KEPT) return;
				this.kept.clear();
				this.size = 0;
			},
			() => this.kept.delete(key),
		);
	}
}
