// Room: adapters. The repository as ports/repository.ts asks for it: a small table of contents over this folder. The
// user's repository is asked only for names; everything about contents comes from the clean view by object id.

import {join} from 'node:path';
import type {DependencyGraph} from '../../domain/dependency.ts';
import {raise} from '../../domain/fault/fault.ts';
import {asOid, isOid, type Oid} from '../../domain/ids.ts';
import {compareVersions, parseVersion, type Version} from '../../domain/release.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Repository, Scan} from '../../ports/repository.ts';
import {appendCommit} from './append.ts';
import {auditConfig} from './audit.ts';
import {buildPicks, simulatePicks} from './build.ts';
import {readChanges, scanChanges} from './changes.ts';
import {listPaths, readFiles} from './contents.ts';
import {readElsewhere} from './elsewhere.ts';
import {layOut} from './materialise.ts';
import {mergeBaseOf} from './merge-base.ts';
import {readPatches} from './patches.ts';
import {findPlace, type Place} from './place.ts';
import type {Answer} from './process.ts';
import {provePicks} from './prove.ts';
import {readDependencies} from './provenance.ts';
import {advanceBranch, makeTag, publishObjects} from './publish.ts';
import {openView, type View} from './view.ts';

const MAX_FILE = 1_000_000;

export interface RepositoryOptions {
	/** Where the clean view may live. Default `<root>/.orchestra`. */
	readonly stateFolder?: (root: string) => string;
	readonly clock: Clock;
}

export interface OpenedRepository extends Repository {
	/** Whether the state folder is ours: a real one, and nothing in it came with the repository. Faults: MEMORY_UNSAFE, DISK. */
	ready(): Promise<void>;
}

/** Faults: NOT_A_REPOSITORY, GIT_MISSING, GIT_TOO_OLD, GIT_FAILED. Writes nothing until something is read through the view. */
export async function openRepository(cwd: string, options: RepositoryOptions): Promise<OpenedRepository> {
	const place = await findPlace(cwd);
	const stateFolder = options.stateFolder?.(place.root) ?? join(place.root, '.orchestra');
	let opened: Promise<View> | undefined;
	/** Discovery and selection ask for the same graph, one after the other. */
	let rests: {readonly key: string; readonly graph: Promise<DependencyGraph>} | undefined;
	const view = () => {
		opened ??= openView(place, stateFolder);
		// A fault is for this call; the next may find it mended.
		opened.catch(() => {
			opened = undefined;
		});
		return opened;
	};

	return {
		root: place.root,
		commonDir: place.commonDir,
		ready: async () => void (await view()),
		resolve: (name) => resolveName(place, name),
		currentBranch: () => currentBranch(place),
		branches: () => branchNames(place),
		async committer() {
			const {exit, stdout} = await place.real('config', ['--get', 'user.email'], {answers: [0, 1]});
			const email = stdout.toString('utf8').trim();
			return exit === 0 && email !== '' ? email : undefined;
		},
		executableConfig: () => auditConfig(place),

		async isAncestor(ancestor, of) {
			const args = ['merge-base', '--is-ancestor', asOid(ancestor), asOid(of)];
			return (await (await view()).run(args, {answers: [0, 1]})).exit === 0;
		},
		async mergeBase(a, b) {
			return mergeBaseOf(await view(), asOid(a), asOid(b));
		},
		authors: async (upTo, most) => readAuthors(await view(), asOid(upTo), most),
		lastVersion: async (from) => lastVersion(place, await view(), asOid(from)),

		async *changes(base, dev, signal) {
			yield* readChanges(await view(), asOid(base), asOid(dev), signal);
		},
		scan(base, dev, signal, early) {
			let scan: Scan | undefined;
			return {
				changes: {
					async *[Symbol.asyncIterator]() {
						scan = scanChanges(await view(), asOid(base), asOid(dev), signal, early);
						yield* scan.changes;
					},
				},
				isOpen: (change) => scan?.isOpen(change) ?? false,
				settled: async () => (await scan?.settled()) ?? [],
			};
		},
		async dependencies(base, dev, changes, signal) {
			const key = [asOid(base), asOid(dev), ...changes.map(({oid}) => oid)].join(' ');
			if (rests?.key !== key) {
				const graph = readDependencies(await view(), asOid(base), asOid(dev), changes, {signal});
				rests = {key, graph};
				// Whoever was stopped, or met a fault, asks anew.
				graph.catch(() => {
					if (rests?.graph === graph) rests = undefined;
				});
			}
			return rests.graph;
		},
		async *patches(changes, wanted) {
			yield* readPatches(await view(), changes.map(asOid), wanted);
		},
		files: async (wanted) => readFiles(await view(), wanted),
		paths: async (at, folder, most) => listPaths(await view(), asOid(at), folder, most),
		file: async (at, path, maxBytes) => readFileAt(await view(), asOid(at), path, maxBytes ?? MAX_FILE),

		elsewhere: async (base, dev, changes, signal) =>
			readElsewhere(place, await view(), {base: asOid(base), dev: asOid(dev)}, changes, signal),

		simulate: async (base, picks, context) => simulatePicks(await view(), asOid(base), picks, context),
		prove: async (base, dev, picks, order) =>
			provePicks(await view(), {base: asOid(base), dev: asOid(dev), picks, order}),
		build: async (base, picks, release) => buildPicks(await view(), asOid(base), picks, release),
		append: async (onto, files, message) => appendCommit(await view(), asOid(onto), files, message),
		materialise: async (commit, folder) => layOut(await view(), asOid(commit), folder),

		publish: async (commit) => publishObjects(place, await view(), asOid(commit), asOid(commit)),
		moveBranch: async (branch, from, to) => advanceBranch(place, branch, asOid(from), asOid(to)),
		tag: async (name, commit, message) =>
			makeTag(place, await view(), {
				name,
				commit: asOid(commit),
				message,
				seconds: Math.floor(options.clock.now() / 1000),
			}),
	};
}

