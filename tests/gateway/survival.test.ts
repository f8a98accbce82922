// The gateway is killed, its keeper is killed, processes die: who is refused, what is kept, what comes back.

import {readFileSync, writeFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test, vi} from 'vitest';
import {gatewayPaths} from '../../src/gateway/protocol.ts';
import {livingKeeper} from '../../src/gateway/protocol-keeper.ts';
import {stopGateway} from '../../src/targets/gateway-service.ts';
import {freshGet, killNow, leftovers, modeOf, realClock, sweep, testGateway, workerPid} from '../kit/gateway.ts';
import {startLoad} from '../kit/load.ts';

const slotState = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test('kill -9 of the gateway refuses nobody, serves again within a second, and keeps slots, weights and fence', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1', {fence: 7});
	await gateway.start('green', 'v2', {fence: 7});
	await gateway.route(75, 'blue', {fence: 8});
	const before = await gateway.observed();
	const load = startLoad(gateway.url, {slow: 0, sockets: 0});
	await vi.waitFor(() => expect(load.result.ok).toBeGreaterThan(100));
	for (let round = 0; round < 3; round++) {
		const victim = gateway.worker();
		killNow(victim);
		const killed = performance.now();
		expect((await freshGet(gateway.url)).status).toBe(200);
		expect(performance.now() - killed).toBeLessThan(1000);
		expect(gateway.worker()).not.toBe(victim);
		await sleep(100);
	}
	const {refused, ownErrors, wrong, reset} = await load.stop();
	expect({refused, ownErrors, wrong}).toEqual({refused: 0, ownErrors: 0, wrong: 0});
	// Only what was under way at the three kills: at most one request per client each time.
	expect(reset).toBeLessThanOrEqual(3 * 8);
	const after = await gateway.observed();
	expect(after.weights).toEqual({blue: 75, green: 25});
	expect([after.fence, after.stable]).toEqual([8, 'blue']);
	for (const slot of ['blue', 'green'] as const) {
		expect(after.slots[slot].pid).toBe(before.slots[slot].pid);
		expect(after.slots[slot].state).toBe('healthy');
	}
});

test('kill -9 of the keeper: the gateway goes on and gets another one, which restarts it in its turn', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	const {keeper: card} = gatewayPaths(gateway.stateFolder);
	for (let round = 0; round < 2; round++) {
		const first = livingKeeper(card);
		if (first === undefined) throw new Error('no keeper');
		process.kill(first, 'SIGKILL');
		expect(await (await fetch(gateway.url)).text()).toBe('v1');
		// Another one: the card may name the killed one until its parent has taken note of its end.
		await vi.waitFor(() => {
			const next = livingKeeper(card);
			expect(next).toBeGreaterThan(0);
			expect(next).not.toBe(first);
		}, 5000);
	}
	const worker = gateway.worker();
	killNow(worker);
	expect((await freshGet(gateway.url)).text).toBe('v1');
	expect(gateway.worker()).not.toBe(worker);
	expect(await stopGateway(gateway.stateFolder, false, realClock)).toBe(true);
	expect(leftovers(gateway.stateFolder)).toEqual([]);
});

test('a stopped gateway whose keeper was replaced ends with that keeper', async () => {
	const gateway = await testGateway();
	const {keeper: card} = gatewayPaths(gateway.stateFolder);
	process.kill(livingKeeper(card) ?? 0, 'SIGKILL');
	await vi.waitFor(() => expect(livingKeeper(card)).toBeGreaterThan(0), 5000);
	expect(await stopGateway(gateway.stateFolder, false, realClock)).toBe(true);
	expect(leftovers(gateway.stateFolder)).toEqual([]);
});

test('SIGTERM to the keeper ends the gateway and keeps the slots for the next one', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	const {pid} = (await gateway.observed()).slots.blue;
	process.kill(livingKeeper(gatewayPaths(gateway.stateFolder).keeper) ?? 0, 'SIGTERM');
	await vi.waitFor(() => expect(leftovers(gateway.stateFolder)).toEqual([pid]), 5000);
	expect(await gateway.target.observe()).toBeUndefined();
	const next = await testGateway({stateFolder: gateway.stateFolder});
	expect((await next.observed()).slots.blue).toMatchObject({pid, state: 'healthy', release: 'v1'});
	expect(await (await fetch(next.url)).text()).toBe('v1');
});

