// Room: stages. After promotion: the base branch moves to what is live and a tag is made, in the user's own repository, if
// a person (or the config) agrees. Nothing is pushed. Whatever goes wrong here is a note: the release is live all the same.

import type {BuiltCommit} from '../../domain/batch.ts';
import {faultOf} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Stand} from '../stage.ts';

export interface BasePorts {
	readonly repository: Repository;
	readonly afterPromotion: 'ask' | 'always' | 'never';
	readonly baseBranch: string;
}

type Moved = 'moved' | 'already there' | 'checked out' | 'went elsewhere';

const short = (oid: string) => oid.slice(0, 10);
/** For a command that a person copies: names of branches and tags may hold what a shell would run. */
const quoted = (name: string) => (/^[\w./@+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

function byHand(branch: string, release: BuiltCommit): string {
	return `git switch ${quoted(branch)} && git merge --ff-only ${release.commit} && git tag ${quoted(release.tag)} ${release.commit}`;
}

export async function advanceBase(ports: BasePorts, release: BuiltCommit, notes: string, stand: Stand): Promise<void> {
	const {repository, baseBranch, afterPromotion} = ports;
	if (afterPromotion === 'never') {
		await stand.note(`${baseBranch} was not moved and no tag was made, as orchestration/orchestra.json says`);
		return;
	}
	const answer = afterPromotion === 'always' ? 'yes' : await ask(baseBranch, release, stand);
	if (answer === 'no') return stand.note(`${baseBranch} was not moved and no tag was made`);

	const published = await attempt(stand, async () => {
		await stand.step({
			key: 'publish',
			title: `Copy the objects of ${release.version} into the repository`,
			// Copying again costs nothing, and no port tells cheaply whether every object is there.
			isDone: async () => undefined,
			apply: async () => {
				await repository.publish(release.commit);
				return 'published';
			},
		});
	});
	if (answer === undefined) {
		// A question that nobody answers must not keep a promoted release open. With its objects here it is one command by hand.
		return stand.note(
			`Nobody said whether ${baseBranch} moves to ${release.version}. By hand: ${byHand(baseBranch, release)}`,
		);
	}
	if (!published) return;

	let moved: Moved | undefined;
	await attempt(stand, async () => {
		moved = await stand.step<Moved>({
			key: 'base',
			title: `Move ${baseBranch} to ${release.version} (${short(release.commit)})`,
			isDone: async () => ((await tip(repository, baseBranch)) === release.commit ? 'already there' : undefined),
			apply: () => move(repository, baseBranch, release),
		});
	});
	const tagged = await attempt(stand, async () => {
		await stand.step({
			key: 'tag',
			title: `Tag ${release.tag}`,
			isDone: async () => {
				const at = await repository.resolve(`refs/tags/${release.tag}`).catch(() => undefined);
				return at === release.commit ? 'already there' : undefined;
			},
			apply: () => repository.tag(release.tag, release.commit, notes),
		});
	});
	if (moved === 'checked out') {
		const to = tagged ? quoted(release.tag) : release.commit;
		await stand.note(
			`${baseBranch} is checked out, so it was left alone. Where it is: git merge --ff-only ${to}`,
			'warning',
		);
	}
	if (moved === 'went elsewhere') {
		await stand.note(
			`${baseBranch} has commits that ${release.version} was not built on, so it was left alone. To bring them together: git switch ${quoted(baseBranch)} && git merge ${release.commit}`,
			'warning',
		);
	}
	const [done, tag] = [moved === 'moved' || moved === 'already there', tagged ? ` and tagged ${release.tag}` : ''];
	if (done || tagged) {
		const first = done ? `${baseBranch} is at ${release.version}` : `${release.version} is live`;
		await stand.note(`${first}${tag}; nothing was pushed`);
	}
}

function ask(baseBranch: string, release: BuiltCommit, stand: Stand): Promise<string | undefined> {
	return stand.ask({
		id: 'learning.advance-base',
		kind: 'advance-base',
		question: safe(`${release.version} is live. Move ${baseBranch} to it and tag ${release.tag}?`),
		details: [
			safe(
				`${baseBranch}: to ${short(release.commit)}, forward only, so that the next discovery starts from what is live`,
			),
			safe('Your work tree, your other branches and your remotes are not touched; nothing is pushed'),
		],
		options: [
			{value: 'yes', label: safe('Yes, move and tag'), recommended: true},
			{value: 'no', label: safe('No, leave my repository as it is')},
		],
		flag: '--yes',
	});
}

/** Undefined when there is no such local branch. */
async function tip(repository: Repository, branch: string): Promise<Oid | undefined> {
	return repository.resolve(`refs/heads/${branch}`).catch(() => undefined);
}

/** Forward only, from where the branch is now: it may lag behind the release's base when an earlier move was declined. */
async function move(repository: Repository, branch: string, release: BuiltCommit): Promise<Moved> {
	const from = await repository.resolve(`refs/heads/${branch}`);
	if (from === release.commit) return 'already there';
	if (from !== release.base && !(await repository.isAncestor(from, release.commit))) return 'went elsewhere';
	return repository.moveBranch(branch, from, release.commit);
}

/** False when it failed: then a note says why. Only a stop that is wanted passes through. */
async function attempt(stand: Stand, work: () => Promise<void>): Promise<boolean> {
	try {
		await work();
		return true;
	} catch (thrown) {
		if (stand.signal.aborted) throw thrown;
		const described = faultOf(thrown);
		const next = described.nextSteps[0] === undefined ? '' : ` (${described.nextSteps[0]})`;
		await stand.note(`${described.headline}${next}. The release is live all the same`, 'warning');
		return false;
	}
}
