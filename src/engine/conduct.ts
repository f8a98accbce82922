// Room: engine. Conducts one deployment through the score: resumes what the journal says was begun, stops where it must,
// takes back what it has to, learns, and closes the books exactly once. Knows no screen and no adapter.

import {createHash} from 'node:crypto';
import type {DecisionRequest} from '../domain/decision.ts';
import type {Body} from '../domain/deployment/event.ts';

import {drawableJson} from '../domain/drawable-json.ts';
import type {FaultCode} from '../domain/fault/catalogue.ts';
import {type Fault, FaultError, fault, faultOf} from '../domain/fault/fault.ts';
import {STAGES, type StageName} from '../domain/ids.ts';
import {EXIT, type ExitCode, exitCodeOf, OUTCOMES, type Outcome} from '../domain/outcome.ts';
import type {ProductionReport} from '../domain/release.ts';
import {type Safe, safe} from '../domain/safe.ts';
import type {DeploymentFolder} from '../ports/files.ts';
import type {Journal} from '../ports/journal.ts';
import type {Lock} from '../ports/lock.ts';
import type {Before, Score} from '../stages/score.ts';
import type {Movement, Stage} from '../stages/stage.ts';
import {isAnswer} from './answers.ts';
import type {Ending, LiveDeployment} from './live.ts';
import {createRecorder, type Recorder} from './recorder.ts';
import {type StandParts, standFor} from './stand.ts';

export interface Conducting extends Pick<StandParts, 'clock' | 'flags'> {
	readonly score: Score;
	readonly journal: Journal;
	readonly folder: DeploymentFolder;
	/** Undefined for a plan, which has no effects to guard. */
	readonly lock?: Lock;
	/** The first record of a new deployment; a journal that has records is resumed. */
	readonly opening: Body & {type: 'deployment.opened'};
	/** Whether a person can be asked. */
	readonly interactive: boolean;
	/** `abort` takes an open deployment back instead of going on with it. */
	readonly purpose: 'deploy' | 'plan' | 'abort';
	/** The last stage to perform; the deployment stays open after it. */
	readonly until?: StageName;
	readonly who: Safe;
	/** Forgets a deployment that had nothing to do: no effect, no record. */
	readonly discard: () => Promise<void>;
	/** Moves the closed deployment into the history. Idempotent. */
	readonly archive: (recorder: Recorder) => Promise<void>;
}

/** Raised through the signal: how a stage is told to stop. */
class Cancelled extends Error {
	readonly how: 'stop' | 'abort';
	constructor(how: 'stop' | 'abort') {
		super(how);
		this.how = how;
	}
}

/** What ends a deployment before it began: words that name nothing, or nothing chosen. The exit code for each. */
const WRONG_WORDS: Partial<Record<FaultCode, ExitCode>> = {
	USAGE: EXIT.usage,
	REF_NOT_FOUND: EXIT.usage,
	NO_COMMITS: EXIT.failed,
	EMPTY_BATCH: EXIT.failed,
};

type Ended = {outcome: Outcome; why?: Safe; cause?: string};
type Leaving = {exit: ExitCode; fault?: Fault};

