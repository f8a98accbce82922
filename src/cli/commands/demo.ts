// Room: cli. `orchestra demo`: a real sample service with a real history, deployed in front of you, with bounded traffic of
// its own so that the canary has something to measure. Makes everything in one folder and leaves no process behind.

import {mkdtemp, realpath} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {rulesOnly} from '../../adapters/ai/rules-only.ts';
import {freePort, makeDemoRepository, openDemoRepository} from '../../demo/repository.ts';
import {beginning, ending as endingLines} from '../../demo/story.ts';
import {startTraffic, type Traffic} from '../../demo/traffic.ts';
import {type ExitCode, OUTCOMES} from '../../domain/outcome.ts';
import type {LiveDeployment} from '../../engine/live.ts';
import {gatewayStatus, stopGateway} from '../../targets/gateway-service.ts';
import {clock, openWorkplace, type Workplace} from '../compose.ts';
import {faceOf, type Io} from '../io.ts';
import {showLines, showScreen} from './faces.ts';
import {perform} from './perform.ts';

export interface DemoOptions {
	readonly yes?: boolean;
	readonly fail?: boolean;
	readonly in?: string;
	readonly json?: boolean;
	readonly plain?: boolean;
}

/** Enough for 20 requests at 5 % within a step of seconds; far below what one core serves. */
const REQUESTS_PER_SECOND = 120;
const MAX_SECONDS = 600;

export async function demoCommand(io: Io, options: DemoOptions): Promise<ExitCode> {
	const face = faceOf(io, {json: options.json, plain: options.plain ?? options.yes});
	const say = (line: string) => (face === 'json' ? io.err(line) : io.out(line));
	const folder = options.in ?? (await mkdtemp(join(await realpath(tmpdir()), 'orchestra-demo-')));
	const earlier = await openDemoRepository(folder);
	const repo = earlier ?? (await makeDemoRepository(folder, {execPath: process.execPath}));
	const failing = options.fail ?? false;
	// Somebody else may have taken the port since the project file was written; a gateway of this folder keeps its own.
	const kept = await gatewayStatus(join(repo.folder, '.orchestra'), clock);
	const port = kept?.port ?? (await freePort(repo.port));
	const place = await openWorkplace({...io, cwd: repo.folder}, {port});
	const live =
		earlier && ((await place.memory.history()).find((one) => one.outcome === 'promoted')?.version ?? repo.version);
	const told = {repository: repo, ratePerSecond: REQUESTS_PER_SECOND, failing, ...(live === undefined ? {} : {live})};
	for (const line of beginning(told)) say(line);
	const open = earlier && (await place.memory.openDeployment()) !== undefined;
	const traffic = trafficThrough(place);
	try {
		// The front door is taken now, not minutes later in production: till then another demo could come in between.
		await place.target.ensure();
		const ending = await perform(
			{...io, cwd: repo.folder},
			place,
			{
				// The commands are the demo's own, written a moment ago by this program: that is what makes trusting them right.
				trust: place.trustHash,
				// The same for everybody, whatever key is lying about.
				ranker: rulesOnly('AI off: the demo is for everybody'),
				yes: options.yes || face !== 'tui',
				...(open ? {resume: true} : {}),
				...(failing ? {select: repo.bad.feature} : {}),
			},
			face,
			'deploy',
			(live) => {
				traffic.follow(live, (report) => face === 'json' && io.out(JSON.stringify({type: 'demo.traffic', ...report})));
				return face === 'tui' ? showScreen(io, live) : showLines(io, live, face);
			},
		);
		const report = await traffic.stop();
		const outcome = OUTCOMES.find((o) => o === ending.state.status);
		const about = {folder: repo.folder, outcome, traffic: report, command: io.called};
		for (const line of endingLines(about)) say(line);
		return ending.exit;
	} finally {
		await traffic.stop();
		await stopGateway(place.stateFolder, false, clock).catch(() => undefined);
	}
}

/** People at the front door from the moment a version serves until the books are closed. */
function trafficThrough(place: Workplace) {
	let running: Traffic | undefined;
	return {
		follow(live: LiveDeployment, tell: (report: object) => void) {
			live.subscribe((event) => {
				if (event.type === 'route.changed') {
					running ??= startTraffic({
						url: `http://127.0.0.1:${place.project.port}`,
						ratePerSecond: REQUESTS_PER_SECOND,
						maxRequests: REQUESTS_PER_SECOND * MAX_SECONDS,
						maxSeconds: MAX_SECONDS,
						clock,
					});
				}
				if (event.type === 'deployment.closed' && running) tell(running.report());
			});
		},
		stop: async () => running?.stop(),
	};
}
