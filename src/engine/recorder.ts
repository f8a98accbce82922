// Room: engine. Journals first, then folds, then publishes: what a screen shows is on the record already.

import type {Body, DeploymentEvent, LogLine, Published} from '../domain/deployment/event.ts';
import {fold, foldAll} from '../domain/deployment/fold.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import type {DeploymentFolder} from '../ports/files.ts';
import type {Journal} from '../ports/journal.ts';

export interface Recorder {
	state(): DeploymentState;
	/** Everything so far, past lives included. */
	events(): readonly DeploymentEvent[];
	/** `durable`: on the disk before it returns, with all before it. */
	record(body: Body, durable?: boolean): Promise<void>;
	log(line: LogLine): void;
	subscribe(listener: (event: Published) => void): () => void;
}

export function createRecorder(journal: Journal, folder: DeploymentFolder): Recorder {
	const events: DeploymentEvent[] = [...journal.past];
	const listeners = new Set<(event: Published) => void>();
	let state = foldAll(journal.past);

	function publish(event: Published) {
		for (const listener of listeners) {
			try {
				listener(event);
			} catch {
				// A face that broke hears no more; a release is not stopped half-way because of a screen.
				listeners.delete(listener);
			}
		}
	}

	return {
		state: () => state,
		events: () => events,
		async record(body, durable = false) {
			const event = await journal.append(body, durable);
			events.push(event);
			state = fold(state, event);
			publish(event);
		},
		log(line) {
			folder.log([`${line.stage} ${line.source} | ${line.text}`]);
			publish(line);
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
