// Room: bench. Whether what is ranked first is what people shipped: on tables of real choices, strictly in the order of time.
// npm run -s bench:selection -- --data FILE.csv --repo GITDIR [--prior none] [--json]
//
// Each release is predicted from what was known at its moment (its tag's date), then learned from: commits that other
// lines of releases had by then count as known, the release's own commits never do. The weights it starts from were
// learned without the project that is measured, as far as it is one of those they come from.
//
// map: mean average precision over all releases of which anything was chosen. floorMap: ordered by how often that type was
// chosen before. randomMap: in random order. f1: what lies over the bar that was best for earlier releases.

import {basename} from 'node:path';
import {parseArgs} from 'node:util';
import type {Weights} from '../src/domain/selection/preference.ts';
import {PRIOR} from '../src/domain/selection/preference-prior.ts';
import {evaluate} from './selection/evaluate.ts';
import {loadReleases} from './selection/load.ts';
import {WITHOUT} from './selection/priors.ts';

const {values} = parseArgs({
	options: {data: {type: 'string'}, repo: {type: 'string'}, prior: {type: 'string'}, json: {type: 'boolean'}},
});
if (values.data === undefined || values.repo === undefined) {
	console.error('npm run -s bench:selection -- --data FILE.csv --repo GITDIR [--prior none] [--json]');
	process.exit(2);
}

/** Named in the table's or the repository's path: then the weights must not have seen it. */
function priorFor(data: string, repo: string): {weights: Weights; words: string} {
	if (values.prior === 'none') return {weights: {}, words: 'none'};
	const text = `${basename(data)} ${repo}`.toLowerCase();
	const name = Object.keys(WITHOUT).find((one) => text.includes(one));
	const weights = name === undefined ? undefined : WITHOUT[name];
	if (weights === undefined) return {weights: PRIOR, words: `the shipped one, of ${Object.keys(WITHOUT).join(', ')}`};
	return {weights, words: `learned without ${name}`};
}

const started = performance.now();
const releases = await loadReleases(values.data, values.repo);
const {weights, words} = priorFor(values.data, values.repo);
const figures = evaluate(releases, weights);
const round = (value: number) => Math.round(value * 10_000) / 10_000;
const report = {
	project: basename(values.data).replace(/\.csv$/, ''),
	...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)])),
	prior: words,
	seconds: Math.round((performance.now() - started) / 100) / 10,
};
if (values.json) console.log(JSON.stringify(report));
else {
	const {map, laterMap, coldMap, f1, floorMap, floorF1, randomMap} = figures;
	const three = (value: number) => value.toFixed(3);
	console.log(`${report.project}: ${figures.releases} releases in the order of time; start weights: ${words}`);
	console.log(`MAP  ${three(map)}  (later half ${three(laterMap)}; start weights alone ${three(coldMap)})`);
	console.log(`     ${three(floorMap)}  by type, learned online`);
	console.log(`     ${three(randomMap)}  at random`);
	console.log(`F1   ${three(f1)}  (${three(floorF1)} for “fix and perf”)`);
	console.log(`in ${report.seconds} s`);
}
