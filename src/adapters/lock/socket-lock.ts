// Room: adapters. One deployment per repository and target, owned by the kernel: a bound abstract socket is free again the
// moment its process dies, however it dies. Leases by file time let two holders run after a laptop's sleep; this cannot.
// The socket also answers who holds it, and takes requests of other terminals that know the token in lock.json (0600).

import {createHash, randomBytes, timingSafeEqual} from 'node:crypto';
import {lstat, mkdir, readFile, unlink} from 'node:fs/promises';
import {createConnection, createServer, type Server, type Socket} from 'node:net';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {type DeploymentId, isDeploymentId, STAGES, type StageName} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Holder, Lock, Locks, Request} from '../../ports/lock.ts';
import {diskFault, writeAtomic} from '../files/atomic.ts';

const ANSWER_WITHIN_MS = 1500;
const REQUESTS: readonly Request[] = ['abort', 'pause', 'resume', 'promote'];

interface Options {
	/** Real path of the repository's common git directory: all work trees of one repository exclude each other. */
	readonly commonDir: string;
	readonly target: string;
	/** `<root>/.orchestra`: the fence and the token live here. */
	readonly stateFolder: string;
	readonly clock: Clock;
}

type Answer = {holder: Holder} | {accepted: boolean; text: string};

function addressOf({commonDir, target, stateFolder}: Options): string {
	const key = createHash('sha256')
		.update(`${process.getuid?.() ?? 0}\0${commonDir}\0${target}`)
		.digest('hex')
		.slice(0, 32);
	// Abstract names exist on Linux only; elsewhere a path socket does, whose leftovers `bind` below clears when nobody answers.
	return process.platform === 'linux' ? `\0orchestra-lock-${key}` : join(stateFolder, `lock-${key}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
		);
		server.listen(address, () => resolve(server));
	});
}

/**
 * Sends one JSON line and reads one. Undefined when nobody is there or the answer is no JSON of ours; `silent` when somebody
 * holds the socket but does not answer in time (a stopped process, a sleeping laptop).
 */
function talk(address: string, question: object): Promise<Answer | 'silent' | undefined> {
	return new Promise((resolve) => {
		const socket = createConnection(address);
		let text = '';
		const done = (answer?: Answer | 'silent') => {
			socket.destroy();
			resolve(answer);
		};
		socket.setTimeout(ANSWER_WITHIN_MS, () => done('silent'));
		socket.on('error', () => done());
		socket.on('connect', () => socket.write(`${JSON.stringify(question)}\n`));
		socket.on('data', (chunk) => {
			text += chunk.toString('utf8');
			if (text.length > 10_000) done();
		});
		socket.on('end', () => {
			try {
				done(JSON.parse(text) as Answer); // `as`: every field is checked before it is used
			} catch {
				done();
			}
		});
	});
}

/** What a stranger on the socket says, made harmless. */
function holderOf(answer: Answer | 'silent' | undefined): Holder | undefined {
	if (
		!answer ||
		answer === 'silent' ||
		!('holder' in answer) ||
		typeof answer.holder !== 'object' ||
		answer.holder === null
	)
		return undefined;
	const {who, pid, since, id, stage} = answer.holder;
	if (typeof who !== 'string' || !Number.isSafeInteger(pid) || !Number.isFinite(since)) return undefined;
	return {
		who: safe(who, 80),
		pid,
		since,
		...(typeof id === 'string' && isDeploymentId(id) ? {id} : {}),
		...(stage !== undefined && STAGES.includes(stage) ? {stage} : {}),
	};
}

/** A link that came with the repository would lead what is written here elsewhere. Faults: MEMORY_UNSAFE, DISK. */
async function ownFolder(path: string): Promise<void> {
	await mkdir(path, {recursive: true, mode: 0o700}).catch((error: unknown) => {
		throw diskFault(path, error);
	});
	if (!(await lstat(path)).isDirectory()) raise('MEMORY_UNSAFE', {with: {path}});
}

export function socketLocks(options: Options): Locks {
	const {stateFolder, clock} = options;
	const address = addressOf(options);
	const fenceFile = join(stateFolder, 'fence');
	const lockFile = join(stateFolder, 'lock.json');

	async function raiseFence(above: number): Promise<number> {
		const text = await readFile(fenceFile, 'utf8').catch(() => '0');
		const last = Number.parseInt(text, 10);
		const next = Math.max(Number.isSafeInteger(last) ? last : 0, above) + 1;
		await writeAtomic(fenceFile, `${next}\n`, {mode: 0o600});
		return next;
	}

	/** What the holder wrote about itself for people, when it cannot speak. */
	async function written(): Promise<Answer | undefined> {
		const text = await readFile(lockFile, 'utf8').catch(() => '');
		try {
			return {holder: JSON.parse(text) as Holder}; // `as`: holderOf checks every field
		} catch {
			return undefined;
		}
	}

	async function bind(): Promise<Server> {
		for (let attempt = 0; attempt < 20; attempt++) {
			const server = await listen(address);
			if (server) return server;
			const answer = await talk(address, {ask: 'holder'});
			const holder = holderOf(answer === 'silent' ? await written() : answer);
			if (holder) raise('LOCKED', {with: {...words(holder), since: ago(clock.now() - holder.since)}});
			if (answer) raise('LOCKED_ELSEWHERE');
			// Nobody answered: its owner is just dying (then the kernel frees it), or a path socket was left behind.
			if (!address.startsWith('\0')) await unlink(address).catch(() => undefined);
			await clock.sleep(50);
		}
		return raise('LOCKED_ELSEWHERE');
	}

	return {
		async acquire(above = 0): Promise<Lock> {
			await ownFolder(stateFolder);
			const server = await bind();
			let part: {id?: DeploymentId; stage?: StageName} = {};
			let listener: ((request: Request) => {accepted: boolean; text: string}) | undefined;
			const token = randomBytes(16).toString('hex');
			const base = {who: userInfo().username, pid: process.pid, since: clock.now()};
			server.on('connection', (socket) =>
				serve(
					socket,
					() => ({...base, ...part}),
					token,
					(r) => listener?.(r),
				),
			);
			server.unref();
			const fence = await raiseFence(above);
			await writeAtomic(lockFile, JSON.stringify({...base, fence, token}), {mode: 0o600});
			return {
				fence,
				describe: (more) => {
					part = {...part, ...more};
				},
				onRequest: (next) => {
					listener = next;
				},
				release: async () => {
					await unlink(lockFile).catch(() => undefined);
					await new Promise<void>((resolve) => server.close(() => resolve()));
				},
			};
		},
		async holder() {
			const answer = await talk(address, {ask: 'holder'});
			return holderOf(answer === 'silent' ? await written() : answer);
		},
		async request(request) {
			const token = await readFile(lockFile, 'utf8')
				.then((text) => String((JSON.parse(text) as {token?: unknown}).token)) // `as`: a string or not, it is only compared
				.catch(() => '');
			const answer = await talk(address, {ask: 'request', request, token});
			if (answer === 'silent')
				return {accepted: false, text: 'the deploying process holds the lock but does not answer'};
			if (!answer || !('accepted' in answer)) return undefined;
			return {accepted: answer.accepted === true, text: safe(String(answer.text))};
		},
	};
}

function words(holder: Holder) {
	return {who: holder.who, pid: holder.pid, id: holder.id ?? 'a deployment', stage: holder.stage ?? 'the start'};
}

function ago(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 90) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

function serve(
	socket: Socket,
	holder: () => Holder,
	token: string,
	handle: (request: Request) => {accepted: boolean; text: string} | undefined,
): void {
	let text = '';
	socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
	socket.on('error', () => socket.destroy());
	socket.on('data', (chunk) => {
		text += chunk.toString('utf8');
		if (text.length > 10_000) return socket.destroy();
		if (!text.includes('\n')) return;
		let question: {ask?: unknown; request?: unknown; token?: unknown} = {};
		try {
			question = JSON.parse(text) as typeof question; // `as`: unknown fields, checked below
		} catch {
			return socket.destroy();
		}
		const request = REQUESTS.find((r) => r === question.request);
		if (question.ask !== 'request' || request === undefined) return socket.end(JSON.stringify({holder: holder()}));
		const given = Buffer.from(String(question.token).padEnd(32).slice(0, 32));
		const known = timingSafeEqual(given, Buffer.from(token));
		const answer = known
			? handle(request)
			: {accepted: false, text: 'this terminal does not know the deployment’s token'};
		return socket.end(
			JSON.stringify(answer ?? {accepted: false, text: 'not now: the deployment is starting or ending'}),
		);
	});
}
