// Room: tests. The whole crash-point loop: every record of a canary deployment, each of deploy, gateway and both killed right
// there, ended once by a resume and once by an abort. Can be stopped and started again: what passed is remembered.
//
//   npm run crash-points -- [--jobs 2] [--place after|half|before] [--only TEXT] [--fresh]

import '../kit/setup.ts';
import {createHash} from 'node:crypto';
import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import Table from 'cli-table3';
import {cleared} from '../kit/afterwards.ts';
import {type CrashPoint, type Finding, nameOf, recordsOfOneDeployment, tryCrash} from '../kit/crash.ts';

const {values: args} = parseArgs({
	options: {
		jobs: {type: 'string', default: '2'},
		place: {type: 'string', default: 'after'},
		only: {type: 'string', default: ''},
		fresh: {type: 'boolean', default: false},
		file: {type: 'string', default: resolve(import.meta.dirname, '../../coverage/crash-points.jsonl')},
	},
});
const place = (['before', 'half', 'after'] as const).find((one) => one === args.place);
if (place === undefined) throw new Error('--place is before, half or after');
const DIST = resolve(import.meta.dirname, '../../dist');
/** How often a point is tried whose record a run happened to end without (how many looks a watch takes varies). */
const TRIES = 4;

interface Line {
	readonly build: string;
	readonly name: string;
	readonly ms: number;
	readonly finding: Finding;
}

/** What passed with another build proves nothing about this one. */
function buildHash(): string {
	const hash = createHash('sha256');
	for (const name of readdirSync(DIST).sort()) hash.update(name).update(readFileSync(resolve(DIST, name)));
	return hash.digest('hex').slice(0, 16);
}

function remembered(build: string): Map<string, Line> {
	const lines = existsSync(args.file) ? readFileSync(args.file, 'utf8').split('\n').filter(Boolean) : [];
	const known = lines.map((line) => JSON.parse(line) as Line).filter((line) => line.build === build); // `as`: this script wrote it
	return new Map(known.map((line) => [line.name, line]));
}

function everyPoint(records: readonly string[], at: CrashPoint['place']): CrashPoint[] {
	const whos = ['deploy', 'gateway', 'both'] as const;
	const endings = ['resume', 'abort'] as const;
	return records.flatMap((record) =>
		whos.flatMap((who) => endings.map((ending): CrashPoint => ({record, place: at, who, ending}))),
	);
}

async function examine(point: CrashPoint): Promise<Finding> {
	let finding = await cleared(() => tryCrash(point));
	for (let n = 1; n < TRIES && !finding.reached; n++) finding = await cleared(() => tryCrash(point));
	return finding;
}

const passed = ({finding}: Line) => finding.reached && finding.wrong.length === 0;

function report(points: readonly CrashPoint[], lines: ReadonlyMap<string, Line>): string {
	const table = new Table({
		head: ['killed', 'then', 'points', 'passed', 'failed', 'not reached', 'slowest answer', 'cut in the gateway'],
		style: {head: [], border: []},
	});
	for (const who of ['deploy', 'gateway', 'both'])
		for (const ending of ['resume', 'abort']) {
			const mine = points.filter((point) => point.who === who && point.ending === ending);
			const done = mine.flatMap((point) => lines.get(nameOf(point)) ?? []);
			const failed = done.filter((line) => line.finding.wrong.length > 0).length;
			const slowest = Math.max(0, ...done.map(({finding}) => finding.servedAfterMs));
			const cut = done.reduce((sum, {finding}) => sum + finding.cut, 0);
			const unreached = done.filter(({finding}) => !finding.reached && finding.wrong.length === 0).length;
			table.push([who, ending, mine.length, done.filter(passed).length, failed, unreached, `${slowest} ms`, cut]);
		}
	return table.toString();
}

const say = (text: string) => process.stdout.write(`${text}\n`);
if (args.fresh) rmSync(args.file, {force: true});
mkdirSync(dirname(args.file), {recursive: true});
const build = buildHash();
const lines = remembered(build);
const records = await cleared(recordsOfOneDeployment);
const points = everyPoint(records, place).filter((point) => nameOf(point).includes(args.only));
const known = points.filter((point) => {
	const line = lines.get(nameOf(point));
	return line !== undefined && passed(line);
}).length;
say(`${records.length} records, ${points.length} points, ${known} of them passed earlier with this build`);

const left = points.filter((point) => {
	const line = lines.get(nameOf(point));
	return line === undefined || !passed(line);
});
let count = known;
async function work(): Promise<void> {
	for (let point = left.shift(); point !== undefined; point = left.shift()) {
		const name = nameOf(point);
		const began = performance.now();
		const finding = await examine(point).catch(
			(error: unknown): Finding => ({
				...{reached: false, outcome: 'none', servedAfterMs: 0, cut: 0, answers: 0},
				wrong: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
			}),
		);
		const line: Line = {build, name, ms: Math.round(performance.now() - began), finding};
		lines.set(name, line);
		appendFileSync(args.file, `${JSON.stringify(line)}\n`);
		const mark = passed(line) ? '✓' : finding.wrong.length === 0 ? '-' : '✗';
		say(`${mark} ${++count}/${points.length} ${name}: ${finding.outcome}, ${finding.servedAfterMs} ms`);
		for (const wrong of finding.wrong) say(`    ${wrong.replaceAll('\n', '\n    ')}`);
	}
}
const began = performance.now();
await Promise.all(Array.from({length: Number(args.jobs)}, work));

say(report(points, lines));
const good = points.filter((point) => {
	const line = lines.get(nameOf(point));
	return line !== undefined && passed(line);
}).length;
const answers = points.reduce((sum, point) => sum + (lines.get(nameOf(point))?.finding.answers ?? 0), 0);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
say(`${good} of ${points.length} points passed, ${answers} answers to visitors, ${minutes} minutes in this run`);
process.exitCode = good === points.length ? 0 : 1;
