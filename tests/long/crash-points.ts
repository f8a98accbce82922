// Room: tests. The whole crash-point loop: every record of a canary deployment, each of deploy, gateway and both killed right
// there, ended once by a resume and once by an abort. Can be stopped and started again: what passed is remembered.
//
//   npm run crash-points -- [--jobs 2] [--place after|half|before] [--bad] [--only PATTERN] [--fresh]
//
// --bad ships a version that fails under traffic: its canary is rolled back, and killed at the records of that.

import '../kit/setup.ts';
import {createHash} from 'node:crypto';
import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import Table from 'cli-table3';
import {cleared} from '../kit/afterwards.ts';
import {type CrashPoint, examine, type Finding, nameOf, passed, recordsOfOneDeployment} from '../kit/crash.ts';

const {values: args} = parseArgs({
	options: {
		jobs: {type: 'string', default: '2'},
		place: {type: 'string', default: 'after'},
		bad: {type: 'boolean', default: false},
		only: {type: 'string', default: ''},
		fresh: {type: 'boolean', default: false},
		file: {type: 'string', default: resolve(import.meta.dirname, '../../coverage/crash-points.jsonl')},
	},
});
const place = (['before', 'half', 'after'] as const).find((one) => one === args.place);
if (place === undefined) throw new Error('--place is before, half or after');
const DIST = resolve(import.meta.dirname, '../../dist');
interface Line {
	readonly build: string;
	readonly name: string;
	readonly ms: number;
	readonly finding: Finding;
	/** What the first try took, when only the second was in time. */
	readonly lateMs?: number | undefined;
}

/** What passed with another build proves nothing about this one. */
function buildHash(): string {
	const hash = createHash('sha256').update(readFileSync(resolve(DIST, '../bin/orchestra.js')));
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
		whos.flatMap((who) =>
			endings.map((ending): CrashPoint => ({record, place: at, who, ending, ...(args.bad ? {bad: true} : {})})),
		),
	);
}

const NOTHING = {reached: false, late: false, outcome: 'none', servedAfterMs: 0, cut: 0, answers: 0};
const isGood = (line: Line | undefined) => line !== undefined && passed(line.finding);

function report(points: readonly CrashPoint[], lines: ReadonlyMap<string, Line>): string {
	const table = new Table({
		head: ['killed', 'then', 'points', 'passed', 'failed', 'not reached', 'slowest answer', 'tried twice', 'cut'],
		style: {head: [], border: []},
	});
	for (const who of ['deploy', 'gateway', 'both'])
		for (const ending of ['resume', 'abort']) {
			const mine = points.filter((point) => point.who === who && point.ending === ending);
			const done = mine.flatMap((point) => lines.get(nameOf(point)) ?? []);
			const failed = done.filter(({finding}) => finding.wrong.length > 0 || finding.late).length;
			const twice = done.filter(({lateMs}) => lateMs != null).length;
			const slowest = Math.max(0, ...done.map(({finding}) => finding.servedAfterMs));
			const cut = done.reduce((sum, {finding}) => sum + finding.cut, 0);
			const unreached = done.length - done.filter(isGood).length - failed;
			table.push([
				who,
				ending,
				mine.length,
				done.filter(isGood).length,
				failed,
				unreached,
				`${slowest} ms`,
				twice,
				cut,
			]);
		}
	return table.toString();
}

const say = (text: string) => process.stdout.write(`${text}\n`);
if (args.fresh) rmSync(args.file, {force: true});
mkdirSync(dirname(args.file), {recursive: true});
const build = buildHash();
const lines = remembered(build);
const records = await cleared(() => recordsOfOneDeployment(args.bad));
const points = everyPoint(records, place).filter((point) => new RegExp(args.only).test(nameOf(point)));
const left = points.filter((point) => !isGood(lines.get(nameOf(point))));
const known = points.length - left.length;
say(`${records.length} records, ${points.length} points, ${known} of them passed earlier with this build`);

let count = known;
async function work(): Promise<void> {
	for (let point = left.shift(); point !== undefined; point = left.shift()) {
		const name = nameOf(point);
		if (buildHash() !== build) throw new Error('the build changed meanwhile: start again');
		const began = performance.now();
		const {finding, lateMs} = await examine(point).catch((error: unknown) => {
			const wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
			return {finding: {...NOTHING, wrong}, lateMs: undefined};
		});
		const line: Line = {build, name, ms: Math.round(performance.now() - began), finding, lateMs};
		lines.set(name, line);
		appendFileSync(args.file, `${JSON.stringify(line)}\n`);
		const late = lateMs === undefined ? '' : ` (at first ${lateMs} ms)`;
		say(
			`${isGood(line) ? '✓' : '✗'} ${++count}/${points.length} ${name}: ${finding.outcome}, ${finding.servedAfterMs} ms${late}`,
		);
		if (!finding.reached) say('    the deployment ended without this record');
		for (const wrong of finding.wrong) say(`    ${wrong.replaceAll('\n', '\n    ')}`);
	}
}
for (const name of ['SIGINT', 'SIGTERM'] as const)
	process.once(name, () => {
		left.length = 0;
		say('Stopping after the points under way, so that nothing of theirs is left running');
	});
const began = performance.now();
await Promise.all(Array.from({length: Number(args.jobs)}, work));

say(report(points, lines));
const good = points.filter((point) => isGood(lines.get(nameOf(point)))).length;
const answers = points.reduce((sum, point) => sum + (lines.get(nameOf(point))?.finding.answers ?? 0), 0);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
say(`${good} of ${points.length} points passed, ${answers} answers to visitors, ${minutes} minutes in this run`);
process.exitCode = good === points.length ? 0 : 1;
