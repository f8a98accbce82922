import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {socketLocks} from '../../../src/adapters/lock/socket-lock.ts';
import {deploymentIdAt} from '../../../src/domain/ids.ts';
import {tempFolder} from '../../kit/temp.ts';

const clock = {
	now: () => Date.now(),
	mono: () => performance.now(),
	sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};

function locksIn(folder: string) {
	return socketLocks({commonDir: folder, target: 'local', stateFolder: join(folder, '.orchestra'), clock});
}

/** Another process that takes the lock and says so, or says why not. */
function contender(folder: string): ChildProcess {
	const source = resolve(import.meta.dirname, '../../../src/adapters/lock/socket-lock.ts');
	const script = `
		import {socketLocks} from ${JSON.stringify(source)};
		const clock = {now: Date.now, mono: () => performance.now(), sleep: (ms) => new Promise((r) => setTimeout(r, ms))};
		const locks = socketLocks({commonDir: ${JSON.stringify(folder)}, target: 'local', stateFolder: ${JSON.stringify(join(folder, '.orchestra'))}, clock});
		try { const lock = await locks.acquire(); process.stdout.write('held ' + lock.fence + '\\n'); setInterval(() => {}, 1000); }
		catch (error) { process.stdout.write('refused ' + error.fault?.code + '\\n'); }
	`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']});
	onTestFinished(() => void child.kill('SIGKILL'));
	return child;
}

const firstLine = async (child: ChildProcess) => String((await once(child.stdout ?? child, 'data'))[0]).trim();

test('the second one is told who holds the lock, where it is and for how long', async () => {
	const locks = locksIn(tempFolder());
	const lock = await locks.acquire();
	lock.describe({id: deploymentIdAt(0), stage: 'testing'});
	await expect(locks.acquire()).rejects.toMatchObject({fault: {code: 'LOCKED'}});
	const error: unknown = await locks.acquire().catch((thrown: unknown) => thrown);
	expect(String(error)).toMatch(/is already deploying here: 19700101_000000, at testing, pid \d+, for \d+ s/);
	expect(await locks.holder()).toMatchObject({pid: process.pid, stage: 'testing'});
	await lock.release();
	expect(await locks.holder()).toBeUndefined();
});

test('of twenty processes that start together exactly one holds the lock', async () => {
	const folder = tempFolder();
	const answers = await Promise.all(Array.from({length: 20}, () => firstLine(contender(folder))));
	expect(answers.filter((a) => a.startsWith('held'))).toEqual(['held 1']);
	expect(answers.filter((a) => a === 'refused LOCKED')).toHaveLength(19);
}, 60_000);

test('the kernel frees the lock of a killed holder, and the fence rises', async () => {
	const folder = tempFolder();
	const child = contender(folder);
	expect(await firstLine(child)).toBe('held 1');
	child.kill('SIGKILL');
	await once(child, 'exit');
	const lock = await locksIn(folder).acquire();
	expect(lock.fence).toBe(2);
	await lock.release();
});

test('a holder that is stopped for a while still holds: nobody else gets in', async () => {
	const folder = tempFolder();
	const child = contender(folder);
	await firstLine(child);
	child.kill('SIGSTOP');
	await expect(locksIn(folder).acquire()).rejects.toMatchObject({fault: {code: 'LOCKED'}});
	child.kill('SIGCONT');
	await vi.waitFor(async () => expect(await locksIn(folder).holder()).toMatchObject({pid: child.pid}));
}, 60_000);

test('a request reaches the holder only with the token of lock.json, which only its owner can read', async () => {
	const folder = tempFolder();
	const locks = locksIn(folder);
	const lock = await locks.acquire();
	const seen: string[] = [];
	lock.onRequest((request) => {
		seen.push(request);
		return {accepted: true, text: 'will do'};
	});
	const file = join(folder, '.orchestra/lock.json');
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(await locks.request('pause')).toEqual({accepted: true, text: 'will do'});
	const told = readFileSync(file, 'utf8');
	chmodSync(file, 0o600);
	writeFileSync(file, JSON.stringify({token: 'guess'}));
	expect(await locks.request('abort')).toMatchObject({accepted: false});
	writeFileSync(file, told);
	expect(seen).toEqual(['pause']);
	await lock.release();
	expect(await locks.request('abort')).toBeUndefined();
});

test('a fence that somebody has seen is always passed, also when the counting file was lost', async () => {
	const lock = await locksIn(tempFolder()).acquire(57);
	onTestFinished(() => lock.release());
	expect(lock.fence).toBe(58);
});

test('a state folder that is a link is refused: it could have come with the repository', async () => {
	const [folder, elsewhere] = [tempFolder(), tempFolder()];
	symlinkSync(elsewhere, join(folder, '.orchestra'));
	await expect(locksIn(folder).acquire()).rejects.toMatchObject({fault: {code: 'MEMORY_UNSAFE'}});
	expect(readdirSync(elsewhere)).toEqual([]);
});
