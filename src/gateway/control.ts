// Room: gateway. The verbs of the admin API on the running gateway. Takes whole desired states; knows no HTTP.

import {setTimeout as sleep} from 'node:timers/promises';
import {z} from 'zod';
import {otherSlot} from '../domain/ids.ts';
import type {Lane} from './lane.ts';
import {logTail} from './log-tail.ts';
import {type GatewayReport, PROTOCOL, type Verb} from './protocol.ts';
import {refuse} from './refusal.ts';
import type {Slots} from './slots.ts';
import {backToStable, fenced, specShape, type Table, withSlot} from './state.ts';

/** How long a version that lost its traffic to the dead-man's rule is kept running. */
const ORPHAN_WARM_MS = 900_000;

const slot = z.enum(['blue', 'green']);
const fence = z.int().min(0);
const weight = z.int().min(0).max(100);

const bodies = {
	hello: z.object({}),
	observe: z.object({}),
	start: z.object({...specShape, slot, fence}),
	route: z
		.object({
			weights: z.object({blue: weight, green: weight}),
			stable: slot,
			fence,
			leaseSeconds: z.number().positive(),
		})
		.refine(({weights}) => weights.blue + weights.green === 100, 'weights must add up to 100'),
	renew: z.object({fence}),
	drain: z.object({slot, ms: z.number().min(0)}),
	stop: z.object({slot, fence}),
	keepWarm: z.object({slot, seconds: z.number().min(0), fence}),
	counts: z.object({}),
	logs: z.object({slot, lines: z.int().min(0).max(10_000)}),
	shutdown: z.object({slots: z.enum(['keep', 'stop'])}),
} satisfies Record<Verb, z.ZodType>;

export interface ControlOptions {
	readonly table: Table;
	readonly lanes: Readonly<Record<'blue' | 'green', Lane>>;
	readonly slots: Slots;
	readonly epoch: string;
	readonly host: string;
	readonly keeper: () => number;
	readonly logFile: (slot: 'blue' | 'green') => string;
	readonly say: (text: string) => void;
	/** Ends this process, after the answer is out. */
	readonly end: () => void;
}

export interface Control {
	/** @param body parsed JSON, checked here. Rejects with a FaultError or a ZodError. */
	perform(verb: Verb, body: unknown): Promise<unknown>;
	/** Acts on what time alone brings: an expired lease, a warm slot's end. Call a few times a second. */
	tick(): void;
}

