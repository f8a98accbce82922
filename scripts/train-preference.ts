// Room: scripts. Learns the weights that a new repository starts with from tables of what release managers chose, and writes
// them: only weights, no row, no subject and no object id of the tables.
// node scripts/train-preference.ts --data DIR --repo NAME=GITDIR [--repo …]: DIR/NAME.csv belongs to the git folder.

import {readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {loadReleases} from '../bench/selection/load.ts';
import {agreement, learnGeneral} from '../bench/selection/train.ts';

const ROOT = resolve(import.meta.dirname, '..');
const {values} = parseArgs({options: {data: {type: 'string'}, repo: {type: 'string', multiple: true}}});
if (values.data === undefined || values.repo === undefined)
	throw new Error('node scripts/train-preference.ts --data DIR --repo NAME=GITDIR [--repo …]');

const learned = new Map<string, ReadonlyMap<string, number>>();
let [releases, rows] = [0, 0];
for (const pair of values.repo) {
	const at = pair.indexOf('=');
	const name = pair.slice(0, at);
	const some = await loadReleases(join(values.data, `${name}.csv`), pair.slice(at + 1));
	releases += some.length;
	rows += some.reduce((sum, one) => sum + one.rows.length, 0);
	learned.set(name, learnGeneral(some));
}

const literal = (weights: Readonly<Record<string, number>>) =>
	Object.entries(weights)
		.map(([name, weight]) => `\t${/^\w+$/.test(name) ? name : `'${name}'`}: ${weight},`)
		.join('\n');
const how = `Made by scripts/train-preference.ts from ${rows} changes that waited for ${releases} releases of ${learned.size} public projects\n// (${[...learned.keys()].join(', ')}): learned project by project, then what they agree on (bench/selection/train.ts).`;

const shipped = `// Room: domain. What people tend to ship, before anything is learned in a repository: weights of signals that mean the same
// everywhere. ${how}
// Generated: run the script again rather than change a number.

import type {Weights} from './preference.ts';

export const PRIOR: Weights = {
${literal(agreement([...learned.values()]))}
};
`;
const apart = [...learned.keys()].map((name) => {
	const others = [...learned].filter(([other]) => other !== name).map(([, weights]) => weights);
	return `\t'${name}': {\n${literal(agreement(others)).replaceAll('\t', '\t\t')}\n\t},`;
});
const withheld = `// Room: bench. For each project that the shipped weights were learned from, the weights learned without it: what it may be
// measured with. ${how}
// Generated: run the script again rather than change a number.

import type {Weights} from '../../src/domain/selection/preference.ts';

export const WITHOUT: Readonly<Record<string, Weights>> = {
${apart.join('\n')}
};
`;
for (const [file, text] of [
	['src/domain/selection/preference-prior.ts', shipped],
	['bench/selection/priors.ts', withheld],
] as const) {
	const path = join(ROOT, file);
	writeFileSync(path, text);
	console.log(`${file}: ${readFileSync(path, 'utf8').split('\n').length} lines`);
}
