// Room: cli. `abort`, `pause`, `resume`, `promote`: control of the running deployment from any terminal. A request goes to
// the process that holds the lock; with no such process, abort takes the open deployment back itself.

import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import type {Request} from '../../ports/lock.ts';
import {openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {deployCommand} from './deploy.ts';
import {abortOpen} from './perform.ts';

const ABORTED_WITHIN_MS = 120_000;

export async function controlCommand(io: Io, request: Request, options: {json?: boolean}): Promise<ExitCode> {
	const place = await openWorkplace(io);
	const say = (accepted: boolean, text: string) => {
		if (options.json) io.out(JSON.stringify({schemaVersion: 1, request, accepted, text}));
		else (accepted ? io.out : io.err)(text);
	};
	const answer = await place.locks.request(request);
	if (answer) {
		say(answer.accepted, answer.text);
		if (request === 'abort' && answer.accepted) return waitForAbort(place);
		return answer.accepted ? EXIT.ok : EXIT.failed;
	}
	if (await place.locks.holder()) {
		say(false, 'A deployment runs, but it belongs to another checkout of this repository: ask there');
		return EXIT.locked;
	}
	const open = await place.memory.openDeployment();
	if (request === 'abort') {
		if (!open) {
			say(true, 'Nothing to abort: no deployment is open, and nothing was touched');
			return EXIT.ok;
		}
		const ending = await abortOpen(io, place, options);
		// The command did what it was asked to; the code tells whether people had seen the new version.
		return ending.exit === EXIT.failed && ending.state.status === 'aborted' ? EXIT.ok : ending.exit;
	}
	if (request === 'resume' && open) return deployCommand(io, {...options, resume: true});
	say(false, 'No deployment is running');
	return EXIT.failed;
}

/** The conductor takes everything back and releases the lock: only then is it true to say "aborted". */
async function waitForAbort(place: Awaited<ReturnType<typeof openWorkplace>>): Promise<ExitCode> {
	const {clock} = await import('../compose.ts');
	const until = clock.mono() + ABORTED_WITHIN_MS;
	while (clock.mono() < until) {
		if (!(await place.locks.holder())) return EXIT.ok;
		await clock.sleep(100);
	}
	return EXIT.unknown;
}
