// Room: adapters. A deployment's own folder: artefacts written whole or not at all, and a capped log of what ran.

import {createHash} from 'node:crypto';
import {closeSync, constants, openSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import type {DeploymentFolder} from '../../ports/files.ts';
import {writeAtomic} from '../files/atomic.ts';
import type {Place} from './place.ts';

const NAME = /^[0-9A-Za-z][\w.-]{0,99}(?:\/[0-9A-Za-z][\w.-]{0,99})?$/;
const LOG_BYTES = 10 * 1024 * 1024;
const ARTEFACT_BYTES = 64 * 1024 * 1024;

export interface OwnedFolder extends DeploymentFolder {
	/** Lets go of `output.log`. */
	close(): void;
}

export function folderAt(place: Place, path: string): OwnedFolder {
	const resolve = (name: string) => {
		if (!NAME.test(name) || name === 'journal.jsonl') raise('MEMORY_UNSAFE', {with: {path: name}});
		return join(path, name);
	};
	let log: {readonly fd: number; written: number} | undefined;
	let logOver = false;
	const logOpen = () => {
		const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
		log ??= {fd: openSync(join(path, 'output.log'), flags, 0o644), written: 0};
		return log;
	};

	return {
		path,
		async write(name, content, options = {}) {
			const file = resolve(name);
			if (name.includes('/')) await place.ensure(dirname(file));
			await place.check(file, 'file');
			await writeAtomic(file, content, {mode: options.executable ? 0o755 : 0o644});
			return createHash('sha256').update(content).digest('hex');
		},
		async read(name) {
			return (await place.bytes(resolve(name), ARTEFACT_BYTES))?.toString('utf8');
		},
		log(lines) {
			if (logOver || lines.length === 0) return;
			try {
				const open = logOpen();
				const text = Buffer.from(`${lines.join('\n')}\n`);
				if (open.written + text.length > LOG_BYTES) {
					logOver = true;
					writeSync(open.fd, `… more than ${LOG_BYTES / 1024 / 1024} MB of output: the rest is not kept\n`);
					return;
				}
				open.written += writeSync(open.fd, text);
			} catch {
				// Output is no part of the truth: a full disk must not stop a deployment here. The journal will say it.
				logOver = true;
			}
		},
		close() {
			if (log !== undefined) closeSync(log.fd);
			log = undefined;
			logOver = true;
		},
	};
}
