// Room: bench. Random selections with their closure, built both ways: picks onto the base and reverts from dev must give one
// tree. A share of them is also built by git's own `cherry-pick` in a work tree.

import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {provePicks} from '../../src/adapters/git/prove.ts';
import type {View} from '../../src/adapters/git/view.ts';
import type {Change} from '../../src/domain/change.ts';
import type {DependencyGraph} from '../../src/domain/dependency.ts';
import {isGenerated, isManifest} from '../../src/domain/generated.ts';
import type {Oid} from '../../src/domain/ids.ts';
import {proveWhole} from '../../src/stages/selection/prove.ts';
import {buildChoice} from './subsets.ts';
import type {Window} from './windows.ts';

export interface ProofCounts {
	/** Selections that the product builds, each proven or not. */
	n: number;
	applied: number;
	equal: number;
	/** The trees differ. */
	unequal: number;
	/** One way could not be gone. */
	unproven: number;
	/** Grown for the sake of the proof. */
	grown: number;
	/** Changes picked, over all. */
	size: number;
	/** Files left out of a comparison, over all. */
	except: number;
	merges: number;
	ms: number;
	/** Beside git's own cherry-pick, in a work tree. */
	readonly git: {
		n: number;
		same: number;
		differ: number;
		/** git stops where manifests and generated files are settled here. */
		settled: number;
		/** git stops elsewhere. */
		refused: number;
	};
}

export const noProofs = (): ProofCounts => ({
	n: 0,
	applied: 0,
	equal: 0,
	unequal: 0,
	unproven: 0,
	grown: 0,
	size: 0,
	except: 0,
	merges: 0,
	ms: 0,
	git: {n: 0, same: 0, differ: 0, settled: 0, refused: 0},
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
		const {picks: first} = await buildChoice(view, window, graph, someOf(changes, options));
		// What cannot be built at all is counted by another part.
		if (first === undefined) continue;
		const started = performance.now();
		const {
			plan: picks,
			proof,
			added,
		} = await proveWhole<readonly Change[]>(first, {
			prove: (plan) => provePicks(view, {base, dev, picks: plan, order: changes}),
			grow: async (plan, more) => {
				const wider = await buildChoice(view, window, graph, new Set([...plan.map(({oid}) => oid), ...more]));
				return wider.picks !== undefined && wider.picks.length > plan.length ? wider.picks : undefined;
			},
		});
		counts.ms += performance.now() - started;
		counts.n++;
		counts.size += picks.length;
		counts.merges += proof.steps;
		counts.except += proof.except.length;
		if (added.length > 0) {
			counts.grown++;
			options.say?.(
				`${base.slice(0, 9)}..${dev.slice(0, 9)} grown by ${added.map((oid) => oid.slice(0, 9)).join(', ')}`,
			);
		}
		if (proof.equal) counts.equal++;
		else if (proof.why === undefined) counts.unequal++;
		else counts.unproven++;
		const applied = !/does not apply/.test(proof.why ?? '');
		if (applied) counts.applied++;
		if (!proof.equal)
			options.say?.(
				`${base.slice(0, 9)}..${dev.slice(0, 9)} ${proof.why ?? `differs in ${proof.differs?.slice(0, 3).join(', ')}`}`,
			);
		if (applied && proof.except.length === 0 && byHand-- > 0) {
			counts.git.n++;
			const tree = cherryPick(
				view,
				base,
				picks.map(({oid, form}) => ({oid, merge: form === 'merge'})),
			);
			if (typeof tree !== 'string')
				counts.git[
					tree.length > 0 && tree.every((path) => isGenerated(path) || isManifest(path)) ? 'settled' : 'refused'
				]++;
			else if (tree === proof.picksTree) counts.git.same++;
			else counts.git.differ++;
		}
	}
}

/** As a person chooses: of what waits. */
export function someOf(changes: readonly Change[], {size, random}: Pick<ProofOptions, 'size' | 'random'>): Set<Oid> {
	const waiting = changes.filter(({shipped, cancelled}) => shipped === undefined && !cancelled);
	const drawn = waiting.map(({oid}) => ({oid, at: random()})).sort((a, b) => a.at - b.at);
	return new Set(drawn.slice(0, size).map(({oid}) => oid));
}

/** The tree that git's own command gives on a sparse work tree beside a borrowed copy; or the paths where it stops. */
function cherryPick(
	view: View,
	base: string,
	picks: readonly {oid: string; merge: boolean}[],
): string | readonly string[] {
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
			if (spawnSync('git', args, {cwd: folder, stdio: 'ignore'}).status !== 0)
				return git('diff', '--name-only', '--diff-filter=U')
					.split('\n')
					.filter((path) => path !== '');
		}
		return git('rev-parse', 'HEAD^{tree}');
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
