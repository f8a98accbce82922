// The promise of the embedded target: switches, canaries and rollbacks lose nothing, under keep-alive and single-use
// connections, GET and POST, slow requests and WebSockets. A naive switch, measured the same way, does lose.

import {expect, test, vi} from 'vitest';
import {otherSlot, type SlotName} from '../../src/domain/ids.ts';
import {type TestGateway, testGateway} from '../kit/gateway.ts';
import {losses, startLoad} from '../kit/load.ts';

const ROUNDS = 10;

/** Waits until the new weights have had some requests. */
async function someTraffic(load: {result: {ok: number}}, requests = 30): Promise<void> {
	const before = load.result.ok;
	await vi.waitFor(() => expect(load.result.ok).toBeGreaterThan(before + requests), {timeout: 10_000, interval: 5});
}

/** Drains and stops. WebSockets of the old version are told by it to come again, so they are not part of this load. */
async function retire({target}: TestGateway, slot: SlotName): Promise<void> {
	expect((await target.drain(slot, 10)).inFlight).toBe(0);
	await target.stop(slot, 1);
}

const blueOf = (slot: SlotName, weight: number) => (slot === 'blue' ? weight : 100 - weight);

async function serving(release: string): Promise<TestGateway> {
	const gateway = await testGateway();
	await gateway.start('blue', release);
	await gateway.route(100);
	return gateway;
}

test(`${ROUNDS} blue-green switches lose nothing, with the old version stopped after each`, async () => {
	const gateway = await serving('r0');
	const load = startLoad(gateway.url, {sockets: 0, slowMs: 250});
	await someTraffic(load);
	let stable: SlotName = 'blue';
	for (let round = 1; round <= ROUNDS; round++) {
		const next = otherSlot(stable);
		await gateway.start(next, `r${round}`, {healthyInARow: 1});
		await gateway.route(blueOf(next, 100), next);
		await retire(gateway, stable);
		stable = next;
		await someTraffic(load, 10);
	}
	const result = await load.stop();
	expect(losses(result), JSON.stringify([...result.errors])).toBe(0);
	expect(result.appErrors).toBe(0);
	expect(result.byVersion.size).toBe(ROUNDS + 1);
}, 40_000);

test(`${ROUNDS} canaries up to 100 % and ${ROUNDS} rollbacks from 25 % lose nothing and drop no WebSocket`, async () => {
	const gateway = await serving('old');
	await gateway.start('green', 'new');
	const load = startLoad(gateway.url, {sockets: 4});
	await someTraffic(load);
	let stable: SlotName = 'blue';
	for (let round = 0; round < ROUNDS; round++) {
		const canary = otherSlot(stable);
		for (const weight of [5, 25, 50, 100]) {
			await gateway.route(blueOf(canary, weight), weight === 100 ? canary : stable);
			await someTraffic(load, 10);
		}
		await gateway.target.drain(stable, 10);
		await gateway.target.keepWarm(stable, 600, 1);
		stable = canary;
	}
	for (let round = 0; round < ROUNDS; round++) {
		const canary = otherSlot(stable);
		await gateway.route(blueOf(canary, 25), stable);
		await someTraffic(load, 10);
		await gateway.route(blueOf(canary, 0), stable);
		expect((await gateway.target.drain(canary, 10)).inFlight).toBe(0);
	}
	const result = await load.stop();
	expect(losses(result), JSON.stringify([...result.errors])).toBe(0);
	expect(result.wsMessages).toBeGreaterThan(20);
	expect([...result.byVersion.keys()].sort()).toEqual(['new', 'old']);
}, 40_000);

test('control: a naive switch, old version killed first and then routed, loses requests and sockets', async () => {
	const gateway = await serving('old');
	await gateway.start('green', 'new');
	const load = startLoad(gateway.url, {slow: 4});
	await someTraffic(load);
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.websockets).toBe(3));
	process.kill((await gateway.observed()).slots.blue.pid ?? 0, 'SIGKILL');
	await gateway.route(0, 'green');
	await someTraffic(load);
	const result = await load.stop();
	expect(losses(result)).toBeGreaterThan(3);
	expect(result.wsDropped).toBe(3);
});