export function createControl(options: ControlOptions): Control {
	const {table, lanes, slots, say} = options;
	/** Monotonic milliseconds when the conductor counts as gone. */
	let leaseEnd = 0;
	let expiring = false;
	/** As long as anybody is on a version that is not stable yet, at 100 % too, a conductor must be alive. */
	const armed = () => table.get().weights[otherSlot(table.get().stable)] > 0;
	const rearm = (ms: number) => {
		leaseEnd = performance.now() + ms;
	};
	{
		// After a restart the clock on the wall is all there is; a clock that jumped can only cost or give one lease.
		const {leaseSeconds, leaseRenewedAt} = table.get();
		const left = leaseRenewedAt + leaseSeconds * 1000 - Date.now();
		rearm(Math.min(leaseSeconds * 1000, Math.max(0, left)));
	}

	const report = (): GatewayReport => {
		const {port, fence: seen, stable, weights, note} = table.get();
		return {
			protocol: PROTOCOL,
			pid: process.pid,
			host: options.host,
			port,
			fence: seen,
			stable,
			weights,
			slots: {blue: slots.report('blue'), green: slots.report('green')},
			...(armed() ? {leaseLeftMs: Math.max(0, leaseEnd - performance.now())} : {}),
			...(note === undefined ? {} : {note}),
		};
	};

	const verbs: {[V in Verb]: (body: z.infer<(typeof bodies)[V]>) => Promise<unknown>} = {
		hello: async () => ({
			protocol: PROTOCOL,
			pid: process.pid,
			keeper: options.keeper(),
			port: table.get().port,
		}),
		observe: async () => report(),
		async start({slot: name, fence: mine, ...spec}) {
			await slots.start(name, spec, mine);
			return slots.report(name);
		},
		async route(wish) {
			const names = ['blue', 'green'] as const;
			await table.change((state) => {
				const checked = fenced(state, wish.fence);
				for (const name of names) {
					// New traffic goes only where something answers. The stable slot is exempt: going back to it is always
					// right, it is restarted and meanwhile helped out.
					const fresh = wish.weights[name] > 0 && state.weights[name] === 0 && name !== wish.stable;
					if (fresh && !lanes[name].serving)
						refuse('ROUTE_NOT_CONFIRMED', {
							wanted: `${name} ${wish.weights[name]} %`,
							seen: `${name} is ${slots.report(name).state}`,
						});
				}
				let next = {
					...checked,
					weights: wish.weights,
					stable: wish.stable,
					leaseSeconds: wish.leaseSeconds,
					leaseRenewedAt: Date.now(),
				};
				delete next.note;
				for (const name of names) {
					const {warmUntil, ...cold} = next.slots[name] ?? {};
					const record = next.slots[name];
					if (record !== null && wish.weights[name] > 0 && warmUntil !== undefined)
						next = {...next, slots: {...next.slots, [name]: cold}};
				}
				return withSlot(next, wish.stable, next.slots[wish.stable]?.phase === 'up' ? {trusted: true} : {});
			});
			rearm(wish.leaseSeconds * 1000);
			say(`weights: blue ${wish.weights.blue}, green ${wish.weights.green}; stable ${wish.stable}`);
			return report();
		},
		async renew({fence: mine}) {
			await table.change((state) => {
				const checked = fenced(state, mine);
				const now = Date.now();
				// A disk write a second at most, whoever calls how often.
				return Math.abs(now - checked.leaseRenewedAt) < 1000 ? checked : {...checked, leaseRenewedAt: now};
			});
			rearm(table.get().leaseSeconds * 1000);
			return {};
		},
		async drain({slot: name, ms}) {
			const deadline = performance.now() + ms;
			while (lanes[name].inFlight > 0 && performance.now() < deadline) await sleep(10);
			return {inFlight: lanes[name].inFlight, websockets: lanes[name].sockets.size};
		},
		async stop({slot: name, fence: mine}) {
			await slots.stop(name, mine);
			return slots.report(name);
		},
		async keepWarm({slot: name, seconds, fence: mine}) {
			await table.change((state) => {
				const checked = fenced(state, mine);
				if (state.weights[name] > 0) refuse('SLOT_HAS_TRAFFIC', {slot: name, weight: state.weights[name]});
				return withSlot(checked, name, {warmUntil: Date.now() + seconds * 1000});
			});
			return slots.report(name);
		},
		counts: async () => ({
			epoch: options.epoch,
			slots: {blue: lanes.blue.counter.read(), green: lanes.green.counter.read()},
		}),
		logs: async ({slot: name, lines}) => ({lines: await logTail(options.logFile(name), lines)}),
		async shutdown({slots: fate}) {
			say(`shutting down, slots: ${fate}`);
			if (fate === 'stop') await Promise.all([slots.end('blue'), slots.end('green')]);
			slots.release();
			options.end();
			return {};
		},
	};

	function dispatch<V extends Verb>(verb: V, body: unknown): Promise<unknown> {
		// The table above pairs each verb with its own body; the compiler cannot follow the pair through an index.
		const schema: z.ZodType<z.infer<(typeof bodies)[V]>> = bodies[verb] as never;
		return verbs[verb](schema.parse(body));
	}

	return {
		perform: async (verb, body) => dispatch(verb, body),
		tick() {
			const state = table.get();
			// Traffic returns to a slot that can take it; while it cannot, waiting is the lesser evil.
			if (armed() && performance.now() > leaseEnd && lanes[state.stable].serving && !expiring) {
				expiring = true;
				const note = `no conductor for ${state.leaseSeconds} s: ${otherSlot(state.stable)} lost its traffic`;
				void table
					.record((now) => {
						if (performance.now() <= leaseEnd) return now;
						// Kept for whoever resumes, but not for ever.
						const warmUntil = Date.now() + ORPHAN_WARM_MS;
						return withSlot(backToStable(now, note), otherSlot(now.stable), {warmUntil});
					})
					.then(() => say(`all traffic to ${table.get().stable}: ${note}`))
					.finally(() => {
						expiring = false;
					});
			}
			for (const name of ['blue', 'green'] as const) {
				const warmUntil = state.slots[name]?.warmUntil;
				if (warmUntil === undefined || Date.now() < warmUntil || state.weights[name] > 0) continue;
				say(`${name}: warm time is over`);
				void table
					.record((now) => withSlot(now, name, {warmUntil: Date.now() + 60_000}))
					.then(() => slots.stop(name, table.get().fence))
					.catch((error: Error) => say(`${name}: ${error.message}`));
			}
		},
	};
}
