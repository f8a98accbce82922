// Room: cli. Wires init, config, doctor and guide to this machine. They must work where everything else refuses to start:
// without a project file, with a broken one, outside a repository.

import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {systemClock as clock} from '../../adapters/clock.ts';
import {findGit} from '../../adapters/git/environment.ts';
import {openRepository} from '../../adapters/git/repository.ts';
import {socketLocks} from '../../adapters/lock/socket-lock.ts';
import {openMemory} from '../../adapters/memory/memory.ts';
import {loadProject} from '../../adapters/project/project.ts';
import {openTrustStore, trustHash} from '../../adapters/project/trust.ts';
import type {ExitCode} from '../../domain/outcome.ts';
import {createLocalTarget} from '../../targets/local.ts';
import {portOwner} from '../../targets/port-owner.ts';
import type {Io} from '../io.ts';
import {PROGRAM} from '../program.ts';
import {configCommand} from './config.ts';
import {doctorCommand} from './doctor.ts';
import {guideCommand} from './guide.ts';
import {initCommand} from './init.ts';

export async function init(io: Io, options: {yes?: boolean; force?: boolean}): Promise<ExitCode> {
	const {root} = await openRepository(io.cwd, {clock});
	return initCommand({root, out: io.out, interactive: io.interactive}, options);
}

export async function config(io: Io, words: readonly string[], options: {json?: boolean}): Promise<ExitCode> {
	const {root} = await openRepository(io.cwd, {clock});
	const memory = openMemory(root, {clock});
	return configCommand(
		{
			root,
			out: io.out,
			interactive: io.interactive,
			env: io.env,
			preferences: {load: () => memory.preferences(), save: (change) => memory.savePreferences(change)},
		},
		words,
		options,
	);
}

export async function doctor(io: Io, options: {fix?: boolean; json?: boolean}): Promise<ExitCode> {
	const opened = openRepository(io.cwd, {clock});
	const root = await opened.then(
		(repository) => repository.root,
		() => io.cwd,
	);
	const stateFolder = join(root, '.orchestra');
	const project = () => loadProject(root);
	const target = createLocalTarget({stateFolder, port: 0, program: PROGRAM, clock});
	return doctorCommand(
		{
			root,
			out: io.out,
			clock,
			env: io.env,
			gitVersion: async () => versionOf(findGit()),
			repository: () => opened,
			project,
			trust: async (found) => {
				const hash = trustHash(root, found);
				return {hash, trusted: await openTrustStore().isTrusted(hash)};
			},
			memory: openMemory(root, {clock, readOnly: true}),
			rebuild: () => openMemory(root, {clock}).rebuild(),
			holder: async () => {
				const {commonDir} = await opened;
				const name = await project().then(
					(loaded) => loaded.project.target,
					() => 'local',
				);
				return socketLocks({commonDir, target: name, stateFolder, clock}).holder();
			},
			gateway: () => target.observe(),
			portOwner: (port) => portOwner('127.0.0.1', port),
		},
		options,
	);
}

/** `--version` reads no configuration and runs nothing of a repository. */
function versionOf(git: string): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(git, ['--version'], {timeout: 10_000}, (error, stdout) =>
			error ? reject(error) : resolve(stdout.trim()),
		);
	});
}

export async function guide(io: Io, topic: string | undefined): Promise<ExitCode> {
	return guideCommand({out: io.out, width: io.width}, topic);
}
