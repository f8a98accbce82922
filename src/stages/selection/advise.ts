// Room: stages. The advice that goes with a plan: worked out from the batch and from when it would go, and said as notes.

import type {Circumstances} from '../../domain/advice/circumstances.ts';
import {adviceLine, principles} from '../../domain/advice/principles.ts';
import type {Advice} from '../../domain/advice/recommendation.ts';
import type {Batch} from '../../domain/batch.ts';
import type {Stand} from '../stage.ts';

/** @param waiting changes on the branch that wait, chosen or not. */
export async function advise(
	batch: Batch,
	waiting: number,
	around: Circumstances | undefined,
	stand: Pick<Stand, 'clock' | 'note'>,
): Promise<readonly Advice[]> {
	if (around === undefined) return [];
	const chosen = new Set(batch.chosen);
	const going = batch.ranked.filter(({feature}) => chosen.has(feature.id));
	const said = principles({going, waiting, risk: batch.risk.value, around, now: stand.clock.now()});
	for (const one of said) await stand.note(adviceLine(one), one.severity === 'caution' ? 'warning' : 'info');
	return said;
}
