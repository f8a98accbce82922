// Room: stages. A plan that is whole: built both ways, and grown by what cannot be told apart from it. Knows neither git nor
// features: who proves and who closes is handed in.

import type {Proof} from '../../domain/batch.ts';
import type {Oid} from '../../domain/ids.ts';

/** How often a plan may grow for the sake of its proof. */
const MOST_GROWN = 4;
/** Changes that are each tried alone, before all of them are taken. */
const MOST_TRIED = 4;

export interface ProofParts<Plan> {
	prove(plan: Plan): Promise<Proof>;
	/** The plan with these as well, and what they need; undefined when that may not be, or changes nothing. */
	grow(plan: Plan, changes: readonly Oid[], proof: Proof): Promise<Plan | undefined>;
}

export interface Proven<Plan> {
	readonly plan: Plan;
	readonly proof: Proof;
	readonly added: readonly Oid[];
}

/** The smallest growth that proves the plan, or the plan as far as it got with what its proof says. */
export async function proveWhole<Plan>(first: Plan, {prove, grow}: ProofParts<Plan>): Promise<Proven<Plan>> {
	let plan = first;
	let proof = await prove(plan);
	const added: Oid[] = [];
	for (let round = 0; round < MOST_GROWN && !proof.equal; round++) {
		const entangled = proof.entangled ?? [];
		const tries = entangled.slice(0, MOST_TRIED).map((one) => [one]);
		if (entangled.length > 1) tries.push([...entangled]);
		let next: {plan: Plan; proof: Proof; changes: readonly Oid[]} | undefined;
		for (const changes of tries) {
			const grown = await grow(plan, changes, proof);
			if (grown === undefined) continue;
			next = {plan: grown, proof: await prove(grown), changes};
			if (next.proof.equal) break;
		}
		if (next === undefined) break;
		({plan, proof} = next);
		added.push(...next.changes);
	}
	return {plan, proof, added};
}
