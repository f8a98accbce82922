// Room: domain. The principles of releasing, as the guide explains them. When each one speaks is in principles.ts.

import type {Advice} from './recommendation.ts';

/** A principle as the guide explains it. */
export interface Principle {
	/** The `rule` of its advice. */
	readonly id: string;
	readonly severity: Advice['severity'];
	/** The principle, and when it speaks. */
	readonly what: string;
	readonly why: string;
	readonly instead: string;
}

export const PRINCIPLES: readonly Principle[] = [
	{
		id: 'principle-explain-rollback',
		severity: 'caution',
		what: 'a rollback can be explained in 30 seconds: the way back has a step by hand in the database, or more than five steps',
		why: 'Under stress people do the first step right and the fifth one wrong.',
		instead: 'Leave out what needs the steps by hand, or write them down and try them before.',
	},
	{
		id: 'principle-3-am',
		severity: 'caution',
		what: 'somebody woken at 3 AM could take it back: a release with some risk would go, or end, when nobody is at work',
		why: 'Judgement is worst and help is furthest when it is needed most.',
		instead: 'Prepare it now, and let it go when those who wrote it are there.',
	},
	{
		id: 'principle-boring-deploys',
		severity: 'caution',
		what: 'deployments are boring: dangers of more than one kind, in different features, would go at once',
		why: 'When it hurts, each kind of danger is one more suspect, and each has another way back.',
		instead: 'Split it: one kind of danger a release.',
	},
	{
		id: 'principle-flag-first',
		severity: 'caution',
		what: 'flags are cheaper than rollbacks, and rollbacks cheaper than outages: a feature of high risk goes without a flag',
		why: 'Without one, turning off one feature means taking back all of them.',
		instead: 'Put it behind a flag that is off, and switch it on step by step.',
	},
	{
		id: 'principle-small-and-often',
		severity: 'note',
		what: 'rare deployments are scary: it is longer than usual since the last one, and many changes are piled up',
		why: 'What can go wrong grows faster than the number of changes, and who wrote them forgets why.',
		instead: 'Ship a part now and the rest tomorrow, rather than all of it next month.',
	},
	{
		id: 'principle-see-more',
		severity: 'note',
		what: 'each deployment shows more than the last one: a plan of high risk in a project without a smoke suite',
		why: 'Error rates show what fails loudly; a wrong answer with status 200 looks healthy.',
		instead: 'Add one test that does what users come for, as the suite smoke.',
	},
];
