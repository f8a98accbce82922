// Room: domain. What a person said about groups: which changes belong together whatever the rules say, which stand apart,
// and what a group is called. Kept by the ids of changes, so that it holds when new changes arrive; the rules go on to
// group everything that nobody spoke about.

import {z} from 'zod';
import type {Change} from './change.ts';
import {distinct, type FeatureDraft, featureOf} from './grouping.ts';
import {isOid, type Oid} from './ids.ts';
import {safe} from './safe.ts';

/** Groups that are remembered: taking a fold of a robot's updates apart makes hundreds at once. */
const MOST_EDITS = 5000;
/** Changes that are remembered of one group; what the rules put beside them follows anyway. */
const MOST_IN_GROUP = 2000;
const MOST_TITLE = 200;

/** One group as a person wants it. */
export interface GroupEdit {
	/** The changes that belong together; oldest first as far as they are in the range. Never empty. */
	readonly changes: readonly Oid[];
	/** What it is called; absent: as the rules say. */
	readonly title?: string;
	/** True: exactly these changes, and no rule adds to them. False: the rules may add what follows up on them. */
	readonly pinned: boolean;
}

/** A change is in at most one of them. */
export interface GroupEdits {
	readonly groups: readonly GroupEdit[];
}

export const NO_GROUP_EDITS: GroupEdits = {groups: []};

const oid = z.string().refine(isOid, 'not an object id');

/** As it is kept. Unknown fields pass. */
const groupEditsShape = z.looseObject({
	groups: z
		.array(
			z.looseObject({
				changes: z.array(oid).min(1).max(MOST_IN_GROUP),
				title: z.string().min(1).max(MOST_TITLE).optional(),
				pinned: z.boolean(),
			}),
		)
		.max(MOST_EDITS),
});

/** Undefined when it is not what it must be; a change that is claimed twice belongs to the later group. */
export function parseGroupEdits(value: unknown): GroupEdits | undefined {
	const parsed = groupEditsShape.safeParse(value);
	if (!parsed.success) return undefined;
	const seen = new Set<Oid>();
	const groups = parsed.data.groups.toReversed().flatMap(({changes, title, pinned}): GroupEdit[] => {
		const own = [...new Set(changes.filter(isOid))].filter((one) => !seen.has(one));
		for (const one of own) seen.add(one);
		return own.length === 0
			? []
			: [{changes: own, ...(title === undefined ? {} : {title: safe(title, MOST_TITLE)}), pinned}];
	});
	return {groups: groups.toReversed()};
}

/**
 * The features as the person wants them. A group none of whose changes wait any longer is passed over; what the rules joined
 * to a change that the person put elsewhere stays behind as a feature of its own. Every change is in exactly one feature.
 * @param features as grouped by the rules, of `changes`. @param changes all waiting ones, oldest first.
 */
export function applyEdits(
	features: readonly FeatureDraft[],
	changes: readonly Change[],
	edits: GroupEdits,
): FeatureDraft[] {
	if (edits.groups.length === 0) return [...features];
	const waiting = new Map(changes.map((change, at) => [change.oid, at]));
	const ruled = new Map(features.flatMap((feature) => feature.changes.map((change) => [change.oid, feature] as const)));
	const claimed = new Map<Oid, GroupEdit>();
	const live = edits.groups.filter((group) => {
		const here = group.changes.filter((one) => waiting.has(one));
		for (const one of here) claimed.set(one, group);
		return here.length > 0;
	});
	const taken = new Set<Oid>();
	const made = live.map((group): FeatureDraft => {
		const own = new Set(group.changes.filter((one) => claimed.get(one) === group));
		if (!group.pinned) {
			// What the rules put beside it follows it, unless somebody wants that elsewhere.
			for (const one of [...own])
				for (const beside of ruled.get(one)?.changes ?? [])
					if (!claimed.has(beside.oid) && !taken.has(beside.oid)) own.add(beside.oid);
		}
		for (const one of own) taken.add(one);
		const members = changes.filter((change) => own.has(change.oid));
		const [first] = members;
		const before = first && ruled.get(first.oid);
		const same = before?.changes.length === members.length && before.changes.every((change) => own.has(change.oid));
		const made =
			same && before ? before : featureOf(members, [members.length > 1 ? 'Put together by hand' : 'Set apart by hand']);
		return group.title === undefined ? made : {...made, title: safe(group.title, MOST_TITLE)};
	});
	const rest = features.flatMap((feature): FeatureDraft[] => {
		const left = feature.changes.filter((change) => !taken.has(change.oid));
		if (left.length === feature.changes.length) return [feature];
		return left.length === 0 ? [] : [featureOf(left, left.length > 1 ? feature.grouping : [])];
	});
	const place = ({changes: [first]}: FeatureDraft) => (first && waiting.get(first.oid)) ?? 0;
	return distinct([...made, ...rest].sort((a, b) => place(a) - place(b)));
}

