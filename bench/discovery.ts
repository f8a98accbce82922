// Room: bench. Discovery on real histories: time beside plain git, conflicts foretold, random choices that apply, plans proven.
// npm run bench:discovery -- REPO RANGE… [--json] [--subsets N] [--compiles N] [--windows N] [--rounds N] [--seed N] [--only a,b]
// REPO is a work tree or a bare repository, in which nothing is written; RANGE is `a..b`. With --json one object per range.

import {parseArgs} from 'node:util';
import {readDependencies} from '../src/adapters/git/provenance.ts';
import {compileWindow, noCompiles} from './discovery/compile.ts';
import {judgeWindow, noCounts, sharesOf, type Wrong} from './discovery/conflicts.ts';
import {noProofs, proveWindow} from './discovery/proof.ts';
import {timeRange} from './discovery/scan.ts';
import {judgeSubsets, noSubsets, WINDOW} from './discovery/subsets.ts';
import {type Opened, open, seeded, spanOf, standIn, windowsOf} from './discovery/windows.ts';

/** More choices than this are built only, and not compiled, unless it is asked for. */
const MOST_COMPILED = 60;

const PARTS = ['time', 'conflicts', 'subsets', 'proof', 'compile'] as const;

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		json: {type: 'boolean', default: false},
		subsets: {type: 'string', default: '24'},
		windows: {type: 'string', default: '12'},
		rounds: {type: 'string', default: '5'},
		// Default: every choice that was built, as long as they are few: a compiler looks at each whole.
		compiles: {type: 'string'},
		seed: {type: 'string', default: '1'},
		only: {type: 'string', default: PARTS.join()},
		wrong: {type: 'boolean', default: false},
	},
});
const [repo, ...ranges] = positionals;
if (repo === undefined || ranges.length === 0) {
	process.stderr.write('npm run bench:discovery -- REPO RANGE… [--json] [--subsets N] [--windows N] [--rounds N]\n');
	process.exit(2);
}
const only = new Set(values.only.split(','));
const say = (line: string) => process.stderr.write(`${line}\n`);
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const ms = (time: number | null) => (time === null ? '–' : `${Math.round(time)} ms`);

for (const range of ranges) {
	const opened = await open(repo);
	try {
		await measure(opened, repo, range);
	} finally {
		opened.close();
	}
}

