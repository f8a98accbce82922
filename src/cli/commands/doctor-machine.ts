// Room: cli. The checks of `doctor` that look at this machine: programs, folders, space, clock, front door.

import {randomBytes} from 'node:crypto';
import {lstat, open, readdir, rename, rm, stat, statfs, unlink} from 'node:fs/promises';
import {createConnection} from 'node:net';
import {join} from 'node:path';
import {trustFolder} from '../../adapters/project/trust.ts';
import {type Check, count, type DoctorContext, failed, fixable, need, ok, skipped, warning} from './doctor-check.ts';

const STATE = '.orchestra';
const GIGABYTE = 1_000_000_000;
/** What the design keeps: the serving release, its predecessor, and five more. */
const RELEASES_KEPT = 7;

const node: Check = {
	id: 'node',
	title: 'Node',
	async look() {
		const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
		const good = major >= 25 || (major === 24 && minor >= 15) || (major === 22 && minor >= 22);
		return good
			? ok(`Node ${process.versions.node}`)
			: failed(`Node ${process.versions.node} is too old`, 'install Node 22.22.2, 24.15 or newer');
	},
};

const git: Check = {
	id: 'git',
	title: 'git',
	async look(context) {
		const text = await context.gitVersion();
		const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
		const good = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 39);
		return good ? ok(text) : failed(`${text} is too old: 2.39 is needed`, 'install a newer git');
	},
};