/** These changes leave whatever group they were in by hand. */
function without(edits: GroupEdits, oids: ReadonlySet<Oid>): GroupEdit[] {
	return edits.groups.flatMap((group) => {
		const left = group.changes.filter((one) => !oids.has(one));
		return left.length === group.changes.length ? [group] : left.length === 0 ? [] : [{...group, changes: left}];
	});
}

const oidsOf = (feature: FeatureDraft) => feature.changes.map((change) => change.oid);

/** A title as it is kept; none when it says nothing: then the rules give the name. */
function titled(title: string | undefined): Pick<GroupEdit, 'title'> {
	const text = title?.trim().slice(0, MOST_TITLE).trimEnd() ?? '';
	return text === '' ? {} : {title: text};
}

/** The features become one, named as given or after the first. */
export function joinGroups(edits: GroupEdits, features: readonly FeatureDraft[], title?: string): GroupEdits {
	const oids = features.flatMap(oidsOf);
	const group: GroupEdit = {changes: oids, pinned: false, ...titled(title)};
	return {groups: [...without(edits, new Set(oids)), group]};
}

/** Some changes of a feature become one of their own; none given: each change stands alone. Both halves stay as they are. */
export function splitGroup(
	edits: GroupEdits,
	feature: FeatureDraft,
	apart: readonly Oid[],
	title?: string,
): GroupEdits {
	const all = oidsOf(feature);
	const kept = without(edits, new Set(all));
	if (apart.length === 0) return {groups: [...kept, ...all.map((one): GroupEdit => ({changes: [one], pinned: true}))]};
	const out = new Set(apart);
	const left = all.filter((one) => !out.has(one));
	const before = edits.groups.find((group) => group.changes.some((one) => left.includes(one)));
	const stays: GroupEdit = {changes: left, pinned: true, ...(before?.title === undefined ? {} : {title: before.title})};
	const leaves: GroupEdit = {changes: [...apart], pinned: true, ...titled(title)};
	return {groups: [...kept, ...(left.length > 0 ? [stays] : []), leaves]};
}

/** An empty title gives the name back to the rules. */
export function renameGroup(edits: GroupEdits, feature: FeatureDraft, title: string): GroupEdits {
	const oids = oidsOf(feature);
	const before = edits.groups.find((group) => group.changes.some((one) => oids.includes(one)));
	const group: GroupEdit = {changes: oids, pinned: before?.pinned ?? false, ...titled(title)};
	return {groups: [...without(edits, new Set(oids)), group]};
}

/** Exactly these changes from now on: nothing that comes later is added to it. */
export function pinGroup(edits: GroupEdits, feature: FeatureDraft): GroupEdits {
	const oids = oidsOf(feature);
	const before = edits.groups.find((group) => group.changes.some((one) => oids.includes(one)));
	const group: GroupEdit = {changes: oids, pinned: true, ...(before?.title === undefined ? {} : {title: before.title})};
	return {groups: [...without(edits, new Set(oids)), group]};
}

/** What a person said about these changes is forgotten; without features, everything. */
export function forgetGroups(edits: GroupEdits, features?: readonly FeatureDraft[]): GroupEdits {
	if (features === undefined) return NO_GROUP_EDITS;
	const gone = new Set(features.flatMap(oidsOf));
	return {groups: edits.groups.filter((group) => !group.changes.some((one) => gone.has(one)))};
}

/**
 * What is kept of them, so that it can be read again. Groups with no change in the range any longer (shipped long ago) need
 * not be kept for ever: the newest are.
 */
export function tidy(edits: GroupEdits): GroupEdits {
	const groups = edits.groups
		.slice(-MOST_EDITS)
		.map((group) =>
			group.changes.length <= MOST_IN_GROUP ? group : {...group, changes: group.changes.slice(0, MOST_IN_GROUP)},
		);
	return {groups};
}
