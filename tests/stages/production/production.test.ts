import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import type {Calendar} from '../../../src/domain/advice/calendar.ts';
import {judge} from '../../../src/domain/analysis/judge.ts';
import type {Batch, DiscoveryReport} from '../../../src/domain/batch.ts';
import {raise} from '../../../src/domain/fault/fault.ts';
import {asOid} from '../../../src/domain/ids.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import type {Project} from '../../../src/domain/project.ts';
import type {StagedRelease, TestReport} from '../../../src/domain/release.ts';
import {BUILT_IN_STRATEGIES, type Strategy} from '../../../src/domain/rollout/strategy.ts';
import {safe} from '../../../src/domain/safe.ts';
import {createProduction} from '../../../src/stages/production/stage.ts';
import type {Score} from '../../../src/stages/score.ts';
import {fakeClock} from '../../kit/clock.ts';
import {conductIn, fakeScore, finished} from '../../kit/orchestra.ts';
import {fakeTarget} from '../../kit/target.ts';
import {tempFolder} from '../../kit/temp.ts';

const base = asOid('a'.repeat(40));
const commit = asOid('b'.repeat(40));
const NEW = 'v1.1.0+bbbbbbbb';

const strategyOf = (name: string): Strategy => {
	const found = BUILT_IN_STRATEGIES.find((s) => s.name === name);
	if (!found) throw new Error(name);
	return found;
};

const project: Project = {
	schemaVersion: 1,
	name: 'p',
	branches: {base: 'main'},
	commands: {start: 'node server.js', test: {}},
	health: {path: '/health', withinSeconds: 30, inARow: 2},
	port: 8080,
	target: 'local',
	tag: 'v{version}',
	afterPromotion: 'never',
	env: {},
};

function set(
	options: {
		serving?: string | undefined;
		strategy?: string;
		project?: Partial<Project>;
		migrateExit?: number;
		trusted?: boolean;
		minRequests?: number;
		calendar?: Calendar;
		recommendation?: Batch['recommendation'];
	} = {},
) {
	const strategy = strategyOf(options.strategy ?? 'canary');
	const {minRequests} = options;
	const clock = fakeClock();
	const target = fakeTarget(clock, 'serving' in options ? options.serving : 'v1.0.0+aaaaaaaa');
	const run = vi.fn(async () => ({exit: options.migrateExit ?? 0, timedOut: false, ms: 5, tail: [], stdout: ''}));
	const prepare = vi.fn(async () => '/base');
	const production = createProduction({
		target,
		runner: {run},
		project: {...project, ...options.project},
		trust: {isTrusted: async () => options.trusted ?? true, trust: async () => undefined},
		trustHash: 'h',
		preferences: DEFAULT_PREFERENCES,
		judge,
		strategyNamed: () => ({
			...strategy,
			thresholds: {...strategy.thresholds, ...(minRequests === undefined ? {} : {minRequests})},
		}),
		...(options.calendar === undefined ? {} : {calendar: options.calendar}),
		environment: async () => ({SECRET: 'hunter2hunter2'}),
		prepare,
	});
	// `as`: only what production reads of the earlier stages
	const outputs = {
		discovery: {base: {name: safe('main'), oid: base}} as DiscoveryReport,
		selection: {
			chosen: [],
			...(options.recommendation === undefined ? {} : {recommendation: options.recommendation}),
			risk: {value: 0.1, evidence: 0, reasons: []},
			release: {tag: 'v1.1.0', version: '1.1.0', commit, tree: commit, base, picks: []},
		} as unknown as Batch,
		staging: {folder: '/release'} as StagedRelease,
		testing: {green: true, suites: [], report: 'report.html'} satisfies TestReport,
	};
	const score: Score = {
		...fakeScore({
			discovery: async () => finished(outputs.discovery),
			selection: async () => finished(outputs.selection),
			staging: async () => finished(outputs.staging),
			testing: async () => finished(outputs.testing),
		}),
		production,
	};
	const folder = tempFolder();
	const conduct = (more = {}) => conductIn({folder, clock}, score, {clock, ...more});
	return {clock, target, run, prepare, conduct, folder};
}

