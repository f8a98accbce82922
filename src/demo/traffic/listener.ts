// Room: demo. A WebSocket that listens to the sample service, and comes back when it is sent away. It sends nothing.

import type {Tally} from './tally.ts';

const COME_BACK_MS = 500;
/** Attempts without success in a row, after which it stays away: the service may have no WebSocket at all. */
const PATIENCE = 20;

export interface Listener {
	close(): void;
}

export function listen(door: URL, path: string, tally: Tally): Listener {
	const url = new URL(path, door);
	url.protocol = 'ws:';
	let over = false;
	let failures = 0;
	let again: NodeJS.Timeout | undefined;
	let socket = open();

	function open(): WebSocket {
		const made = new WebSocket(url);
		let opened = false;
		made.addEventListener('open', () => {
			opened = true;
			failures = 0;
			tally.listener('opened');
		});
		made.addEventListener('message', () => tally.listener('messages'));
		// An attempt that fails ends with 'close' too: that is the one place where it is counted.
		made.addEventListener('close', () => {
			if (over) return;
			tally.listener(opened ? 'closed' : 'failed');
			if (!opened) failures++;
			if (failures >= PATIENCE) return;
			again = setTimeout(() => {
				socket = open();
			}, COME_BACK_MS);
		});
		return made;
	}

	return {
		close() {
			over = true;
			clearTimeout(again);
			socket.close();
		},
	};
}
