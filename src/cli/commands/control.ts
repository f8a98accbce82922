// Room: cli. `abort`, `pause`, `resume`, `promote`: control of the running deployment from any terminal. A request goes to
// the process that holds the lock; with no such process, abort takes the open deployment back itself.

import {existsSync} from 'node:fs';
import {foldAll} from '../../domain/deployment/fold.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {DeploymentId} from '../../domain/ids.ts';
import {EXIT, type ExitCode, exitCodeOf, OUTCOMES, type Outcome} from '../../domain/outcome.ts';
import type {Request} from '../../ports/lock.ts';
import {clock, openWorkplace, type Workplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {deployCommand} from './deploy.ts';
import {abortOpen} from './perform.ts';

const ABORTED_WITHIN_MS = 120_000;

export async function controlCommand(io: Io, request: Request, options: {json?: boolean}): Promise<ExitCode> {
	const place = await openWorkplace(io, {tolerant: true});
	const say = (accepted: boolean, text: string) => {
		if (options.json) io.out(JSON.stringify({schemaVersion: 1, request, accepted, text}));
		else (accepted ? io.out : io.err)(text);
	};
	const holder = await place.locks.holder();
	const answer = await place.locks.request(request);
	if (answer) {
		say(answer.accepted, answer.text);
		if (request !== 'abort' || !answer.accepted) return answer.accepted ? EXIT.ok : EXIT.failed;
		const code = await waitForAbort(place, holder?.id, say);
		if (code !== undefined) return code;
		// It was stopping already and left the deployment open: then it is taken back from here.
	}
	if (await place.locks.holder()) {
		say(false, 'A deployment runs, but it belongs to another checkout of this repository: ask there');
		return EXIT.locked;
	}
	if (request === 'abort') {
		// Where no deployment ever ran nothing is made, not even the folder for the lock.
		const ending = existsSync(place.stateFolder) ? await abortOpen(io, place, options).catch(nothingOpen) : undefined;
		if (!ending) {
			say(true, 'Nothing to abort: no deployment is open, and nothing was touched');
			return EXIT.ok;
		}
		return ending.state.status === 'aborted' ? abortedCode(ending.state.trafficMoved) : ending.exit;
	}
	// Only looked at: whoever writes in the memory holds the lock.
	const open = await (await openWorkplace(io, {readOnly: true, tolerant: true})).memory.openDeployment();
	if (request === 'resume' && open) return deployCommand(io, {...options, resume: true});
	say(false, 'No deployment is running');
	return EXIT.failed;
}

function nothingOpen(thrown: unknown): undefined {
	if (!(thrown instanceof FaultError) || thrown.fault.code !== 'NOTHING_OPEN') throw thrown;
}

/** The command did what it was asked to; the code tells whether people had seen the new version. */
const abortedCode = (trafficMoved: boolean) => (trafficMoved ? EXIT.rolledBack : EXIT.ok);

/**
 * The conductor takes everything back and releases the lock: only then is it known how it ended. Undefined: it left the
 * deployment open.
 */
async function waitForAbort(
	place: Workplace,
	id: DeploymentId | undefined,
	say: (accepted: boolean, text: string) => void,
): Promise<ExitCode | undefined> {
	const until = clock.mono() + ABORTED_WITHIN_MS;
	while (await place.locks.holder()) {
		if (clock.mono() > until) return EXIT.unknown;
		await clock.sleep(100);
	}
	// Asked before it had a name: nothing had begun then.
	if (id === undefined) return EXIT.ok;
	const {status, trafficMoved} = foldAll((await place.memory.read(id)) ?? []);
	const outcome = OUTCOMES.find((one): one is Outcome => one === status);
	if (outcome === undefined) return undefined;
	say(true, `${id}: ${outcome.replace('_', ' ')}`);
	return outcome === 'aborted' ? abortedCode(trafficMoved) : exitCodeOf(outcome, trafficMoved);
}