async function measure(opened: Opened, repo: string, range: string): Promise<void> {
	const {view} = opened;
	const span = await spanOf(opened, range);
	const missing = await standIn(opened, span);
	const rounds = only.has('time') ? Number(values.rounds) : 1;
	const times = await timeRange(opened, repo, range, span, rounds);
	const windows = windowsOf(times.changes, WINDOW, Number(values.windows));
	const random = seeded(Number(values.seed));
	const judged = {product: noCounts(), bare: noCounts()};
	const wrong: Wrong[] = [];
	const subsets = noSubsets();
	const proofs = noProofs();
	const built = noCompiles();
	const chosen = Number(values.subsets);
	// Each window costs two compilations before its first choice: few windows, some choices in each.
	const compiles = spread(windows.length, Number(values.compiles ?? (chosen <= MOST_COMPILED ? chosen : 0)));
	const choices =
		chosen <= MOST_COMPILED ? spread(windows.length, chosen) : spread(windows.length, chosen, windows.length);
	for (const [i, window] of windows.entries()) {
		say(`${range}: window ${i + 1} of ${windows.length}`);
		const graph = await readDependencies(view, window.base, window.dev, window.changes);
		if (only.has('conflicts')) wrong.push(...(await judgeWindow(view, window, graph, judged)));
		const many = choices.get(i) ?? 0;
		if (only.has('subsets')) await judgeSubsets(view, window, graph, many, random, subsets);
		if (only.has('proof'))
			await proveWindow(view, window, graph, proofs, {size: 12, tries: many, random, ...(values.wrong ? {say} : {})});
		const tries = compiles.get(i) ?? 0;
		if (only.has('compile') && tries > 0)
			// Without the compiler beside it (see tools/bench), or where nothing is TypeScript, this is not measured.
			await compileWindow(view, window, graph, built, {
				size: 12,
				tries,
				random,
				...(values.wrong ? {say} : {}),
			}).catch((thrown: unknown) => say(`not compiled: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
	}
	const any = only.has('conflicts') && windows.length > 0;
	const counts = judged.product;
	const shares = sharesOf(counts);
	const bare = sharesOf(judged.bare);
	const {sizes} = subsets;
	const closureRatio = sizes.lazy === 0 ? null : sizes.lines / sizes.lazy;
	if (values.json) {
		const round = (value: number | null) => (value === null ? null : Math.round(value * 10_000) / 10_000);
		const line = {
			repo,
			range,
			commits: times.changes.length,
			scanRatio: only.has('time') ? round(times.scanRatio) : null,
			graphRatio: only.has('time') ? round(times.graphRatio) : null,
			settledRatio: only.has('time') ? round(times.settledRatio) : null,
			conflict: {
				precision: any ? round(shares.precision) : null,
				recall: any ? round(shares.recall) : null,
			},
			subsets: {
				n: subsets.n,
				applied: subsets.n === 0 ? null : subsets.applied,
				closureRatio: round(closureRatio),
				// Counts, as the others; of `compiledOf`, which is `n` where every choice was compiled.
				compiled: built.applied === 0 ? null : built.compiled,
				compiledAfterRepair: built.applied === 0 ? null : built.compiledAfterRepair,
				compiledOf: built.applied,
			},
			proof: {n: proofs.n, equal: proofs.n === 0 ? null : proofs.equal},
		};
		process.stdout.write(`${JSON.stringify(line)}\n`);
		return;
	}
	const rows: [string, string][] = [
		['changes', `${times.changes.length}${missing === 0 ? '' : ` (${missing} missing blobs stood in for)`}`],
		['plain git log --raw -M', ms(times.raw)],
		['scan', `${ms(times.scan)}, ${times.scanRatio.toFixed(2)} times`],
		['  until lines told what shipped', `${ms(times.settled)}, ${times.settledRatio.toFixed(2)} times`],
		['plain git log -p -U0', ms(times.patches)],
		['scan and graph', `${ms(times.scanAndGraph)}, ${times.graphRatio.toFixed(2)} times`],
		['git-cliff', `${ms(times.cliff)} (with its own start)`],
	];
	if (any)
		rows.push(
			[
				`one change on the base, ${windows.length} × ${WINDOW}`,
				`${counts.hits} conflicts foretold, ${counts.quiet} none`,
			],
			['  precision', `${percent(shares.precision)} (${counts.alarms} false alarms)`],
			['  recall', `${percent(shares.recall)} (${counts.misses} missed)`],
			['  against git’s bare merge', `${percent(bare.precision)} and ${percent(bare.recall)}`],
		);
	if (subsets.n > 0)
		rows.push(
			[`12 of ${WINDOW} at random`, `${subsets.n}`],
			['  apply as chosen', percent(subsets.naive / subsets.n)],
			['  with the graph’s closure alone', percent(subsets.graphOnly / subsets.n)],
			[
				'  as the product builds them',
				`${percent(subsets.applied / subsets.n)}, ${(sizes.product / subsets.applied).toFixed(1)} changes`,
			],
			['    of which by lines', `${(sizes.lines / sizes.both).toFixed(1)} changes`],
			['  lazy build', `${percent(subsets.lazyApplied / subsets.n)}, ${(sizes.lazy / sizes.both).toFixed(1)} changes`],
			['  by lines over lazy', (closureRatio ?? Number.NaN).toFixed(3)],
		);
	if (proofs.n > 0) rows.push(['built both ways', `${proofs.equal} of ${proofs.n} equal, ${proofs.grown} grown`]);
	if (built.applied > 0)
		rows.push([
			'compile by TypeScript',
			`${built.compiled} of ${built.applied}, with repair ${built.compiledAfterRepair}; ${(built.size / built.applied).toFixed(1)} and ${(built.sizeAfterRepair / built.applied).toFixed(1)} changes`,
		]);
	const width = Math.max(...rows.map(([name]) => name.length));
	process.stdout.write(
		`\n${repo} ${range}\n${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')}`,
	);
	if (values.wrong)
		for (const {what, change, edges, paths} of wrong)
			process.stdout.write(
				`${what} ${change.oid} ${change.subject}\n  ${[...paths, ...edges.map((edge) => `${edge.kind} ${edge.to} ${edge.why.path}:${edge.why.line ?? ''}`)].join('\n  ')}\n`,
			);
}

/** By window, how many choices: spread evenly over at most so many of them. */
function spread(windows: number, choices: number, most = 6): ReadonlyMap<number, number> {
	const many = Math.min(windows, most, choices);
	const at = (nth: number) => (many < 2 ? 0 : Math.round((nth * (windows - 1)) / (many - 1)));
	return new Map(
		Array.from({length: many}, (_, nth) => [at(nth), Math.floor(choices / many) + (nth < choices % many ? 1 : 0)]),
	);
}
