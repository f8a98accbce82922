// Ending a slot's processes: asked first, then made to, and nobody forgotten.

import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {endProcesses, freePort, launch} from '../../src/gateway/launch.ts';
import {bootId, isSameProcess, processesWithNonce} from '../../src/gateway/process-table.ts';
import {startTimeOf} from '../../src/gateway/protocol-keeper.ts';
import {SAMPLE_APP} from '../kit/gateway.ts';
import {tempFolder} from '../kit/temp.ts';

async function started(env: Record<string, string>, nonce: string) {
	const port = await freePort();
	const spec = {release: 'v1', folder: '/', command: SAMPLE_APP, env, healthPath: '/health'};
	const child = launch(
		{...spec, healthyWithin: 5, healthyInARow: 1},
		{port, nonce, log: join(tempFolder(), 'app.log')},
	);
	await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200), 5000);
	const pid = child.pid ?? 0;
	return {pid, startTime: startTimeOf(pid), boot: bootId, port};
}
const living = (nonce: string) => processesWithNonce((found) => found === nonce);

test('a service that ignores SIGTERM is killed when its grace is over, with what left its group', async () => {
	const nonce = `test.${process.pid}.stubborn`;
	const card = await started({STUBBORN: '1', STRAY: '1'}, nonce);
	await vi.waitFor(() => expect(living(nonce)).toHaveLength(2));
	const began = performance.now();
	await endProcesses(card, nonce, 300);
	expect(performance.now() - began).toBeGreaterThanOrEqual(300);
	expect(living(nonce)).toEqual([]);
});

test('a service that ends by itself is not waited for any longer', async () => {
	const nonce = `test.${process.pid}.polite`;
	const card = await started({}, nonce);
	const began = performance.now();
	await endProcesses(card, nonce, 10_000);
	expect(performance.now() - began).toBeLessThan(5000);
	expect(living(nonce)).toEqual([]);
	await endProcesses(card, nonce, 10_000);
});

test('a process is known by number, start, boot and nonce together', async () => {
	const nonce = `test.${process.pid}.identity`;
	const card = await started({}, nonce);
	expect(isSameProcess(card, nonce)).toBe(true);
	expect(isSameProcess(card, 'another')).toBe(false);
	expect(isSameProcess({...card, startTime: String(Number(card.startTime) + 1)}, nonce)).toBe(false);
	expect(isSameProcess({...card, boot: 'before'}, nonce)).toBe(false);
	await endProcesses(card, nonce, 5000);
	expect(isSameProcess(card, nonce)).toBe(false);
});

test('a group whose leader is somebody else by now is left alone', async () => {
	const nonce = `test.${process.pid}.stranger`;
	const stranger = await started({}, nonce);
	await endProcesses({...stranger, startTime: '1'}, 'of a slot long gone', 50);
	expect(isSameProcess(stranger, nonce)).toBe(true);
	await endProcesses(stranger, nonce, 5000);
});
