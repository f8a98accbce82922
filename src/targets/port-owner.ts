// Room: targets. Whether a port is free, and if not, who has it. Names the owner from /proc where it can; ends nobody.

import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {createServer} from 'node:net';
import {dirname} from 'node:path';

/** Undefined when the port can be bound; else who has it, as far as this user may know. */
export function portOwner(host: string, port: number): Promise<string | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') resolve(nameOwner(port) ?? 'another program');
			else if (error.code === 'EACCES') resolve('the system (ports below 1024 need a privilege)');
			else resolve(error.message);
		});
		server.listen({host, port, exclusive: true}, () => server.close(() => resolve(undefined)));
	});
}

function nameOwner(port: number): string | undefined {
	try {
		const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
			if (opens(pid, inodes)) return `${commandOf(pid)} (pid ${pid})`;
	} catch {}
	return undefined;
}

/** Socket inodes that listen on the port. Column 2 is the local address in hex, 4 the state (0A: listening), 10 the inode. */
function listeners(table: string, port: number): string[] {
	let text: string;
	try {
		text = readFileSync(table, 'latin1');
	} catch {
		return [];
	}
	const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	return text
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
		.map((fields) => `socket:[${fields[9]}]`);
}

function opens(pid: string, inodes: ReadonlySet<string>): boolean {
	try {
		return readdirSync(`/proc/${pid}/fd`).some((fd) => {
			try {
				return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
			} catch {
				return false;
			}
		});
	} catch {
		return false;
	}
}

function commandOf(pid: string): string {
	try {
		const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
		const state = words[words.indexOf('--state') + 1];
		if (words.some((word) => /(^|\/)keeper\.[jt]s$/.test(word)) && state) return `the gateway of ${dirname(state)}`;
		return words.join(' ').trim().slice(0, 120) || 'a program';
	} catch {
		return 'a program';
	}
}