test('a canary climbs 5, 25, 50, 100, becomes stable, and the old version stays warm', async () => {
	const {target, conduct} = set();
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 0, state: {status: 'promoted', trafficMoved: true}});
	expect(target.calls).toEqual([
		`start green ${NEW}`,
		'route 95/5 stable blue',
		'route 75/25 stable blue',
		'route 50/50 stable blue',
		'route 0/100 stable blue',
		'route 0/100 stable green',
		'drain blue',
		'warm blue',
	]);
});

/** The clock stands at Saturday, 21 November 2026, 10:00 UTC. */
const calendar = (more: Partial<Calendar> = {}): Calendar => ({timeZone: 'UTC', windows: [], freeze: [], ...more});

test('in a freeze production holds before anything is touched, --yes or not; --now begins, and a resume after it as well', async () => {
	const frozen = calendar({freeze: [{from: '2026-11-20', to: '2026-11-21', reason: 'big sale'}]});
	const {target, clock, conduct} = set({calendar: frozen});
	const held = await (await conduct()).ended;
	expect(held).toMatchObject({
		exit: 8,
		state: {status: 'held', decision: {kind: 'timing', flag: '--now', id: 'production.timing.2026-11-21'}},
	});
	expect(held.state.decision?.question).toContain('frozen until Sun 22 Nov 2026, 00:00: big sale');
	expect(target.calls).toEqual([]);
	clock.advance(14 * 3_600_000);
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted'}});

	const other = set({calendar: frozen});
	const flags = {yes: true, now: true, trustHash: 'h'};
	expect(await (await other.conduct({flags})).ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
});

test('a rollout that was interrupted and gave its traffic back asks again when it would go on in a freeze', async () => {
	const {target, clock, conduct} = set({calendar: calendar({freeze: [{from: '2026-11-21T12:00', to: '2026-11-21'}]})});
	const first = await conduct();
	first.subscribe((event) => {
		if (event.type === 'route.changed' && event.weights.green === 5) setImmediate(() => first.cancel('stop'));
	});
	expect(await first.ended).toMatchObject({exit: 130});
	const before = target.calls.length;
	clock.advance(4 * 3_600_000);
	expect(await (await conduct()).ended).toMatchObject({exit: 8, state: {decision: {kind: 'timing'}}});
	expect(target.calls).toHaveLength(before);
	clock.advance(12 * 3_600_000);
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
});

test('outside the change windows a person may begin all the same; a refusal stops before anything is touched', async () => {
	const windows = calendar({windows: [{days: ['mon'], from: '09:00', to: '16:00'}]});
	for (const [value, exit] of [
		['go', 0],
		['stop', 1],
	] as const) {
		const {target, conduct} = set({calendar: windows});
		const live = await conduct({interactive: true});
		live.subscribe((event) => {
			if (event.type === 'decision.asked' && event.request.kind === 'timing')
				setImmediate(() => live.answer(event.request.id, value));
		});
		expect((await live.ended).exit).toBe(exit);
		expect(target.calls.length > 0).toBe(value === 'go');
	}
});

test('for a high risk the gate looks twice as often', async () => {
	const risk = {level: 'high risk', because: safe('drops a table')};
	// `as`: only what production reads of it
	const recommendation = {strategy: {name: 'canary'}, risk} as unknown as NonNullable<Batch['recommendation']>;
	const [usual, closer] = [set(), set({recommendation})];
	const looks = async ({conduct}: typeof usual) => {
		let seen = 0;
		const live = await conduct();
		live.subscribe((event) => {
			if (event.type === 'traffic.observed') seen++;
		});
		await live.ended;
		return seen;
	};
	expect((await looks(closer)) / (await looks(usual))).toBeCloseTo(2, 1);
});

test('a canary that answers 5xx is taken back by itself, stopped, and the exit code says rolled back safely', async () => {
	const {target, conduct} = set();
	target.errorRate[NEW] = 0.3;
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 3, state: {status: 'rolled_back', why: expect.stringContaining('errors in')}});
	expect(target.calls.slice(0, 5)).toEqual([
		`start green ${NEW}`,
		'route 95/5 stable blue',
		'route 100/0 stable blue',
		'drain green',
		'stop green',
	]);
	expect(target.weights).toEqual({blue: 100, green: 0});
});