test('a canary that died with the gateway is not started again, and its traffic goes to the stable slot', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(50, 'blue');
	const {green, blue} = (await gateway.observed()).slots;
	const keeper = livingKeeper(gatewayPaths(gateway.stateFolder).keeper) ?? 0;
	// Stopped, so that it cannot see the canary die before it dies itself.
	const worker = gateway.worker();
	process.kill(worker, 'SIGSTOP');
	process.kill(green.pid ?? 0, 'SIGKILL');
	process.kill(worker, 'SIGKILL');
	expect(keeper).toBeGreaterThan(0);
	const seen = await vi.waitFor(async () => {
		const now = await gateway.observed();
		expect(now.weights).toEqual({blue: 100, green: 0});
		return now;
	}, 5000);
	expect(seen.slots.green.state).toBe('failed');
	expect(seen.slots.blue.pid).toBe(blue.pid);
	expect(seen.note).toMatch(/green was dead/);
});

test('after a reboot only the stable version comes back, with all the traffic', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(50, 'blue');
	await sweep(gateway.stateFolder);
	expect(leftovers(gateway.stateFolder)).toEqual([]);
	const next = await testGateway({stateFolder: gateway.stateFolder});
	const seen = await next.observed();
	expect(seen.weights).toEqual({blue: 100, green: 0});
	expect([seen.slots.blue.state, seen.slots.green.state]).toEqual(['healthy', 'failed']);
	expect(await (await fetch(next.url)).text()).toBe('v1');
});

test('a process is adopted only when it is the very same one, not by its number', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	const {state: file} = gatewayPaths(gateway.stateFolder);
	await stopGateway(gateway.stateFolder, false, realClock);
	const state = slotState(file);
	// The pid of somebody else (this test), with a start time that is not its own.
	state.slots.blue.process = {pid: process.pid, startTime: '1', boot: 'another', port: 1};
	writeFileSync(file, JSON.stringify(state));
	const next = await testGateway({stateFolder: gateway.stateFolder});
	const seen = await next.observed();
	expect(seen.slots.blue.state).toBe('healthy');
	expect(seen.slots.blue.pid).not.toBe(process.pid);
});

test('a process that a kill left between two writes is found by its nonce and ended', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	const stray = (await gateway.observed()).slots.blue.pid ?? 0;
	const {state: file} = gatewayPaths(gateway.stateFolder);
	process.kill(livingKeeper(gatewayPaths(gateway.stateFolder).keeper) ?? 0, 'SIGKILL');
	process.kill(gateway.worker(), 'SIGKILL');
	const state = slotState(file);
	state.slots.blue = null;
	writeFileSync(file, JSON.stringify(state));
	await testGateway({stateFolder: gateway.stateFolder});
	await vi.waitFor(() => expect(leftovers(gateway.stateFolder)).not.toContain(stray), 5000);
});

test('a state file that cannot be read is set aside, said, and the gateway comes up empty', async () => {
	const gateway = await testGateway();
	await stopGateway(gateway.stateFolder, false, realClock);
	const paths = gatewayPaths(gateway.stateFolder);
	writeFileSync(paths.state, '{"schemaVersion": 1, "fence": ');
	const next = await testGateway({stateFolder: gateway.stateFolder});
	expect((await next.observed()).slots.blue.state).toBe('empty');
	expect(readFileSync(paths.gatewayLog, 'utf8')).toMatch(/set aside as .*corrupt/);
});

test('socket, state and folder can be opened by this user only', async () => {
	const {stateFolder, start} = await testGateway();
	await start('blue', 'v1', {env: {SECRET: 'x'}});
	const paths = gatewayPaths(stateFolder);
	expect(modeOf(paths.socket)).toBe('600');
	expect(modeOf(paths.state)).toBe('600');
	expect(modeOf(paths.folder)).toBe('700');
	expect(modeOf(paths.slotLog('blue'))).toBe('600');
	expect(modeOf(paths.gatewayLog)).toBe('600');
});

test('a socket path too long for the kernel moves to a short private folder of the user', async () => {
	const gateway = await testGateway({stateFolder: `${process.env.HOME}/${'deep'.repeat(20)}/.orchestra`});
	const paths = gatewayPaths(gateway.stateFolder);
	expect(Buffer.byteLength(paths.socket)).toBeLessThan(100);
	expect(paths.socket.startsWith(gateway.stateFolder)).toBe(false);
	expect(modeOf(paths.socket)).toBe('600');
	expect(modeOf(paths.socketFolder)).toBe('700');
});

test('two that start the gateway at once get one gateway', async () => {
	const gateway = await testGateway();
	await stopGateway(gateway.stateFolder, false, realClock);
	await Promise.all([1, 2, 3].map(() => testGateway({stateFolder: gateway.stateFolder})));
	await vi.waitFor(() => expect(leftovers(gateway.stateFolder)).toHaveLength(2), 5000);
	expect(workerPid(gateway.stateFolder)).toBeGreaterThan(0);
});
