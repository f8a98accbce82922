// Room: cli. A person types `deploy` while an earlier deployment is open: they are asked what becomes of it, before any
// screen comes. Without a terminal nobody is asked: `deploy` then refuses with exit code 8.

import {readdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {seconds} from '../../domain/deployment/describe.ts';
import {foldAll} from '../../domain/deployment/fold.ts';
import {type DeploymentId, isDeploymentId, STAGES} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import {trafficWords} from '../../report/plain-words.ts';
import {clock, openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';

/** `left`: by Ctrl-C. */
export type Fate = 'resume' | 'abort' | 'quit' | 'left';

/** Whether there may be one: one look at a folder or two, so that nobody else's screen has to wait for more. */
export async function mayBeOpen(cwd: string): Promise<boolean> {
	for (let folder = cwd; ; folder = dirname(folder)) {
		const names = await readdir(join(folder, 'deployment_memory', 'current')).catch(() => undefined);
		if (names !== undefined) return names.some(isDeploymentId);
		if (folder === dirname(folder)) return false;
	}
}

/** Undefined: none is open, or a process is at it. @param begin called when something is going to be asked. */
export async function askFate(io: Io, begin: () => void): Promise<Fate | undefined> {
	const {memory, locks} = await openWorkplace(io, {readOnly: true, tolerant: true});
	const open = await memory.openDeployment();
	if (open === undefined || (await locks.holder())) return undefined;
	begin();
	for (const line of words(open, (await memory.read(open)) ?? [])) io.out(line);
	const {select} = await import('@inquirer/prompts');
	return select<Fate>({
		message: 'What shall become of it?',
		choices: [
			{value: 'resume', name: 'Go on with it'},
			{value: 'abort', name: 'Take it back and close it'},
			{value: 'quit', name: 'Nothing now: leave it as it is'},
		],
	}).catch((thrown: unknown): Fate => {
		if (thrown instanceof Error && thrown.name === 'ExitPromptError') return 'left';
		throw thrown;
	});
}

function words(open: DeploymentId, events: Parameters<typeof foldAll>[0]): string[] {
	const state = foldAll(events);
	const stage = STAGES.findLast((name) => state.stages[name].status !== 'waiting') ?? 'the start';
	const since = Date.parse(state.lastUtc ?? '');
	const ago = Number.isFinite(since) ? `, ${seconds(Math.max(0, clock.now() - since))} ago` : '';
	const why = state.why === undefined ? [] : [`  because    ${state.why}`];
	return [
		`Deployment ${open} is still open: it stopped in ${stage}${ago}`,
		...why,
		`  for users  ${trafficWords(state)}`,
	].map((line) => safe(line));
}
