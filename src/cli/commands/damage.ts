// Room: cli. What had to be set aside while reading the memory, said at the end of a command: never silently.

import type {Damage} from '../../ports/memory.ts';

export function damageLines(damage: readonly Damage[]): string[] {
	return damage.map(({file, keptAs, reason}) =>
		file === keptAs ? `! ${file}: ${reason}` : `! ${file}: ${reason}. Set aside as ${keptAs}`,
	);
}