/** A folder that says "writable" and is not (full, read-only mount, quota) is found only by doing what a journal does. */
async function probe(folder: string): Promise<void> {
	const name = join(folder, `.orchestra-probe-${process.pid}-${randomBytes(4).toString('hex')}`);
	try {
		const handle = await open(name, 'wx', 0o600);
		try {
			await handle.writeFile('probe\n');
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(name, `${name}-2`);
	} finally {
		await Promise.all([rm(name, {force: true}), rm(`${name}-2`, {force: true})]);
	}
}

/** The folder itself, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<string> {
	const seen = await lstat(path).catch(() => undefined);
	return seen ? path : nearestFolder(join(path, '..'));
}

const writable: Check = {
	id: 'writable',
	title: 'Folders can be written',
	async look({root}) {
		const places = ['deployment_memory', STATE].map((name) => join(root, name));
		for (const place of [...places, trustFolder()]) {
			const folder = await nearestFolder(place);
			if (!(await lstat(folder)).isDirectory())
				return failed(`${folder} is not a plain folder`, `move ${folder} away: Orchestra makes its own`);
			try {
				await probe(folder);
			} catch (error) {
				const why = error instanceof Error ? error.message : String(error);
				return failed(`${folder} cannot be written: ${why}`, `ls -ld ${folder}`, `df -h ${folder}`);
			}
		}
		return ok('write, sync and rename work in the memory, the state folder and your own state');
	},
};

const space: Check = {
	id: 'space',
	title: 'Free space',
	async look({root}) {
		const {bavail, bsize} = await statfs(root);
		const free = bavail * bsize;
		const text = `${(free / GIGABYTE).toFixed(1)} GB free`;
		if (free < 0.2 * GIGABYTE) return failed(`${text}: a release would not fit`, `df -h ${root}`);
		return free < GIGABYTE ? warning(`${text}: little for several releases`, `df -h ${root}`) : ok(text);
	},
};

const clockCheck: Check = {
	id: 'clock',
	title: 'Clock',
	async look({clock, memory}) {
		const [before, now] = [clock.mono(), clock.now()];
		if (clock.mono() < before) return failed('the monotonic clock runs backwards', 'restart the machine');
		// The year this was written: an earlier date is a machine that lost its clock.
		if (now < Date.UTC(2026, 0, 1))
			return failed(`the clock says ${new Date(now).toISOString()}`, 'set the clock: timedatectl set-ntp true');
		const last = (await memory.history({limit: 1}).catch(() => []))[0];
		const newest = last === undefined ? 0 : Date.parse(last.closedAt);
		// A few minutes are two machines that differ; more puts deployments into the wrong order.
		if (newest > now + 300_000)
			return warning(`the last deployment closed in the future (${last?.closedAt})`, 'timedatectl set-ntp true');
		return ok(`${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`);
	},
};

const gateway: Check = {
	id: 'gateway',
	title: 'Gateway',
	async look(context) {
		const seen = await context.gateway();
		if (!seen) return ok('does not run; deploy starts it');
		const sick = Object.values(seen.slots).filter((slot) => slot.state === 'failed' || slot.state === 'unhealthy');
		const bad = sick.find((slot) => seen.weights[slot.name] > 0);
		if (bad) {
			const text = `slot ${bad.name} gets ${seen.weights[bad.name]} % of the traffic and is ${bad.state}`;
			return failed(text, `orchestra gateway logs ${bad.name}`, 'orchestra rollback');
		}
		const split = Object.values(seen.weights).every((weight) => weight > 0);
		if (split && !(await context.holder()))
			return warning(
				'traffic is split and nobody conducts it: it returns to the stable version when the lease ends',
				'orchestra deploy --resume',
				'orchestra abort',
			);
		return ok(`answers at ${seen.frontDoor}; stable is ${seen.stable} (${seen.slots[seen.stable].release ?? 'empty'})`);
	},
};

const port: Check = {
	id: 'port',
	title: 'Front door',
	async look(context) {
		const {project} = await need(context.project(), 'there is no valid project file');
		if (project.commands.start === undefined) return skipped('there is no start command, so no front door is needed');
		const owner = await context.portOwner(project.port);
		if (owner === undefined) return ok(`port ${project.port} is free`);
		const seen = await context.gateway().catch(() => undefined);
		if (seen && new URL(seen.frontDoor).port === String(project.port))
			return ok(`port ${project.port} is our gateway’s`);
		return failed(`port ${project.port} is taken by ${owner}`, 'orchestra config set port NUMBER');
	},
};

async function below(folder: string, depth = 0): Promise<{path: string; socket: boolean}[]> {
	if (depth > 3) return [];
	const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
	const found: {path: string; socket: boolean}[] = [];
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() && entry.name !== 'releases') found.push(...(await below(path, depth + 1)));
		else if (entry.isSocket()) found.push({path, socket: true});
		else if (entry.isFile() && /^\..*\.[0-9a-f]{8}\.tmp$/.test(entry.name)) found.push({path, socket: false});
	}
	return found;
}

/** Only "refused" proves that nobody listens: anything else is left alone. */
const nobodyListens = (path: string) =>
	new Promise<boolean>((resolve) => {
		const socket = createConnection(path);
		const done = (nobody: boolean) => {
			socket.destroy();
			resolve(nobody);
		};
		socket.setTimeout(1000, () => done(false));
		socket.once('connect', () => done(false));
		// `as`: errors of node carry a code
		socket.once('error', (error) => done((error as NodeJS.ErrnoException).code === 'ECONNREFUSED'));
	});

const HOUR = 3_600_000;

async function strays(context: DoctorContext): Promise<string[]> {
	const stray: string[] = [];
	for (const folder of [STATE, 'deployment_memory', 'orchestration']) {
		for (const {path, socket} of await below(join(context.root, folder))) {
			const old = context.clock.now() - (await stat(path)).mtimeMs > HOUR;
			if (socket ? await nobodyListens(path) : old) stray.push(path);
		}
	}
	return stray;
}

const leftovers: Check = {
	id: 'leftovers',
	title: 'Nothing left lying about',
	async look(context) {
		const stray = await strays(context);
		if (stray.length > 0) {
			const text = `${count(stray.length, 'socket or half-written file', 'sockets or half-written files')} of processes that are gone`;
			return fixable(warning(text, 'orchestra doctor --fix'), async () => {
				// Looked at again: something may have begun to listen meanwhile.
				const still = await strays(context);
				for (const path of still) await unlink(path);
				return `removed ${still.length}`;
			});
		}
		const entries = await readdir(join(context.root, STATE, 'releases'), {withFileTypes: true}).catch(() => []);
		// Beside each folder lie notes about it.
		const releases = entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith('-regenerate'));
		return releases.length > RELEASES_KEPT
			? warning(
					`${releases.length} releases are kept; the next deployment keeps ${RELEASES_KEPT}`,
					`du -sh ${STATE}/releases`,
				)
			: ok(`${count(releases.length, 'release')} on disk, no stray socket`);
	},
};

export const MACHINE_CHECKS: readonly Check[] = [node, git, writable, space, clockCheck, gateway, port, leftovers];
