// Room: domain. Principles of releasing as advice about one plan: each looks for a fact that is wrong with just this plan, says
// it with its figures, and what to do. None is a gate, and none holds for every plan: what is always said is not heard.

import type {Finding, RankedFeature} from '../feature.ts';
import {type Safe, safe} from '../safe.ts';
import {count, percent, place} from '../selection/words.ts';
import {type Circumstances, dayName} from './circumstances.ts';
import type {Advice} from './recommendation.ts';

/** Advice beyond this is not read. */
const MOST = 4;
const SOME_RISK = 0.2;
const HIGH_RISK = 0.5;
const MOST_STEPS = 5;
const LONG_DAYS = 14;
const VERY_LONG_DAYS = 30;
const MANY_WAITING = 20;
const PILED_UP = 50;

export interface Plan {
	/** What goes, pulled-in features too. */
	readonly going: readonly RankedFeature[];
	/** Changes on the branch that wait, chosen or not. */
	readonly waiting: number;
	/** Of the batch, 0–1. */
	readonly risk: number;
	/** Steps of the way back, where they are worked out already. Default: one command, and one per migration to be undone by hand. */
	readonly rollbackSteps?: number;
	readonly around: Circumstances;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** At most four, the most useful first. Pure. */
export function principles(plan: Plan): Advice[] {
	if (plan.going.length === 0) return [];
	const all = [rollback(plan), night(plan), boring(plan), flag(plan), often(plan), seeMore(plan)];
	const said = all.filter((one) => one !== undefined);
	return [
		...said.filter(({severity}) => severity === 'caution'),
		...said.filter(({severity}) => severity === 'note'),
	].slice(0, MOST);
}

const advice = (rule: string, severity: Advice['severity'], text: string, act: string): Advice => ({
	rule,
	severity,
	text: safe(text, 300),
	do: safe(act, 300),
});

const findings = ({going}: Plan): readonly Finding[] => going.flatMap(({feature}) => feature.findings);
const raised = (plan: Plan, lesson: string) => findings(plan).some(({rule}) => rule === lesson);
const named = ({feature}: RankedFeature) => `“${feature.title}”`;

/** What the old version cannot live with, or what is gone: one per migration. */
function byHand(plan: Plan): readonly Finding[] {
	const seen = new Set<string>();
	return findings(plan).filter(({topic, severity, class: kind, path}) => {
		if (topic !== 'schema' || severity !== 'danger' || (kind !== 'S0' && kind !== 'S1') || seen.has(path)) return false;
		seen.add(path);
		return true;
	});
}

function rollback(plan: Plan): Advice | undefined {
	const hand = byHand(plan);
	const steps = Math.max(plan.rollbackSteps ?? 0, 1 + hand.length);
	const [first] = hand;
	if (first === undefined && steps <= MOST_STEPS) return undefined;
	// One step by hand that a lesson has told of already says no more here.
	if (steps <= 2 && raised(plan, 'lesson-rollback-untested')) return undefined;
	const rest = hand.length > 1 ? ` and ${hand.length - 1} more` : '';
	// How many steps there are in all says the plan of the way back itself, by its own count.
	const what =
		first === undefined
			? `The rollback plan is ${count(steps, 'step')}`
			: `The way back has ${count(hand.length, 'step')} by hand in the database: ${first.what} (${place(first)})${rest}`;
	const owners = plan.going.filter(({feature}) => feature.findings.some((one) => hand.includes(one)));
	const act =
		owners.length > 0 && owners.length < plan.going.length
			? `Without ${owners.slice(0, 2).map(named).join(' and ')}${owners.length > 2 ? ` and ${owners.length - 2} more` : ''} the way back is one command. Else write the steps down and try them first.`
			: 'Write the steps down and try them on a copy, before traffic moves.';
	return advice('principle-explain-rollback', 'caution', what, act);
}

const FIRST_HOUR = 7;
const LAST_HOUR = 20;
const LATEST_END = 22;
const FRIDAY_LAST_HOUR = 15;

/** In words, when nobody is at work at the start or the end; undefined when somebody is. */
function offHours({weekday, hour, rolloutMinutes}: Circumstances): string | undefined {
	const day = dayName(weekday);
	if (weekday === 0 || weekday === 6) return `It would go on a ${day}`;
	if (hour < FIRST_HOUR || hour >= LAST_HOUR) return `It would go at ${hour}:00 o’clock or later, on a ${day}`;
	if (weekday === 5 && hour >= FRIDAY_LAST_HOUR)
		return 'It would go on a Friday afternoon, before two days without anybody';
	const end = hour + rolloutMinutes / 60;
	return end >= LATEST_END
		? `Its rollout takes ${Math.round(rolloutMinutes / 60)} h and would end at night`
		: undefined;
}

function night(plan: Plan): Advice | undefined {
	const when = plan.risk < SOME_RISK ? undefined : offHours(plan.around);
	if (when === undefined) return undefined;
	const steps = byHand(plan).length;
	const hard = steps > 0 ? ', and a rollback alone would not bring it back' : '';
	return advice(
		'principle-3-am',
		plan.risk >= HIGH_RISK || steps > 0 ? 'caution' : 'note',
		`${when}, with a risk of ${percent(plan.risk)}${hard}: who is woken if it hurts?`,
		'Prepare it now with orchestra deploy --until testing, and go on with --resume when those who wrote it are at work.',
	);
}

const KINDS: Readonly<Partial<Record<Finding['topic'], string>>> = {
	schema: 'the database',
	api: 'the API',
	infra: 'infrastructure',
	deps: 'dependencies',
	config: 'configuration',
};

function boring(plan: Plan): Advice | undefined {
	const kinds = new Map<string, RankedFeature[]>();
	for (const one of plan.going) {
		const topics = new Set(
			one.feature.findings.filter(({severity}) => severity === 'danger').map(({topic}) => KINDS[topic]),
		);
		for (const kind of topics) if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
	}
	const [least] = [...kinds].sort(([, a], [, b]) => a.length - b.length);
	if (kinds.size < 2 || least === undefined) return undefined;
	const [kind, owners] = least;
	const others = [...kinds.values()].flat().filter((one) => !owners.includes(one));
	// One feature with all of it cannot be split here.
	if (others.length === 0) return undefined;
	const needed = plan.going.some(
		(one) => !owners.includes(one) && owners.some(({feature}) => one.needs.includes(feature.id)),
	);
	const ids = owners.map(({feature}) => feature.id);
	const how =
		needed || ids.length > 4 ? 'Ship one kind of danger a release' : `Ship ${ids.join(', ')} in a release of its own`;
	return advice(
		'principle-boring-deploys',
		'caution',
		`Dangers of ${kinds.size} kinds at once: ${[...kinds.keys()].join(', ')}`,
		`${how}, so that it is clear what hurts: ${owners.slice(0, 2).map(named).join(', ')} (${kind}).`,
	);
}

const CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|exs?|vue|svelte|swift|scala|c|cc|cpp)$/i;
const NO_BEHAVIOUR = /(^|\/)(migrations?|migrate|tests?|__tests__|docs?)\/|[._-](test|spec)\.\w+$|_test\.\w+$/i;