test('without requests nothing is promoted: the deployment is held, with all traffic on the old version', async () => {
	const {target, conduct} = set();
	target.rate = 0;
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 8, state: {status: 'held', decision: {kind: 'thin-evidence'}}});
	expect(target.weights).toEqual({blue: 100, green: 0});
	target.rate = 50;
	const resumed = await (await conduct()).ended;
	expect(resumed).toMatchObject({exit: 0, state: {status: 'promoted'}});
});

test('commands that changed since they were trusted hold production before anything runs', async () => {
	const {target, run, conduct} = set({trusted: false});
	expect(await (await conduct()).ended).toMatchObject({exit: 8, state: {decision: {kind: 'trust'}}});
	expect([target.calls, run.mock.calls]).toEqual([[], []]);
});

test('a front door that is taken is a fault before traffic: nothing is to be taken back', async () => {
	const {target, conduct} = set();
	target.running = false;
	target.ensure = async () => raise('PORT_TAKEN', {with: {port: 8080, owner: 'somebody'}});
	expect(await (await conduct()).ended).toMatchObject({
		exit: 1,
		fault: {code: 'PORT_TAKEN'},
		state: {status: 'failed'},
	});
});

test('a version that never gets healthy gets no traffic at all', async () => {
	const {target, conduct} = set();
	target.sick = NEW;
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({
		exit: 1,
		fault: {code: 'NEVER_HEALTHY'},
		state: {status: 'failed', trafficMoved: false},
	});
	expect(target.calls.filter((c) => c.startsWith('route'))).toEqual([]);
});

test('when nothing serves yet the base is started first, so that there is something to go back to', async () => {
	const {target, prepare, conduct} = set({serving: undefined});
	target.slots.blue = {...target.slots.blue, state: 'empty'};
	const ending = await (await conduct()).ended;
	expect(ending.exit).toBe(0);
	expect(prepare).toHaveBeenCalledOnce();
	expect(target.calls.slice(0, 3)).toEqual([
		'start blue base+aaaaaaaa',
		'route 100/0 stable blue',
		`start green ${NEW}`,
	]);
});

test('a base that does not start is said, and the release is the first one, all at once and watched', async () => {
	const {target, conduct} = set({serving: undefined});
	target.sick = 'base+aaaaaaaa';
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 0, state: {status: 'promoted'}});
	expect(target.weights[target.stable]).toBe(100);
});

test('without a start command production says plainly what it needs, and touches nothing', async () => {
	const {target, conduct} = set({project: {commands: {test: {}}}});
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 1, fault: {code: 'NO_START_COMMAND'}, state: {status: 'failed'}});
	expect(target.calls).toEqual([]);
});

test('a migration that fails stops everything before the new slot starts', async () => {
	const {target, conduct} = set({
		project: {commands: {start: 's', migrate: 'node migrate.js', test: {}}},
		migrateExit: 2,
	});
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 1, fault: {code: 'MIGRATION_FAILED'}, state: {status: 'failed'}});
	expect(target.calls).toEqual([]);
});

