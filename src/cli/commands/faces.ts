// Room: cli. The faces, each loaded only when it is used: none of them is free.

import type {Ending, LiveDeployment} from '../../engine/live.ts';
import {spoken} from '../called.ts';
import type {Io} from '../io.ts';

export async function showLines(io: Io, live: LiveDeployment, face: 'json' | 'lines'): Promise<Ending> {
	const lines = {out: io.write, err: io.writeErr, width: io.width, colour: io.colour};
	if (face === 'json') return (await import('../../headless/jsonl.ts')).runJson(live, lines);
	return (await import('../../headless/lines.ts')).runLines(live, lines);
}

/** @param silent whether nothing is to be said on the normal screen, because the caller will. */
export async function showScreen(io: Io, live: LiveDeployment, silent = () => false): Promise<Ending> {
	const [{runTui}, {exitSummary}, {planLines}] = await Promise.all([
		loadScreens(),
		import('../../headless/summary.ts'),
		import('../../headless/plan.ts'),
	]);
	let ended = false;
	void live.ended.then(() => {
		ended = true;
	});
	const ending = await runTui(live, {
		farewell: (end) =>
			silent()
				? []
				: [
						...planLines(end, io.width, io.colour).concat(end.state.planOnly ? [''] : []),
						...exitSummary(end, io.width),
					].map((line) => spoken(line, io.called)),
	});
	// The person left while the engine was still on its way to a safe point: nothing may keep the process.
	if (!ended) io.leaveNow(ending.exit);
	return ending;
}

/**
 * Ink's layout engine takes its WebAssembly out of a data: URL, by fetch() where there is one; and the first call of fetch()
 * loads Node's whole HTTP client, a third of the time to the first frame. Without one it decodes the text itself.
 */
export async function loadScreens(): Promise<typeof import('../../tui/app.tsx')> {
	const kept = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
	Object.defineProperty(globalThis, 'fetch', {value: undefined, configurable: true, writable: true});
	try {
		return await import('../../tui/app.tsx');
	} finally {
		if (kept) Object.defineProperty(globalThis, 'fetch', kept);
	}
}
