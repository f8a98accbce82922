// Room: bench. Discovery on real histories: time beside plain git, conflicts foretold, random choices that apply, plans proven.
// npm run bench:discovery -- REPO RANGE… [--json] [--subsets N] [--windows N] [--rounds N] [--seed N] [--only a,b]
// REPO is a work tree or a bare repository, in which nothing is written; RANGE is `a..b`. With --json one object per range.

import {parseArgs} from 'node:util';
import {readDependencies} from '../src/adapters/git/provenance.ts';
import {judgeWindow, noCounts, sharesOf, type Wrong} from './discovery/conflicts.ts';
import {noProofs, proveWindow} from './discovery/proof.ts';
import {timeRange} from './discovery/scan.ts';
import {judgeSubsets, noSubsets, WINDOW} from './discovery/subsets.ts';
import {type Opened, open, seeded, spanOf, standIn, windowsOf} from './discovery/windows.ts';

const PARTS = ['time', 'conflicts', 'subsets', 'proof', 'compile'] as const;

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		json: {type: 'boolean', default: false},
		subsets: {type: 'string', default: '40'},
		windows: {type: 'string', default: '12'},
		rounds: {type: 'string', default: '5'},
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
	for (const [i, window] of windows.entries()) {
		say(`${range}: window ${i + 1} of ${windows.length}`);
		const graph = await readDependencies(view, window.base, window.dev, window.changes);
		if (only.has('conflicts')) wrong.push(...(await judgeWindow(view, window, graph, judged)));
		// The remainder goes to the first windows.
		const many =
			Math.floor(Number(values.subsets) / windows.length) + (i < Number(values.subsets) % windows.length ? 1 : 0);
		if (only.has('subsets')) await judgeSubsets(view, window, graph, many, random, subsets);
		if (only.has('proof')) await proveWindow(view, window, graph, proofs, {size: 12, tries: many, random});
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
			conflict: {
				precision: any ? round(shares.precision) : null,
				recall: any ? round(shares.recall) : null,
			},
			subsets: {
				n: subsets.n,
				applied: subsets.n === 0 ? null : subsets.applied,
				closureRatio: round(closureRatio),
				compiled: null,
				compiledAfterRepair: null,
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
		['plain git log -p -U0', ms(times.patches)],
		['scan and graph', `${ms(times.scanAndGraph)}, ${times.graphRatio.toFixed(2)} times`],
		['git-cliff', `${ms(times.cliff)} (with its own start)`],
		[
			`one change on the base, ${windows.length} × ${WINDOW}`,
			`${counts.hits} conflicts foretold, ${counts.quiet} none`,
		],
		['  precision', `${percent(shares.precision)} (${counts.alarms} false alarms)`],
		['  recall', `${percent(shares.recall)} (${counts.misses} missed)`],
		['  against git’s bare merge', `${percent(bare.precision)} and ${percent(bare.recall)}`],
	];
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