test('blue-green moves everything at once and watches health; a dead new version is taken back', async () => {
	const good = set({strategy: 'blue-green'});
	good.target.rate = 0;
	expect(await (await good.conduct()).ended).toMatchObject({exit: 0});
	expect(good.target.calls).toContain('route 0/100 stable blue');
	const bad = set({strategy: 'blue-green'});
	const route = bad.target.route;
	bad.target.route = async (wish) => {
		await route(wish);
		if (wish.weights.green > 0) bad.target.slots.green = {...bad.target.slots.green, state: 'failed', lastExit: 7};
	};
	expect(await (await bad.conduct()).ended).toMatchObject({
		exit: 3,
		state: {status: 'rolled_back', why: expect.stringContaining('exit 7')},
	});
});

test('an abort in the middle of a canary brings everyone back and stops the new version', async () => {
	const {target, clock, conduct} = set();
	const live = await conduct();
	live.subscribe((event) => {
		if (event.type === 'traffic.observed' && event.step === 'route.25') live.cancel('abort');
	});
	const ending = await live.ended;
	expect(ending).toMatchObject({exit: 3, state: {status: 'aborted', trafficMoved: true}});
	expect([target.weights, target.slots.green.state]).toEqual([{blue: 100, green: 0}, 'empty']);
	expect(clock.mono()).toBeGreaterThan(0);
});

test('an interruption gives the traffic back and keeps the new version warm for the resume', async () => {
	const {target, conduct} = set();
	const live = await conduct();
	live.subscribe((event) => {
		if (event.type === 'traffic.observed' && event.step === 'route.50') live.cancel('stop');
	});
	expect(await live.ended).toMatchObject({exit: 130, state: {status: 'interrupted'}});
	expect([target.weights, target.slots.green.state]).toEqual([{blue: 100, green: 0}, 'healthy']);
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted', resumed: 1}});
});

/** A crash right behind a record: the journal ends there, the target is as it was then. */
function crashBehind(folder: string, isIt: (line: string) => boolean): void {
	const file = join(folder, 'journal.jsonl');
	const lines = readFileSync(file, 'utf8').split('\n');
	writeFileSync(file, `${lines.slice(0, lines.findIndex(isIt) + 1).join('\n')}\n`);
}

const confirmed = (step: string) => (line: string) =>
	line.includes('"step.confirmed"') && line.includes(`"step":"${step}"`);

test('a resume behind the promotion moves nobody: it drains the old version and lets it stay warm', async () => {
	const {target, folder, conduct} = set();
	await (await conduct()).ended;
	crashBehind(folder, confirmed('promote'));
	target.calls.length = 0;
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted', resumed: 1}});
	expect(target.calls).toEqual(['drain blue', 'warm blue']);
	expect([target.weights, target.stable]).toEqual([{blue: 0, green: 100}, 'green']);
});

test('a resume in the middle of a canary goes on at the weight it has: nobody is moved back and forth', async () => {
	const {target, folder, conduct} = set();
	await (await conduct()).ended;
	crashBehind(folder, confirmed('route.50'));
	Object.assign(target, {weights: {blue: 50, green: 50}, stable: 'blue', calls: []});
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted', resumed: 1}});
	expect(target.calls).toEqual(['route 0/100 stable blue', 'route 0/100 stable green', 'drain blue', 'warm blue']);
});

test('an abort says that people had seen the new version, also when the crash came before the word about it', async () => {
	const intended = (line: string) => line.includes('"step.intended"') && line.includes('"step":"route.5"');
	for (const [behind, green] of [
		[intended, 5],
		[confirmed('route.5'), 0],
	] as const) {
		const {target, folder, conduct} = set();
		await (await conduct()).ended;
		crashBehind(folder, behind);
		Object.assign(target, {weights: {blue: 100 - green, green}, stable: 'blue', calls: []});
		const ending = await (await conduct({purpose: 'abort'})).ended;
		expect(ending).toMatchObject({exit: 3, state: {status: 'aborted', trafficMoved: true}});
		expect(target.weights).toEqual({blue: 100, green: 0});
	}
});

