// Room: tui. `orchestra status --monitor`: watches a deployment that another terminal conducts. It has no way to change
// anything; `q` quits.

import type {DeploymentState} from '../domain/deployment/state.ts';
import type {Holder} from '../ports/lock.ts';
import {App, onScreen} from './app.tsx';
import {createFeed} from './feed.ts';
import {composeMonitor} from './panels/monitor.ts';
import type {Terminal} from './terminal.ts';

export interface MonitorSource {
	/** The fold of the journal as far as it was read; `INITIAL` when there is no deployment. */
	state(): DeploymentState;
	/** Who conducts it; undefined when nobody holds the lock. */
	holder(): Holder | undefined;
	/** Called when either of them changed. Returns the unsubscriber. */
	subscribe(listener: () => void): () => void;
}

/** Resolves when the person quits. Rejects only when the screen breaks; the terminal is restored then too. */
export async function runMonitor(source: MonitorSource, terminal: Omit<Terminal, 'farewell'> = {}): Promise<void> {
	const feed = createFeed(source);
	const left = Promise.withResolvers<void>();
	const perform = () => {
		// Whatever a key means elsewhere: here only leaving is possible.
		left.resolve();
		return true;
	};
	const app = (
		<App
			feed={feed}
			now={terminal.now ?? Date.now}
			perform={perform}
			compose={composeMonitor}
			holder={() => source.holder()}
		/>
	);
	try {
		await onScreen(terminal, app, left.promise);
	} finally {
		feed.close();
	}
}
