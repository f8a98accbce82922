// Room: adapters. A journal that leaves nothing behind, for `deploy --plan`: the same engine, no effect on the disk.

import type {Body, DeploymentEvent} from '../../domain/deployment/event.ts';
import type {Clock} from '../../ports/clock.ts';
import type {DeploymentFolder} from '../../ports/files.ts';
import type {Journal} from '../../ports/journal.ts';

export function memoryJournal(clock: Clock): Journal {
	let seq = 0;
	return {
		past: [],
		tornBytes: 0,
		append: async (body: Body): Promise<DeploymentEvent> => ({
			...body,
			seq: ++seq,
			fence: 0,
			mono: clock.mono(),
			utc: new Date(clock.now()).toISOString(),
		}),
		close: async () => undefined,
	};
}

export function memoryFolder(): DeploymentFolder {
	const files = new Map<string, string>();
	return {
		path: '',
		write: async (name, content) => {
			files.set(name, content);
			return '';
		},
		read: async (name) => files.get(name),
		log: () => undefined,
	};
}
