// Room: tui. Between the engine and React: collects events and log lines and tells the screen at most ten times a second,
// so that a chatty test suite costs no more than a quiet one. Keeps the log tail, which is no part of the state.

import type {LogLine, Published} from '../domain/deployment/event.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import type {Safe} from '../domain/safe.ts';
import type {Numbered} from './list.ts';

const LINES_KEPT = 5000;
const QUIET_MS = 100;

export interface LogEntry extends Numbered {
	readonly source: Safe;
	readonly text: Safe;
}

export interface Snapshot {
	readonly state: DeploymentState;
	readonly log: readonly LogEntry[];
}

export interface Feed {
	subscribe(listener: () => void): () => void;
	/** The same object until something happened. */
	snapshot(): Snapshot;
	close(): void;
}

export interface Source {
	state(): DeploymentState;
	subscribe(listener: (event?: Published) => void): () => void;
}

export function createFeed(source: Source): Feed {
	const listeners = new Set<() => void>();
	let lines: LogEntry[] = [];
	let count = 0;
	let current: Snapshot = {state: source.state(), log: lines};
	let timer: NodeJS.Timeout | undefined;
	let dirty = false;

	function tell() {
		dirty = false;
		// A new array for the screen: the old one may be on its way through a render.
		current = {state: source.state(), log: lines.slice()};
		for (const listener of listeners) listener();
	}

	function changed() {
		dirty = true;
		if (timer !== undefined) return;
		tell();
		timer = setTimeout(() => {
			timer = undefined;
			if (dirty) changed();
		}, QUIET_MS);
	}

	function keep({source: from, text}: LogLine) {
		lines.push({n: count++, source: from, text});
		// In one go now and then: shifting at each line would move the whole array each time.
		if (lines.length > LINES_KEPT * 1.2) lines = lines.slice(-LINES_KEPT);
	}

	const unsubscribe = source.subscribe((event) => {
		if (event?.type === 'log') keep(event);
		changed();
	});

	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		snapshot: () => current,
		close() {
			unsubscribe();
			clearTimeout(timer);
			timer = undefined;
		},
	};
}