test('a resume behind a gate that said stop takes the traffic back: the bad version is not tried again', async () => {
	for (const behind of ['"gate.judged"', '"step.intended","stage":"production","step":"rollback"']) {
		const {target, folder, conduct} = set();
		target.errorRate[NEW] = 0.3;
		await (await conduct()).ended;
		crashBehind(folder, (line) => line.includes(behind));
		target.slots.green = {...target.slots.green, release: safe(NEW), state: 'healthy'};
		Object.assign(target, {weights: {blue: 95, green: 5}, stable: 'blue', calls: []});
		const ending = await (await conduct()).ended;
		expect(ending).toMatchObject({exit: 3, state: {status: 'rolled_back', why: expect.stringContaining('errors in')}});
		expect(target.calls.slice(0, 3)).toEqual(['route 100/0 stable blue', 'drain green', 'stop green']);
		expect(target.calls.filter((call) => /start|route/.test(call))).toHaveLength(1);
	}
});

test('a resume after the target took the traffic back climbs from the first step again', async () => {
	const {target, folder, conduct} = set();
	await (await conduct()).ended;
	crashBehind(folder, confirmed('route.50'));
	Object.assign(target, {weights: {blue: 100, green: 0}, stable: 'blue', calls: []});
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
	expect(target.calls[0]).toBe('route 95/5 stable blue');
});

test('pause holds the rollout at its weight; promote goes on before the watch is over', async () => {
	const {clock, conduct} = set();
	const live = await conduct();
	let paused = 0;
	live.subscribe((event) => {
		if (event.type !== 'traffic.observed') return;
		if (event.step === 'route.5' && paused === 0) live.wish('pause');
		if (event.step === 'route.5' && ++paused === 200) live.wish('resume');
		if (event.step !== 'route.5') live.wish('promote');
	});
	expect(await live.ended).toMatchObject({exit: 0});
	expect(paused).toBeGreaterThan(200);
	expect(clock.mono() / 1000).toBeLessThan(1700);
});

test('when the dead-man’s rule took the traffic back, the rollout notices and does not go on', async () => {
	const {target, conduct} = set();
	const live = await conduct();
	live.subscribe((event) => {
		if (event.type === 'traffic.observed' && event.step === 'route.25') target.weights = {blue: 100, green: 0};
	});
	expect(await live.ended).toMatchObject({
		exit: 3,
		state: {status: 'rolled_back', why: expect.stringContaining('router took the traffic back')},
	});
});

const first = () => {
	const one = set({serving: undefined});
	one.target.sick = 'base+aaaaaaaa';
	one.target.errorRate[NEW] = 0.5;
	return one;
};

