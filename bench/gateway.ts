// Room: bench. What the gateway costs: the same requests straight to the service and through the front door, turn by turn
// in one run, because only ratios mean something on a shared machine. Bounded: about 15 seconds.

import {mkdtempSync, rmSync} from 'node:fs';
import {Agent, get, type RequestOptions} from 'node:http';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {Pool} from 'undici';
import type {Clock} from '../src/ports/clock.ts';
import {stopGateway} from '../src/targets/gateway-service.ts';
import {createLocalTarget} from '../src/targets/local.ts';

const SLICE_MS = 1000;
const CYCLES = 5;
const CONNECTIONS = 32;

const clock: Clock = {
	now: () => Date.now(),
	mono: () => performance.now(),
	sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : {signal}),
};
const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'orchestra-bench-'));
const stateFolder = join(folder, '.orchestra');
const target = createLocalTarget({
	stateFolder,
	port: 0,
	program: {keeper: join(root, 'src/gateway/keeper.ts'), gateway: join(root, 'src/gateway/main.ts')},
	clock,
});

interface Slice {
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
}

/** Asks as fast as it goes for one slice. */
async function measure(ask: () => Promise<void>): Promise<Slice> {
	const times: number[] = [];
	const end = performance.now() + SLICE_MS;
	const one = async () => {
		while (performance.now() < end) {
			const began = performance.now();
			await ask();
			times.push(performance.now() - began);
		}
	};
	const began = performance.now();
	await Promise.all(Array.from({length: CONNECTIONS}, one));
	times.sort((a, b) => a - b);
	const at = (q: number) => times[Math.floor(q * (times.length - 1))] ?? 0;
	return {perSecond: (times.length / (performance.now() - began)) * 1000, p50: at(0.5), p99: at(0.99)};
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

try {
	await target.ensure();
	const command = `exec "${process.execPath}" -e "require('http').createServer((q,r)=>r.end('x'.repeat(130))).listen(process.env.PORT,'127.0.0.1')"`;
	const spec = {slot: 'blue', release: 'bench', folder: '/', command, env: {}, healthPath: '/'} as const;
	const {port} = await target.start({...spec, healthyWithin: 10, healthyInARow: 1, fence: 1});
	await target.route({weights: {blue: 100, green: 0}, stable: 'blue', fence: 1, leaseSeconds: 60});
	const seen = await target.observe();
	const places = {direct: `http://127.0.0.1:${port}`, gateway: seen?.frontDoor ?? ''};
	const pools = {
		direct: new Pool(places.direct, {connections: CONNECTIONS}),
		gateway: new Pool(places.gateway, {connections: CONNECTIONS}),
	};
	const kept = (place: 'direct' | 'gateway') => async () => {
		const {body} = await pools[place].request({path: '/', method: 'GET'});
		await body.dump();
	};
	const single = (place: 'direct' | 'gateway') => () =>
		new Promise<void>((done, fail) => {
			const options: RequestOptions = {agent: new Agent({keepAlive: false})};
			get(places[place], options, (response) => response.resume().on('end', done)).on('error', fail);
		});
	await measure(kept('gateway'));
	console.log('connection  | requests/s direct | through gateway | ratio | p50 ms      | p99 ms');
	for (const [name, kind] of [
		['keep-alive', kept],
		['one each', single],
	] as const) {
		const direct: Slice[] = [];
		const through: Slice[] = [];
		for (let cycle = 0; cycle < CYCLES; cycle++) {
			direct.push(await measure(kind('direct')));
			through.push(await measure(kind('gateway')));
		}
		const ratio = median(through.map((slice, i) => slice.perSecond / (direct[i]?.perSecond ?? 1)));
		const of = (slices: Slice[], key: keyof Slice) => median(slices.map((slice) => slice[key]));
		const pair = (key: 'p50' | 'p99') => `${of(direct, key).toFixed(1)} → ${of(through, key).toFixed(1)}`;
		console.log(
			`${name.padEnd(11)} | ${of(direct, 'perSecond').toFixed(0).padStart(17)} | ${of(through, 'perSecond').toFixed(0).padStart(15)} | ${ratio.toFixed(2).padStart(5)} | ${pair('p50').padEnd(11)} | ${pair('p99')}`,
		);
	}
	await Promise.all([pools.direct.close(), pools.gateway.close()]);
} finally {
	await stopGateway(stateFolder, false, clock);
	rmSync(folder, {recursive: true, force: true});
}
