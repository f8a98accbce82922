// Room: cli. `orchestra deploy`. The screen comes first: it is drawn and can be left while the repository is being opened,
// because the code that opens it is loaded after the first frame.

import {basename} from 'node:path';
import type {StageName} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {faceOf, type Io} from '../io.ts';

export interface DeployOptions {
	readonly plan?: boolean;
	readonly until?: StageName;
	readonly select?: string;
	readonly strategy?: string;
	/** Why that strategy. */
	readonly reason?: string;
	/** Whatever windows and freezes say. */
	readonly now?: boolean;
	readonly base?: string;
	readonly dev?: string;
	readonly yes?: boolean;
	readonly json?: boolean;
	readonly plain?: boolean;
	readonly trust?: string;
	readonly resume?: boolean;
	readonly port?: number;
	/** False: generated files stay as one side has them. */
	readonly regenerate?: boolean;
	/** Say what would be sent to Claude, and send nothing. */
	readonly aiPreview?: boolean;
}

export async function deployCommand(io: Io, options: DeployOptions): Promise<ExitCode> {
	if (options.aiPreview) return (await import('./ai-preview.ts')).aiPreview(io, options);
	const face = faceOf(io, options);
	if (face === 'tui') return withPerson(io, options);
	const {planOrDeploy} = await import('./perform.ts');
	const {showLines} = await import('./faces.ts');
	return (await planOrDeploy(io, options, face, (live) => showLines(io, live, face))).exit;
}

/** What is open comes first; asked on the normal screen, because a person may want to copy what they read there. */
async function withPerson(io: Io, options: DeployOptions): Promise<ExitCode> {
	if (options.resume || options.plan) return onScreen(io, options);
	const {mayBeOpen, askFate} = await import('./open-deployment.ts');
	if (!(await mayBeOpen(io.cwd))) return onScreen(io, options);
	const {unpaint} = await import('../../tui/first-paint.ts');
	let painted = io.painted;
	const clear = () => {
		if (painted) io.write(unpaint());
		painted = false;
	};
	// The screen is cleared for a question, and for the words of whatever goes wrong on the way to it.
	const fate = await askFate(io, clear).catch((thrown: unknown) => {
		clear();
		throw thrown;
	});
	if (fate === undefined) return onScreen({...io, painted}, options);
	if (fate === 'resume') return onScreen({...io, painted}, {...options, resume: true});
	if (fate === 'abort') return (await import('./control.ts')).controlCommand(io, 'abort', {});
	io.out('It stays open. Go on with: orchestra deploy --resume, or take it back with: orchestra abort');
	return fate === 'left' ? EXIT.interrupted : EXIT.held;
}

async function onScreen(io: Io, options: DeployOptions): Promise<ExitCode> {
	if (!io.painted)
		io.write((await import('../../tui/first-paint.ts')).firstPaint(io.width, basename(io.cwd), io.colour));
	const [{waitingDeployment}, {loadScreens, showScreen}] = await Promise.all([
		import('../../engine/waiting.ts'),
		import('./faces.ts'),
	]);
	const waiting = waitingDeployment();
	let failed = false;
	const shown = showScreen(io, waiting.live, () => failed);
	await Promise.race([shown, firstFrame(io, loadScreens)]);
	try {
		const {planOrDeploy} = await import('./perform.ts');
		if (waiting.left()) return (await shown).exit;
		const ending = await planOrDeploy(io, options, 'tui', (live) => {
			if (waiting.left()) live.cancel('stop');
			else waiting.attach(live);
			return waiting.left() ? live.ended : shown;
		});
		await shown;
		return waiting.left() ? EXIT.interrupted : ending.exit;
	} catch (thrown) {
		// What went wrong before there was a deployment is said on the normal screen, once, by whoever catches this.
		failed = true;
		waiting.giveUp();
		await shown;
		throw thrown;
	}
}

/** Resolves when the screen has been drawn once; the compiled code is kept then, in case the process never ends tidily. */
async function firstFrame(io: Io, loadScreens: () => Promise<unknown>): Promise<void> {
	await loadScreens();
	await new Promise((done) => setTimeout(done, 15));
	const {flushCompileCache} = await import('node:module');
	if (!io.env.NODE_DISABLE_COMPILE_CACHE) setTimeout(flushCompileCache, 3000).unref();
}
