// Room: domain. How a release is taken back, step by step: for the recommendation and for rollback.md, which say the same. A
// high-risk release gets its steps minute by minute.

import type {Finding} from '../feature.ts';

export interface RollbackFacts {
	readonly high: boolean;
	readonly migrate: boolean;
	/** Findings about the database schema. */
	readonly schema: readonly Finding[];
	/** As the recommendation has it; the project's or the one by risk. */
	readonly strategy: string;
	/** Undefined before it has one. */
	readonly deployment?: string | undefined;
}

/** Without emphasis or code marks; commands stand between backticks. */
export function rollbackSteps(facts: RollbackFacts): string[] {
	return facts.high ? detailedSteps(facts) : plainSteps(facts);
}

/** That a rollback moves traffic, not data; undefined where no data is touched. */
function dataStep({migrate, schema}: RollbackFacts): string | undefined {
	const oneWay = schema.filter(({severity}) => severity === 'danger').length;
	if (oneWay > 0)
		return 'Data: what the migration removed comes back only from a backup; the old version has to live with the rest.';
	if (migrate || schema.length > 0)
		return 'Data: a rollback does not undo a migration; the old version has to live with what it left.';
	return undefined;
}

function plainSteps(facts: RollbackFacts): string[] {
	const data = dataStep(facts);
	return [
		'By itself, when health, the error rate or the comparison with the old version says stop.',
		'By hand, from any terminal: `orchestra rollback`. The old version stays warm for it.',
		'Then `scripts/verify.sh` beside the release plan, and `orchestra status`: the old version at 100 %.',
		...(data === undefined ? [] : [data]),
	];
}

function detailedSteps(facts: RollbackFacts): string[] {
	const {strategy, deployment} = facts;
	const data = dataStep(facts);
	return [
		'Before. Make a backup and try to restore it. Write down who decides and who types. Keep this page open.',
		`Start with the smallest step of strategy \`${strategy}\`; a second person watches \`orchestra status --monitor --interval 2\`.`,
		'At each step look at errors, latency, and the data itself: do new rows look right, do counts add up? Stay twice as long as the strategy says.',
		'To stop growing without going back: `orchestra pause`. To go on: `orchestra resume`.',
		'To go back: `orchestra rollback`. Within a minute: `scripts/verify.sh`. Say aloud that it is back.',
		...(data === undefined ? [] : [data]),
		'If data was harmed: stop writers first, then restore from the backup, then replay what came in between. Time limit for the decision: 15 minutes.',
		`Afterwards: \`orchestra outcome ${deployment ?? 'ID'} failed --cause "…"\`, so that the next release knows.`,
	];
}
