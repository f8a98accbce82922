// Room: cli. The setting-up commands, wired. They look at a folder that may not be configured, or not be a repository yet.

import {openRepository} from '../../adapters/git/repository.ts';
import {openMemory} from '../../adapters/memory/memory.ts';
import type {ExitCode} from '../../domain/outcome.ts';
import {clock} from '../compose.ts';
import type {Io} from '../io.ts';
import {configCommand} from './config.ts';
import {type InitOptions, initCommand} from './init.ts';

async function contextOf(io: Io) {
	const {root} = await openRepository(io.cwd, {clock});
	return {root, out: io.out, interactive: io.interactive};
}

export async function init(io: Io, options: InitOptions): Promise<ExitCode> {
	return initCommand(await contextOf(io), options);
}

export async function config(io: Io, words: readonly string[], options: {json?: boolean}): Promise<ExitCode> {
	const context = await contextOf(io);
	const memory = openMemory(context.root, {clock});
	const preferences = {load: () => memory.preferences(), save: memory.savePreferences};
	return configCommand({...context, env: io.env, preferences}, words, options);
}