test('a first release that fails its gate stays, because nothing else can serve, and a person is called', async () => {
	const {target, conduct} = first();
	const held = await (await conduct()).ended;
	expect(held).toMatchObject({exit: 8, state: {status: 'held', decision: {kind: 'first-release'}}});
	expect(target.weights[target.stable]).toBe(100);
	expect(target.slots[target.stable].state).toBe('healthy');
	// Resumed, it is watched again; once it is well the gate says yes.
	target.errorRate[NEW] = 0;
	expect(await (await conduct()).ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
});

test('a first release that fails is taken down by the person’s answer, or by abort: as before it nobody is served', async () => {
	for (const how of ['answer', 'abort'] as const) {
		const {target, conduct} = first();
		const live = await conduct({interactive: true});
		live.subscribe((event) => {
			if (event.type !== 'decision.asked' || event.request.kind !== 'first-release') return;
			if (how === 'abort') live.cancel('abort');
			else setImmediate(() => live.answer(event.request.id, 'take down'));
		});
		const ending = await live.ended;
		expect(ending).toMatchObject({exit: 3, state: {status: how === 'abort' ? 'aborted' : 'rolled_back'}});
		expect([target.slots.blue.state, target.slots.green.state]).toEqual(['empty', 'empty']);
	}
});

test('while a person thinks about thin evidence the gate stays armed and takes a bad version back', async () => {
	const {target, conduct} = set();
	target.rate = 0;
	const live = await conduct({interactive: true});
	live.subscribe((event) => {
		if (event.type !== 'decision.asked' || event.request.kind !== 'thin-evidence') return;
		target.rate = 50;
		target.errorRate[NEW] = 0.5;
	});
	const ending = await live.ended;
	expect(ending).toMatchObject({exit: 3, state: {status: 'rolled_back'}});
	expect(ending.state.answers['production.thin-evidence.5.1']).toMatchObject({by: 'policy', value: 'roll back'});
	expect(target.weights).toEqual({blue: 100, green: 0});
});

test('evidence that comes while a person thinks lets the rollout go on', async () => {
	const {target, conduct} = set();
	target.rate = 0;
	const live = await conduct({interactive: true});
	live.subscribe((event) => {
		if (event.type === 'decision.asked' && event.request.kind === 'thin-evidence') target.rate = 50;
	});
	expect(await live.ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
});

test('what was seen before a question counts after it: a quiet service gets its evidence in the end', async () => {
	const {target, conduct} = set({minRequests: 250});
	target.rate = 2;
	const live = await conduct({interactive: true});
	let asked = 0;
	live.subscribe((event) => {
		if (event.type !== 'decision.asked' || event.request.kind !== 'thin-evidence') return;
		asked++;
		setImmediate(() => live.answer(event.request.id, 'wait'));
	});
	expect(await live.ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
	expect(asked).toBeGreaterThan(0);
});

test('a port that is taken stops the deployment before traffic, and there is nothing to take back', async () => {
	const {target, conduct} = set();
	target.running = false;
	target.ensure = async () => raise('PORT_TAKEN', {with: {port: 8080, owner: 'nginx'}});
	const ending = await (await conduct()).ended;
	expect(ending).toMatchObject({exit: 1, fault: {code: 'PORT_TAKEN'}, state: {status: 'failed'}});
});

test('exactly the release that serves already is left alone, and an abort never takes it away', async () => {
	for (const purpose of ['deploy', 'abort'] as const) {
		const {target, conduct} = set({serving: NEW});
		if (purpose === 'abort') await (await conduct({until: 'testing'})).ended;
		const ending = await (await conduct({purpose})).ended;
		expect(ending.state.status).toBe(purpose === 'abort' ? 'aborted' : 'promoted');
		expect([target.calls, target.slots.blue.state, target.weights.blue]).toEqual([[], 'healthy', 100]);
	}
});

test('when the old version is gone as well, whoever is served stays served and a person is called', async () => {
	const {target, conduct} = set();
	target.errorRate[NEW] = 0.5;
	const live = await conduct();
	live.subscribe((event) => {
		if (event.type === 'traffic.observed') target.slots.blue = {...target.slots.blue, state: 'failed'};
	});
	const ending = await live.ended;
	expect(ending).toMatchObject({exit: 4, fault: {code: 'ROLLBACK_FAILED'}, state: {status: 'running'}});
	expect([target.weights.green, target.slots.green.state]).toEqual([5, 'healthy']);
	target.slots.blue = {...target.slots.blue, state: 'healthy'};
	expect(await (await conduct({purpose: 'abort'})).ended).toMatchObject({exit: 3, state: {status: 'rolled_back'}});
	expect([target.weights, target.slots.green.state]).toEqual([{blue: 100, green: 0}, 'empty']);
});

test('an interruption between two weights gives the traffic back too', async () => {
	for (const at of ['gate.judged', 'route.changed'] as const) {
		const {target, conduct} = set();
		const live = await conduct();
		live.subscribe((event) => {
			if (event.type === at && live.state().stages.production.status === 'running' && target.weights.green === 50)
				live.cancel('stop');
		});
		expect(await live.ended).toMatchObject({exit: 130, state: {status: 'interrupted'}});
		expect(target.weights).toEqual({blue: 100, green: 0});
	}
});