export function conduct(options: Conducting): LiveDeployment {
	const {journal, folder, lock, clock, score} = options;
	const recorder = createRecorder(journal, folder);
	const cancelled = new AbortController();
	const wishes = {promote: false, paused: false};
	let waiting: {request: DecisionRequest; resolve: (value: string) => void} | undefined;
	const outputs: Record<string, unknown> = {};

	const person: StandParts['person'] = options.interactive
		? (request, signal) =>
				new Promise((resolve, reject) => {
					signal.throwIfAborted();
					waiting = {request, resolve};
					const leave = () => {
						waiting = undefined;
						reject(signal.reason);
					};
					signal.addEventListener('abort', leave, {once: true});
				})
		: undefined;

	const parts: StandParts = {
		recorder,
		folder,
		clock,
		fence: lock?.fence ?? 0,
		flags: options.flags,
		person,
		wishes: () => {
			const now = {...wishes};
			wishes.promote = false;
			return now;
		},
	};

	const live: LiveDeployment = {
		state: recorder.state,
		subscribe: recorder.subscribe,
		answer(id, value) {
			if (waiting?.request.id !== id || !isAnswer(waiting.request, value)) return false;
			waiting.resolve(value);
			waiting = undefined;
			return true;
		},
		wish(wish) {
			if (wish !== 'promote') wishes.paused = wish === 'pause';
			// Said before there is anything to look at, it would skip a watch that nobody has seen.
			else if (recorder.state().stages.production.status === 'running') wishes.promote = true;
		},
		cancel(how) {
			// The first word counts: a stop that is under way ends in an open deployment, which can then be aborted.
			if (!cancelled.signal.aborted) cancelled.abort(new Cancelled(how));
		},
		ended: Promise.resolve().then(run),
	};

	lock?.onRequest((request) => {
		const {id, stages} = recorder.state();
		if (request === 'promote' && stages.production.status !== 'running')
			return {accepted: false, text: 'promote: no rollout is being watched now'};
		if (request === 'abort') live.cancel('abort');
		else live.wish(request);
		return {accepted: true, text: `${request}: passed on to ${id}`};
	});

	async function run(): Promise<Ending> {
		let leaving: Leaving;
		try {
			await open();
			leaving = await perform();
		} catch (thrown) {
			leaving = await breakOff(thrown);
		}
		await journal.close().catch(() => undefined);
		return {...leaving, state: recorder.state()};
	}

	async function open() {
		const closed = OUTCOMES.some((outcome) => outcome === recorder.state().status);
		if (journal.past.length === 0) await recorder.record(options.opening, true);
		else if (!closed) {
			await recorder.record({type: 'deployment.resumed', by: options.who, afterSeq: journal.past.length}, true);
			if (journal.tornBytes > 0) {
				const text = safe(`The last journal record was torn (${journal.tornBytes} bytes) and was dropped`);
				await recorder.record({type: 'note', level: 'warning', text});
			}
		}
		const id = recorder.state().id;
		if (id !== undefined) lock?.describe({id});
	}

	async function perform(): Promise<Leaving> {
		const decided = recorder.state().ending;
		if (decided) {
			await recallAll();
			return finish(decided);
		}
		if (options.purpose === 'abort') return abort('aborted on request');
		for (const name of STAGES) {
			if (name === 'learning') break;
			const upToHere = () => leave('held', `Stopped after ${name}, as asked`, EXIT.ok);
			if (await recall(name)) {
				// Done in an earlier life: whoever says how far it may go means no further than that.
				if (name === options.until) return upToHere();
				continue;
			}
			if (cancelled.signal.aborted) return interrupted();
			lock?.describe({stage: name});
			const left = await play(name);
			if (left) return left;
			if (name === 'selection' && options.purpose === 'plan') return {exit: EXIT.ok};
			if (name === options.until) return upToHere();
		}
		const production = outputs.production as ProductionReport; // `as`: stage 5 put it there
		return finish(endOf(production));
	}

	/** Takes a finished stage's output from its artefact; false when the stage has to be performed. */
	async function recall(name: StageName): Promise<boolean> {
		const artefact = recorder.state().stages[name].artefact;
		if (!artefact) return false;
		const text = await folder.read(artefact.file);
		if (text === undefined || sha256(text) !== artefact.sha256) {
			const what = safe(`${artefact.file} is missing or was changed: ${name} is done again`);
			await recorder.record({type: 'note', level: 'warning', stage: name, text: what});
			return false;
		}
		outputs[name] = JSON.parse(text);
		return true;
	}

	/** What the earlier lives found out: taking back and learning need it. */
	async function recallAll(): Promise<void> {
		for (const name of STAGES) if (name !== 'learning') await recall(name);
	}

	async function play(name: Exclude<StageName, 'learning'>): Promise<Leaving | undefined> {
		const stage = score[name] as Stage<unknown, unknown>; // `as`: the score's types pair each stage with its input; the loop erases them
		const input = {...outputs};
		const blocker = stage.check(input)[0];
		let movement: Movement<unknown>;
		await recorder.record({type: 'stage.started', stage: name}, true);
		try {
			if (blocker) throw new FaultError(blocker);
			movement = await stage.perform(input, standFor(name, parts, cancelled.signal));
		} catch (thrown) {
			if (cancelled.signal.aborted) return interrupted();
			movement = {kind: 'stopped', fault: faultOf(thrown)};
		}
		if (movement.kind === 'finished') {
			const text = `${drawableJson(movement.output, '\t')}\n`;
			const file = `${name}.json`;
			const sum = await folder.write(file, text);
			outputs[name] = movement.output;
			const {summary} = movement;
			await recorder.record({type: 'stage.finished', stage: name, artefact: file, sha256: sum, summary}, true);
			return undefined;
		}
		if (movement.kind === 'held') {
			const {question, flag} = movement.request;
			const waits = fault('HELD', {with: {question, flag}, nextSteps: []});
			return {...(await leave('held', `Waiting for a decision: ${question}`, EXIT.held)), fault: waits};
		}
		// Ctrl-C reaches the commands of a stage as well: what they then say is no verdict about the release.
		if (cancelled.signal.aborted) return interrupted();
		const stopped = {...movement.fault, stage: movement.fault.stage ?? name};
		await recorder.record({type: 'stage.stopped', stage: name, fault: stopped}, true);
		if (stopped.code === 'NOTHING_TO_DEPLOY') {
			if (options.purpose !== 'plan') await options.discard();
			return {exit: EXIT.ok, fault: stopped};
		}
		const misspelt = name === 'discovery' || name === 'selection' ? WRONG_WORDS[stopped.code] : undefined;
		if (options.purpose === 'plan') return {exit: misspelt ?? EXIT.failed, fault: stopped};
		if (misspelt !== undefined) {
			// Nothing was begun, so there is nothing to remember; what was open before stays as it was.
			if (journal.past.length === 0) await options.discard();
			else await leave('held', stopped.headline, misspelt);
			return {exit: misspelt, fault: stopped};
		}
		// A person who says stop has aborted; everything else that stops a stage is a failure.
		const stop = stopped.kind === 'cancelled' ? 'aborted' : 'failed';
		const outcome = recorder.state().trafficMoved ? 'rolled_back' : stop;
		const ended: Ended = {outcome, why: stopped.headline, cause: stopped.code};
		return {fault: stopped, ...(await finish(ended))};
	}

	function aborting(): boolean {
		return cancelled.signal.aborted && (cancelled.signal.reason as Cancelled).how === 'abort'; // `as`: only cancel() aborts this signal
	}

	async function interrupted(): Promise<Leaving> {
		if (aborting()) return abort('aborted on request');
		return leave('interrupted', 'Interrupted. Go on with: orchestra deploy --resume', EXIT.interrupted);
	}

	async function leave(why: 'held' | 'interrupted', text: string, exit: ExitCode): Promise<Leaving> {
		if (options.purpose !== 'plan') await recorder.record({type: 'deployment.left', why, text: safe(text)}, true);
		return {exit};
	}

	async function abort(why: string): Promise<Leaving> {
		if (options.purpose === 'plan') return {exit: EXIT.interrupted};
		await recallAll();
		// Production came to its own end before the abort did: that end stands, and nothing is taken back.
		const done = outputs.production as ProductionReport | undefined; // `as`: stage 5 put it there
		if (done) return finish(endOf(done));
		return finish({outcome: 'aborted', why: safe(why), cause: 'aborted'});
	}

	/** From the decision how it ends to closed books. Every part is idempotent: a crash in it is resumed here. */
	async function finish(ended: Ended): Promise<Leaving> {
		if (!recorder.state().ending) await recorder.record({type: 'deployment.ending', ...ended}, true);
		const {outcome, why} = ended;
		if (recorder.state().status !== outcome) {
			const back = outcome === 'promoted' ? undefined : await retreat();
			if (back) return back;
			const left = await learn(ended);
			if (left) return left;
			const {trafficMoved} = recorder.state();
			await recorder.record({type: 'deployment.closed', outcome, trafficMoved, ...(why ? {why} : {})}, true);
		}
		const exit = exitCodeOf(outcome, recorder.state().trafficMoved);
		try {
			await options.archive(recorder);
		} catch (thrown) {
			// How it ended is on record and stays true; whoever comes next puts it on the shelf.
			return {exit, fault: faultOf(thrown)};
		}
		return {exit};
	}

	/** Takes back what the begun stages did, last first. Undefined when all is back; else a person is needed. */
	async function retreat(): Promise<Leaving | undefined> {
		for (const name of STAGES.toReversed()) {
			const stage = name === 'learning' ? undefined : (score[name] as Stage<unknown, unknown>); // `as`: as in play()
			const begun = recorder.state().stages[name].status !== 'waiting';
			if (!stage?.retreat || !begun) continue;
			try {
				await stage.retreat({...outputs}, standFor(name, parts, new AbortController().signal));
			} catch (thrown) {
				const stuck = {...faultOf(thrown), stage: name};
				await recorder.record({type: 'stage.stopped', stage: name, fault: stuck}, true);
				return {exit: EXIT.unknown, fault: stuck};
			}
		}
		return undefined;
	}

	/** A lesson that could not be drawn must not keep a deployment open; a question about the promoted one may. */
	async function learn(ended: Ended): Promise<Leaving | undefined> {
		if (recorder.state().stages.learning.status === 'finished') return undefined;
		const stopping = () => ended.outcome === 'promoted' && cancelled.signal.aborted && !aborting();
		if (stopping()) return interrupted();
		lock?.describe({stage: 'learning'});
		await recorder.record({type: 'stage.started', stage: 'learning'}, true);
		const {trafficMoved} = recorder.state();
		const input = {...outputs, ended: {...ended, trafficMoved}, state: recorder.state()} as Before['learning']; // `as`: outputs are typed by the score
		const perform = (signal: AbortSignal, who: StandParts['person']) =>
			score.learning.perform(input, standFor('learning', {...parts, person: who}, signal));
		// Whoever aborts, or sees a release taken back, is asked nothing more; but there is still something to learn.
		const quietly = () => perform(new AbortController().signal, undefined);
		try {
			const asking = ended.outcome === 'promoted' && !aborting();
			const movement = await (asking ? perform(cancelled.signal, person) : quietly()).catch((thrown: unknown) => {
				if (asking && aborting()) return quietly();
				throw thrown;
			});
			if (movement.kind !== 'finished') return undefined;
			const sum = await folder.write('learning.json', `${drawableJson(movement.output, '\t')}\n`);
			const {summary} = movement;
			await recorder.record(
				{type: 'stage.finished', stage: 'learning', artefact: 'learning.json', sha256: sum, summary},
				true,
			);
		} catch (thrown) {
			if (stopping()) return interrupted();
			await recorder.record({type: 'stage.stopped', stage: 'learning', fault: faultOf(thrown)}, true);
		}
		return undefined;
	}

	/** Something broke outside a stage: the journal, the disk, or a bug. Nothing more is done; the deployment stays open. */
	async function breakOff(thrown: unknown): Promise<Leaving> {
		const broken = faultOf(thrown);
		const stage = STAGES.findLast((name) => recorder.state().stages[name].status !== 'waiting') ?? 'discovery';
		await recorder.record({type: 'stage.stopped', stage, fault: broken}, true).catch(() => undefined);
		return {exit: recorder.state().trafficMoved ? EXIT.unknown : EXIT.failed, fault: broken};
	}

	return live;
}

function endOf(production: ProductionReport): Ended {
	const {result, why, cause} = production;
	return {outcome: result, ...(why ? {why} : {}), ...(cause ? {cause} : {})};
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