/** Branches before tags: a tag named like the branch arrives by an ordinary clone and must not shadow it. */
async function resolveName(place: Place, name: string): Promise<Oid> {
	const missing = async (): Promise<never> => {
		const any = await place.real('for-each-ref', ['--count=1', '--format=%(refname)']);
		return raise(any.stdout.length === 0 ? 'NO_COMMITS' : 'REF_NOT_FOUND', {with: {ref: name}});
	};
	if (name === '' || name.startsWith('-') || name.includes('\0')) return missing();
	const candidates = isOid(name) ? [name] : [`refs/heads/${name}`, `refs/remotes/${name}`, `refs/tags/${name}`, name];
	for (const candidate of candidates) {
		const args = ['--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`];
		const {exit, stdout} = await place.real('rev-parse', args, {answers: [0, 1, 128]});
		const oid = stdout.toString('latin1').trim();
		if (exit === 0 && isOid(oid)) return oid;
	}
	return missing();
}

async function currentBranch(place: Place): Promise<string | undefined> {
	const {exit, stdout} = await place.real('symbolic-ref', ['--quiet', 'HEAD'], {answers: [0, 1]});
	const ref = stdout.toString('utf8').replace(/\n$/, '');
	if (exit !== 0 || !ref.startsWith('refs/heads/')) return undefined;
	const name = ref.slice('refs/heads/'.length);
	return (await branchNames(place)).includes(name) ? name : undefined;
}

async function branchNames(place: Place): Promise<string[]> {
	const {stdout} = await place.real('for-each-ref', ['--format=%(refname:lstrip=2)', 'refs/heads']);
	return stdout
		.toString('utf8')
		.split('\n')
		.filter((name) => name !== '');
}

async function readAuthors(view: View, upTo: Oid, most: number): Promise<Map<string, number>> {
	const {stdout} = await view.run(['log', '-z', '--no-decorate', '--format=%ae', `--max-count=${most}`, upTo, '--']);
	const commits = new Map<string, number>();
	for (const email of stdout.toString('utf8').toLowerCase().split('\0'))
		if (email !== '') commits.set(email, (commits.get(email) ?? 0) + 1);
	return commits;
}

const MOST_TAGS = 300;

/** git lists the reachable tags at once; for a release that only the view knows, each is asked for from the highest down. */
async function lastVersion(place: Place, view: View, from: Oid): Promise<Version | undefined> {
	const format = '--format=%(refname:lstrip=2)%00%(objectname)%00%(*objectname)';
	const versions = (answer: Answer) =>
		answer.stdout
			.toString('utf8')
			.split('\n')
			.flatMap((line) => {
				const [name = '', oid = '', peeled = ''] = line.split('\0');
				const version = parseVersion(name);
				return version === undefined ? [] : [{version, oid: asOid(peeled || oid)}];
			})
			.sort((a, b) => compareVersions(b.version, a.version));
	const merged = await place.real('for-each-ref', [format, `--merged=${from}`, 'refs/tags'], {answers: [0, 128, 129]});
	if (merged.exit === 0) return versions(merged)[0]?.version;
	const all = versions(await place.real('for-each-ref', [format, 'refs/tags']));
	for (const {version, oid} of all.slice(0, MOST_TAGS)) {
		// 128: a tag of something that is no commit.
		const {exit} = await view.run(['merge-base', '--is-ancestor', oid, from], {answers: [0, 1, 128]});
		if (exit === 0) return version;
	}
	return undefined;
}

async function readFileAt(view: View, at: Oid, path: string, maxBytes: number): Promise<string | undefined> {
	if (path.includes('\0') || path.split('/').some((part) => part === '' || part === '.' || part === '..'))
		return undefined;
	// One literal path: git must not read a colon or a glob into it.
	const env = {GIT_LITERAL_PATHSPECS: '1'};
	const listed = await view.run(['ls-tree', '-l', '-z', '--full-tree', at, '--', path], {env});
	const entry = listed.stdout.toString('utf8').split('\0')[0] ?? '';
	const [mode, kind, oid, size] = entry.slice(0, entry.indexOf('\t')).split(/ +/);
	if (kind !== 'blob' || mode === '120000' || oid === undefined || entry.slice(entry.indexOf('\t') + 1) !== path)
		return undefined;
	if (Number(size) > maxBytes) return undefined;
	const {stdout} = await view.run(['cat-file', 'blob', asOid(oid)], {maxBytes: maxBytes + 1});
	return stdout.toString('utf8');
}