function flag(plan: Plan): Advice | undefined {
	const bare = plan.going
		.filter(
			({risk, feature: {kind, changes, findings: found}}) =>
				risk >= HIGH_RISK &&
				(kind === 'feat' || kind === 'perf' || kind === 'refactor') &&
				!found.some(({rule}) => rule.startsWith('flag-') || rule === 'lesson-migration-without-flag') &&
				// Where the risk is the database a flag turns nothing back.
				!found.some(({topic, severity}) => topic === 'schema' && severity === 'danger') &&
				changes.some(({files}) => files.some(({path}) => CODE.test(path) && !NO_BEHAVIOUR.test(path))),
		)
		.toSorted((a, b) => b.risk - a.risk);
	const [first] = bare;
	if (first === undefined) return undefined;
	const more = bare.length > 1 ? ` and ${bare.length - 1} more` : '';
	return advice(
		'principle-flag-first',
		'caution',
		`${named(first)} (risk ${percent(first.risk)})${more} would go without a flag`,
		'Put it behind one that is off: then turning it off is a setting, not a rollback of everything else too.',
	);
}

const DAY_MS = 86_400_000;

function often({around, going, waiting, now}: Plan): Advice | undefined {
	const {daysSinceLast, usualGapDays} = around;
	const oldest = Math.min(...going.flatMap(({feature}) => feature.changes.map((one) => one.committedAt)));
	const days = daysSinceLast ?? Math.floor((now - oldest * 1000) / DAY_MS);
	const long = usualGapDays === undefined ? LONG_DAYS : Math.max(LONG_DAYS, 2 * usualGapDays);
	if (!Number.isFinite(days) || days < long || waiting < MANY_WAITING) return undefined;
	const since =
		daysSinceLast === undefined
			? `The oldest of these changes has waited ${days} days`
			: `${days} days since the last deployment`;
	const usual = usualGapDays === undefined ? '' : ` (usually ${count(usualGapDays, 'day')})`;
	return advice(
		'principle-small-and-often',
		days >= VERY_LONG_DAYS && waiting >= PILED_UP ? 'caution' : 'note',
		`${since}${usual}, and ${count(waiting, 'change')} are piled up`,
		'Ship smaller and more often: orchestra deploy --select critical first, the rest in the days after.',
	);
}

function seeMore(plan: Plan): Advice | undefined {
	if (plan.around.suites.includes('smoke') || plan.risk < HIGH_RISK || raised(plan, 'lesson-success-unproven'))
		return undefined;
	return advice(
		'principle-see-more',
		'note',
		`A risk of ${percent(plan.risk)}, and no smoke suite that would notice a wrong answer which is no error`,
		'Add one: orchestra config set commands.test.smoke.command "…", with what users come for.',
	);
}

/** How it is said on one line. */
export const adviceLine = ({text, do: act, rule}: Advice): Safe =>
	safe(`Advice: ${text}${/[.?!]$/.test(text) ? '' : '.'} ${act} [${rule}]`, 700);
