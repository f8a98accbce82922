// Room: domain. The first bucket of a feature, by its class, its risk and its size together with what comes along. The rules are
// told in rank.ts.

import type {Kind} from '../change.ts';
import type {Bucket, Feature, Reason} from '../feature.ts';
import type {Patterns} from '../pattern.ts';
import {whyCritical} from './critical.ts';
import type {Draft} from './draft.ts';
import {blames, rateOf, SURE_SUSPECTS} from './learned.ts';
import {dangers} from './level.ts';
import {codeFiles} from './risk.ts';
import {touches} from './touches.ts';
import {count, percent, place, plural, reason} from './words.ts';

export const TOO_RISKY = 0.6;
const BAR = 0.25;

const SMALL: Partial<Record<Kind, {readonly files: number; readonly changes: number}>> = {
	feat: {files: 8, changes: 5},
	refactor: {files: 3, changes: 5},
	other: {files: 5, changes: 5},
};

/** One choice is no habit. */
const HABIT = 3;

/** What a person usually does with a bucket, once it was offered often enough to say. */
function barOf(patterns: Patterns): {bar: number; words: string} {
	const optional = rateOf(patterns.taken, 'optional');
	const recommended = rateOf(patterns.taken, 'recommended');
	if ((patterns.chosen ?? HABIT) < HABIT) return {bar: BAR, words: ''};
	if (recommended && recommended.all >= 10 && recommended.good / recommended.all < 0.5)
		return {
			bar: 0.2,
			words: `, stricter than usual: you left out ${recommended.all - recommended.good} of ${recommended.all} recommended ones`,
		};
	if (optional && optional.all >= 5 && optional.good / optional.all > 0.7)
		return {bar: 0.3, words: `, looser than usual: you took ${optional.good} of ${optional.all} optional ones`};
	return {bar: BAR, words: ''};
}

/** What no usefulness makes up for, in words that fit after “it” or after its name. */
function against(feature: Feature, patterns: Patterns): {code: string; text: string} | undefined {
	const [danger] = dangers(feature);
	if (danger) return {code: 'bucket.danger', text: `${danger.what} (${place(danger)})`};
	if (feature.breaking) return {code: 'bucket.breaking', text: 'breaks what uses it today, by its own words'};
	const scar = blames(feature, patterns).find((blame) => !blame.changedSince && blame.suspects <= SURE_SUSPECTS);
	if (!scar) return undefined;
	const how = scar.outcome === 'rolled_back' ? 'rolled back' : 'stopped';
	return {
		code: 'bucket.scar',
		text: `${scar.deployment} was ${how} with it (${scar.why}), and it has not changed since`,
	};
}

/** The same of what comes along: `comes with 3 others, of which “Drop the old table” drops orders (7.sql:3)`. */
function againstAlong({along}: Draft, patterns: Patterns): string | undefined {
	for (const {feature} of along) {
		const no = against(feature, patterns);
		if (no === undefined) continue;
		const one = `“${feature.title}”: ${no.text}`;
		return along.length === 1 ? `cannot go without ${one}` : `comes with ${along.length} others, among them ${one}`;
	}
	return undefined;
}

/** What stands beside it anyway, or says nothing of this one feature. */
const SAID = ['kind', 'class', 'size', 'untested'];

/** The largest thing besides its kind that makes it risky, as its reason says it. */
function mainly({reasons}: Draft): string {
	const [most] = reasons.filter(({code, weight}) => weight > 0 && !SAID.includes(code));
	return most === undefined ? '' : `: ${most.text}`;
}

function sizeOf({feature, along}: Draft): {files: number; changes: number} {
	const all = [feature, ...along.map((one) => one.feature)];
	return {
		files: all.reduce((sum, one) => sum + codeFiles(one), 0),
		changes: all.reduce((sum, one) => sum + one.changes.length, 0),
	};
}

export interface Placed {
	readonly bucket: Bucket;
	readonly why: Reason;
	readonly held: boolean;
}

export function firstBucket(draft: Draft, patterns: Patterns): Placed {
	const {feature, risk} = draft;
	const put = (bucket: Bucket, code: string, text: string, held = false) => ({bucket, why: reason(code, text), held});
	const critical = whyCritical(feature);
	const no = against(feature, patterns);
	const high = risk >= 0.8 ? 'HIGH RISK: ' : '';
	const decide = critical ? `; it is ${critical}, so a person must decide` : '';
	if (no) return put('not recommended', no.code, `${high}${no.text}${decide}`);
	// Whatever its words claim, it ships nothing, and a place in the batch is for what does.
	if (feature.changes.every(({files}) => files.length === 0))
		return put('optional', 'bucket.empty', 'changes no file: there is nothing in it to ship');
	const others = againstAlong(draft, patterns);
	const tooRisky = `too risky: ${touches(feature)}${mainly(draft)}`;
	// A claim is only words, and words never outweigh what was found.
	if (critical && others === undefined && risk >= TOO_RISKY)
		return put('not recommended', 'bucket.risk', `${tooRisky}${decide}`);
	if (critical) {
		// What must not wait is not talked down: it keeps its place on the list and says what stands in its way.
		const but = others === undefined ? '' : `; but it ${others}: a person must decide`;
		return put('must include', 'bucket.critical', `${critical}: ${touches(feature)}${but}`, others !== undefined);
	}
	if (others) return put('not recommended', 'bucket.along', `${high}${others}`);
	if (risk >= TOO_RISKY) return put('not recommended', 'bucket.risk', tooRisky);
	const {bar, words} = barOf(patterns);
	if (risk >= bar) {
		return put(
			'optional',
			'bucket.risk',
			`${touches(feature)}${mainly(draft)}; over the bar of ${percent(bar)}${words}`,
		);
	}
	const small = SMALL[feature.kind];
	const {files, changes} = sizeOf(draft);
	if (small && (files > small.files || changes > small.changes)) {
		const size = `${count(files, 'file')} of code in ${count(changes, 'change')}`;
		const along = draft.along.length === 0 ? '' : ` with the ${count(draft.along.length, 'other')} it needs`;
		return put(
			'optional',
			'bucket.large',
			`${touches(feature)}: large for one of the ${plural(feature.kind)}${along}, ${size}`,
		);
	}
	const looser = risk < BAR ? '' : words;
	return put('recommended', 'bucket.safe', `${touches(feature)}${looser}`);
}
