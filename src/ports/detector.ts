// Room: ports. A detector: reads what changes did and says what a person must know about it. Pure; one file each.

import type {Change} from '../domain/change.ts';
import type {Finding, Topic} from '../domain/feature.ts';
import type {Patch} from './repository.ts';

export interface Detector {
	readonly name: string;
	readonly topic: Topic;
	/** Which files it wants to see; patches of others are never read for it. */
	wants(path: string): boolean;
	detect(change: Change, patches: readonly Patch[]): readonly Finding[];
}
