// Room: bench. Random selections with their closure, built both ways: picks onto the base and reverts from dev must give one
// tree. A share of them is also built by git's own `cherry-pick` in a work tree.

import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {provePicks} from '../../src/adapters/git/prove.ts';
import type {View} from '../../src/adapters/git/view.ts';
import {closureOf, type DependencyGraph} from '../../src/domain/dependency.ts';
import type {Window} from './windows.ts';

export interface ProofCounts {
	/** Selections tried; all that apply are proven or are not. */
	n: number;
	applied: number;
	equal: number;
	/** The trees differ. */
	unequal: number;
	/** One way could not be gone. */
	unproven: number;
	/** Files left out of a comparison, over all. */
	except: number;
	merges: number;
	ms: number;
	/** Beside git's own cherry-pick, in a work tree. */
	readonly git: {n: number; same: number; differ: number; refused: number};
}

export const noProofs = (): ProofCounts => ({
	n: 0,
	applied: 0,
	equal: 0,
	unequal: 0,
	unproven: 0,
	except: 0,
	merges: 0,
	ms: 0,
	git: {n: 0, same: 0, differ: 0, refused: 0},
});

export interface ProofOptions {
	/** Changes chosen by chance, before the closure. */
	readonly size: number;
	/** Selections in this window. */
	readonly tries: number;
	/** How many of them git itself builds too. */
	readonly byHand?: number;
	readonly random: () => number;
	readonly say?: (line: string) => void;
}

export async function proveWindow(
	view: View,
	window: Window,
	graph: DependencyGraph,
	counts: ProofCounts,
	options: ProofOptions,
): Promise<void> {
	const {changes, base, dev} = window;
	let byHand = options.byHand ?? 0;
	for (let i = 0; i < options.tries; i++) {
		const wanted = new Set(
			changes
				.map(({oid}) => ({oid, at: options.random()}))
				.sort((a, b) => a.at - b.at)
				.slice(0, options.size)
				.map(({oid}) => oid),
		);
		const closed = closureOf(graph, wanted).changes;
		const picks = changes.filter(({oid}) => closed.has(oid));
		const started = performance.now();
		const proof = await provePicks(view, {base, dev, picks, order: changes});
		counts.ms += performance.now() - started;
		counts.n++;
		counts.merges += proof.steps;
		counts.except += proof.except.length;
		if (proof.equal) counts.equal++;
		else if (proof.why === undefined) counts.unequal++;
		else counts.unproven++;
		const applied = !/does not apply/.test(proof.why ?? '');
		if (applied) counts.applied++;
		if (!proof.equal)
			options.say?.(
				`${base.slice(0, 9)}..${dev.slice(0, 9)} ${proof.why ?? `differs in ${proof.differs?.paths.slice(0, 3).join(', ')}`}`,
			);
		if (applied && proof.except.length === 0 && byHand-- > 0) {
			counts.git.n++;
			const tree = cherryPick(
				view,
				base,
				picks.map(({oid, form}) => ({oid, merge: form === 'merge'})),
			);
			if (tree === undefined) counts.git.refused++;
			else if (tree === proof.picksTree) counts.git.same++;
			else counts.git.differ++;
		}
	}
}

/** The tree that git's own command gives on a sparse work tree beside a borrowed copy; undefined when it stops. */
function cherryPick(view: View, base: string, picks: readonly {oid: string; merge: boolean}[]): string | undefined {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-pick-')));
	const git = (...args: string[]) =>
		execFileSync('git', args, {cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim();
	try {
		git('init', '-q');
		for (const [key, value] of [
			['user.name', 'o'],
			['user.email', 'o@o'],
			['merge.directoryRenames', 'false'],
			['diff.renameLimit', '1000'],
			['core.hooksPath', '/dev/null'],
			['core.sparseCheckout', 'true'],
			['gc.auto', '0'],
		] as const)
			git('config', key, value);
		execFileSync(
			'/bin/sh',
			[
				'-c',
				'printf "%s\\n" "$0" > .git/objects/info/alternates; mkdir -p .git/info; echo "/nothing-here" > .git/info/sparse-checkout; echo "* -text -filter !merge !diff" > .git/info/attributes',
				view.objects,
			],
			{cwd: folder},
		);
		git('checkout', '-q', '--detach', base);
		for (const {oid, merge} of picks) {
			const args = ['cherry-pick', '--allow-empty', '--keep-redundant-commits', ...(merge ? ['-m', '1'] : []), oid];
			if (spawnSync('git', args, {cwd: folder, stdio: 'ignore'}).status !== 0) return undefined;
		}
		return git('rev-parse', 'HEAD^{tree}');
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
