// Room: engine. A deployment that is not there yet: a screen may be shown, and left again, while the repository is still
// being opened. Everything is passed on once the real one is attached.

import type {Published} from '../domain/deployment/event.ts';
import {INITIAL} from '../domain/deployment/fold.ts';
import {fault} from '../domain/fault/fault.ts';
import {EXIT} from '../domain/outcome.ts';
import type {Ending, LiveDeployment} from './live.ts';

export interface Waiting {
	readonly live: LiveDeployment;
	/** True: a person left before there was anything to conduct. */
	left(): boolean;
	attach(real: LiveDeployment): void;
	/** It could not be opened: the screen is to close. Why is the caller's to say. */
	giveUp(): void;
}

export function waitingDeployment(): Waiting {
	const listeners = new Set<(event: Published) => void>();
	const ended = Promise.withResolvers<Ending>();
	let real: LiveDeployment | undefined;
	let left = false;
	const nothing = (): Ending => ({exit: EXIT.interrupted, state: INITIAL, fault: fault('INTERRUPTED')});
	return {
		left: () => left,
		attach(deployment) {
			real = deployment;
			for (const listener of listeners) deployment.subscribe(listener);
			deployment.ended.then(ended.resolve, ended.reject);
		},
		giveUp: () => ended.resolve(nothing()),
		live: {
			state: () => real?.state() ?? INITIAL,
			subscribe(listener) {
				if (real) return real.subscribe(listener);
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
			answer: (id, value) => real?.answer(id, value) ?? false,
			wish: (wish) => real?.wish(wish),
			cancel(how) {
				if (real) return real.cancel(how);
				left = true;
				ended.resolve(nothing());
			},
			ended: ended.promise,
		},
	};
}
