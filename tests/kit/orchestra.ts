// Room: tests. A conductor over fake stages: real engine, real journal on a real disk, nothing else.

import {createHash} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {openJournal} from '../../src/adapters/journal/jsonl-journal.ts';
import type {DeploymentEvent} from '../../src/domain/deployment/event.ts';
import {deploymentIdAt, STAGES, type StageName} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import {type Conducting, conduct} from '../../src/engine/conduct.ts';
import type {DeploymentFolder} from '../../src/ports/files.ts';
import type {Score} from '../../src/stages/score.ts';
import type {Movement, Stage, Stand} from '../../src/stages/stage.ts';
import {type FakeClock, fakeClock} from './clock.ts';

export type Play = (stand: Stand, input: Record<string, unknown>) => Promise<Movement<unknown>>;

export const finished = (output: unknown = {}): Movement<unknown> => ({
	kind: 'finished',
	output,
	summary: safe('done'),
});

/** A score whose stages do what the test says; the others just finish. Production promotes. */
export function fakeScore(
	plays: Partial<Record<StageName, Play>>,
	retreats: Partial<Record<StageName, (stand: Stand) => Promise<void>>> = {},
): Score {
	const stage = (name: StageName): Stage<Record<string, unknown>, unknown> => {
		const back = retreats[name];
		return {
			name,
			asks: [],
			check: () => [],
			perform: async (input, stand) =>
				(await plays[name]?.(stand, input)) ?? finished(name === 'production' ? {result: 'promoted'} : {from: name}),
			...(back ? {retreat: (_input: Record<string, unknown>, stand: Stand) => back(stand)} : {}),
		};
	};
	// `as`: the engine never looks inside a stage's output, so fake ones may be anything
	return Object.fromEntries(STAGES.map((name) => [name, stage(name)])) as unknown as Score;
}

function folderAt(path: string): DeploymentFolder {
	mkdirSync(path, {recursive: true});
	return {
		path,
		write: async (name, content) => {
			await writeFile(join(path, name), content);
			return createHash('sha256').update(content).digest('hex');
		},
		read: (name) => readFile(join(path, name), 'utf8').catch(() => undefined),
		log: () => undefined,
	};
}

export interface Life {
	readonly folder: string;
	readonly clock?: FakeClock;
	readonly discarded?: () => void;
	readonly archived?: (readonly DeploymentEvent[])[];
}

/** One life of a deployment; call again with the same folder to resume it. */
export async function conductIn(life: Life, score: Score, options: Partial<Conducting> = {}) {
	const clock = life.clock ?? fakeClock();
	const folder = folderAt(life.folder);
	const journal = await openJournal(join(life.folder, 'journal.jsonl'), {fence: 1, clock});
	return conduct({
		score,
		journal,
		folder,
		clock,
		opening: {
			type: 'deployment.opened',
			id: deploymentIdAt(0),
			project: safe('p'),
			base: safe('main'),
			dev: safe('dev'),
			target: safe('local'),
			strategy: 'canary',
			face: 'lines',
			by: safe('me'),
			planOnly: false,
		},
		interactive: false,
		flags: {yes: true, trustHash: 'h'},
		purpose: 'deploy',
		who: safe('me'),
		discard: async () => void life.discarded?.(),
		archive: async (recorder) => void life.archived?.push([...recorder.events()]),
		...options,
	});
}
