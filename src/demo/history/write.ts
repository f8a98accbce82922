// Room: demo. Plays the table of the sample history into a stream of commits: main up to its release, dev with its
// merges and its revert, and the hotfix on main that dev had first.

import type {Oid} from '../../domain/ids.ts';
import {workingMoments} from './dates.ts';
import type {Edit, Tree} from './edits.ts';
import {HOTFIX, released} from './released.ts';
import type {Commit, Mark, Step} from './step.ts';
import type {MarkNumber, Stream} from './stream.ts';
import {WEEK_ONE} from './week-one.ts';
import {WEEK_THREE} from './week-three.ts';
import {WEEK_TWO} from './week-two.ts';

/** A commit that is in the stream. */
interface Written {
	readonly mark: MarkNumber;
	readonly tree: ReadonlyMap<string, string>;
	readonly at: number;
	readonly step: Step;
}

export interface Marked {
	readonly mark: Mark;
	readonly subject: string;
	readonly oid: Oid;
}

export interface History {
	/** All commits of `main..dev`, those inside merges included. */
	readonly commits: number;
	/** First-parent changes of `main..dev`. */
	readonly changes: number;
	readonly marked: readonly Marked[];
}

const DEV: readonly Step[] = [...WEEK_ONE, ...WEEK_TWO, ...WEEK_THREE];
/** The hotfix went live after this many changes of dev. */
const HOTFIX_AFTER = 6;
/** A branch's commits lie this many seconds apart, the last one so long before its merge. */
const BETWEEN = 1500;

function edited(tree: ReadonlyMap<string, string>, edits: readonly Edit[]): Tree {
	const next = new Map(tree);
	for (const edit of edits) edit(next);
	return next;
}

/** The tree without what a commit did; throws when somebody has touched those files since. */
function takenBack(tree: ReadonlyMap<string, string>, was: Written, parent: Written): Tree {
	const next = new Map(tree);
	for (const path of new Set([...was.tree.keys(), ...parent.tree.keys()])) {
		const [mine, before] = [was.tree.get(path), parent.tree.get(path)];
		if (mine === before) continue;
		if (tree.get(path) !== mine) throw new Error(`demo history: ${path} has changed since the commit to revert`);
		if (before === undefined) next.delete(path);
		else next.set(path, before);
	}
	return next;
}

/**
 * Writes both branches and all tags.
 * @param project the text of orchestration/orchestra.json. @param now milliseconds since the epoch: the history ends the day before.
 */
export async function writeHistory(stream: Stream, project: string, now: number): Promise<History> {
	const early = released(project);
	const moments = workingMoments(now, early.length + DEV.length);
	const keyed = new Map<string, {was: Written; parent: Written}>();
	const marks: {step: Step; written: Written}[] = [];

	async function messageOf(step: Step): Promise<string> {
		const parts = [step.subject];
		if (step.body !== undefined) parts.push(step.body);
		if (step.kind === 'revert') parts.push(`This reverts commit ${await oidOfKey(step.of)}.`);
		if (step.kind === 'pick') parts.push(`(cherry picked from commit ${await oidOfKey(step.of)})`);
		return `${parts.join('\n\n')}\n`;
	}

	function ofKey(key: string) {
		const found = keyed.get(key);
		if (found === undefined) throw new Error(`demo history: no commit is called ${key}`);
		return found;
	}
	const oidOfKey = (key: string) => stream.oidOf(ofKey(key).was.mark);

	async function write(ref: string, step: Step, at: number, parent: Written | undefined, second?: Written) {
		const before: ReadonlyMap<string, string> = parent?.tree ?? new Map();
		let tree: Tree;
		if (step.kind === 'merge') {
			tree = edited(
				before,
				step.commits.flatMap((inner) => inner.edits),
			);
		} else if (step.kind === 'revert') {
			const {was, parent: its} = ofKey(step.of);
			tree = takenBack(before, was, its);
		} else {
			tree = edited(before, step.edits);
		}
		const original = step.kind === 'pick' ? ofKey(step.of).was : undefined;
		const mark = stream.commit({
			ref: `refs/heads/${ref}`,
			// A pick keeps who wrote it and when.
			author: original?.step.by ?? step.by,
			authoredAt: original?.at ?? at,
			committer: step.by,
			committedAt: at,
			message: await messageOf(step),
			tree,
			...(parent === undefined ? {} : {parent}),
			...(second === undefined ? {} : {second: second.mark}),
		});
		const written: Written = {mark, tree, at, step};
		if (step.tag !== undefined) stream.tag(step.tag, mark, step.by, at, `bakery ${step.tag.slice(1)}\n`);
		if (step.key !== undefined && parent !== undefined) keyed.set(step.key, {was: written, parent});
		if (step.mark !== undefined) marks.push({step, written});
		return written;
	}

	/** The commits of a pull request's branch, from where it left dev. Returns its tip. */
	async function branch(commits: readonly Commit[], from: Written, mergedAt: number) {
		let tip = from;
		for (const [index, inner] of commits.entries())
			tip = await write('dev', inner, mergedAt - BETWEEN * (commits.length - index), tip);
		return tip;
	}

	let main: Written | undefined;
	for (const [index, step] of early.entries()) main = await write('main', step, moments[index] ?? 0, main);
	if (main === undefined) throw new Error('demo history: nothing is released');

	const dev: Written[] = [main];
	let inside = 0;
	for (const [index, step] of DEV.entries()) {
		const at = moments[early.length + index] ?? 0;
		const tip = dev.at(-1) ?? main;
		let second: Written | undefined;
		if (step.kind === 'merge') {
			second = await branch(step.commits, dev.at(-1 - step.forked) ?? main, at);
			inside += step.commits.length;
		}
		dev.push(await write('dev', step, at, tip, second));
		if (index + 1 === HOTFIX_AFTER)
			for (const [nth, fix] of HOTFIX.entries()) main = await write('main', fix, at + 600 * (nth + 1), main);
	}

	const marked: Marked[] = [];
	for (const {step, written} of marks) {
		if (step.mark === undefined) continue;
		marked.push({mark: step.mark, subject: step.subject, oid: await stream.oidOf(written.mark)});
	}
	return {commits: DEV.length + inside, changes: DEV.length, marked};
}
