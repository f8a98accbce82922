// Room: cli. `orchestra group`: how the waiting changes are grouped into features, and what a person wants otherwise. It is
// remembered in deployment_memory/groups.json.

import {raise} from '../../domain/fault/fault.ts';
import type {FeatureDraft} from '../../domain/grouping.ts';
import {
	forgetGroups,
	type GroupEdits,
	joinGroups,
	pinGroup,
	renameGroup,
	splitGroup,
} from '../../domain/grouping-edits.ts';
import type {Oid} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';
import {damageLines} from './damage.ts';

const GROUP_VERBS = ['list', 'join', 'split', 'rename', 'pin', 'forget'] as const;
export type GroupVerb = (typeof GROUP_VERBS)[number];

export interface GroupOptions {
	readonly title?: string;
	readonly all?: boolean;
	readonly json?: boolean;
	readonly base?: string;
	readonly dev?: string;
}

export interface GroupContext {
	readonly memory: MemoryKeeper;
	/** The features of the range with these edits applied, oldest first. */
	readonly features: (edits: GroupEdits) => Promise<readonly FeatureDraft[]>;
	readonly out: (line: string) => void;
}

const usage = (message: string): never => raise('USAGE', {with: {message}});

/** Faults: USAGE, MEMORY_NEWER, MEMORY_UNSAFE, DISK. */
export async function groupCommand(
	context: GroupContext,
	words: readonly string[],
	options: GroupOptions = {},
): Promise<ExitCode> {
	const {memory, out} = context;
	const [word = 'list', ...names] = words;
	const verb = GROUP_VERBS.find((one) => one === word) ?? usage(`group ${word}: there are ${GROUP_VERBS.join(', ')}`);
	const before = await memory.groupEdits();
	const features = await context.features(before);
	if (verb === 'list') {
		const shown = names.length === 0 ? features : names.map((name) => find(features, name));
		list(shown, before, options, out, names.length > 0);
	} else {
		const after = edited(verb, before, features, names, options);
		await memory.saveGroupEdits(after);
		const touched = new Set(names.flatMap((name) => (isKnown(features, name) ? oidsOf(find(features, name)) : [])));
		const now = (await context.features(after)).filter((one) => one.changes.some(({oid}) => touched.has(oid)));
		if (options.all) out(options.json ? '[]' : 'Forgotten: the rules group everything again');
		else list(now, after, options, out, true);
	}
	if (!options.json) for (const line of damageLines(memory.damage)) out(line);
	return EXIT.ok;
}

const oidsOf = (feature: FeatureDraft) => feature.changes.map(({oid}) => oid);

function edited(
	verb: Exclude<GroupVerb, 'list'>,
	before: GroupEdits,
	features: readonly FeatureDraft[],
	names: readonly string[],
	{title, all}: GroupOptions,
): GroupEdits {
	const [first, ...rest] = names;
	if (verb === 'forget' && all) return forgetGroups(before);
	if (first === undefined) return usage(`group ${verb} needs the id of a feature; orchestra group list shows them`);
	const feature = find(features, first);
	switch (verb) {
		case 'join': {
			const others = [...new Set(rest.map((name) => find(features, name)))].filter((one) => one !== feature);
			if (others.length === 0) return usage('group join needs two features or more');
			return joinGroups(before, [feature, ...others], title ?? feature.title);
		}
		case 'split': {
			if (feature.changes.length < 2) return usage(`${feature.id} is a single change: there is nothing to split`);
			const apart = rest.map((name) => changeIn(feature, name));
			if (apart.length === feature.changes.length)
				return usage('something has to stay behind; without commits, all part');
			return splitGroup(before, feature, apart, title);
		}
		case 'rename':
			return renameGroup(before, feature, title ?? (rest.join(' ') || usage('group rename needs a title')));
		case 'pin':
			return pinGroup(before, feature);
		case 'forget':
			return forgetGroups(
				before,
				names.map((name) => find(features, name)),
			);
	}
}

const isKnown = (features: readonly FeatureDraft[], name: string) => matching(features, name).length === 1;

/** By the feature's id or its beginning, or by the id of one of its changes. */
function matching(features: readonly FeatureDraft[], name: string): FeatureDraft[] {
	const exact = features.filter(({id}) => id === name);
	if (exact.length > 0 || !/^(?:f-)?[0-9a-f]{4,64}$/.test(name)) return exact;
	const hex = name.replace(/^f-/, '');
	return features.filter(
		(one) => one.id.startsWith(`f-${hex}`) || (hex === name && one.changes.some(({oid}) => oid.startsWith(hex))),
	);
}

function find(features: readonly FeatureDraft[], name: string): FeatureDraft {
	const [only, ...others] = matching(features, name);
	if (!only) return usage(`no waiting feature is called ${name}; orchestra group list shows them`);
	return others.length === 0 ? only : usage(`${name} is ${others.length + 1} features: give more digits`);
}

function changeIn(feature: FeatureDraft, name: string): Oid {
	const found = feature.changes.filter(({oid}) => /^[0-9a-f]{4,64}$/.test(name) && oid.startsWith(name));
	const [only, ...others] = found;
	return only && others.length === 0 ? only.oid : usage(`${name} is no single change of ${feature.id}`);
}

function list(
	features: readonly FeatureDraft[],
	edits: GroupEdits,
	{json}: GroupOptions,
	out: (line: string) => void,
	whole: boolean,
): void {
	const byHand = new Map(edits.groups.flatMap((group) => group.changes.map((oid) => [oid, group] as const)));
	const handOf = (feature: FeatureDraft) =>
		feature.changes.map(({oid}) => byHand.get(oid)).find((one) => one !== undefined);
	if (json) {
		const rows = features.map((feature) => ({
			id: feature.id,
			title: feature.title,
			kind: feature.kind,
			...(feature.scope === undefined ? {} : {scope: feature.scope}),
			grouping: feature.grouping,
			byHand: handOf(feature) !== undefined,
			pinned: handOf(feature)?.pinned ?? false,
			changes: feature.changes.map(({oid, subject}) => ({oid, subject})),
		}));
		out(JSON.stringify(rows));
		return;
	}
	for (const feature of features) {
		const hand = handOf(feature);
		const mark = hand === undefined ? '' : hand.pinned ? '  (pinned by hand)' : '  (by hand)';
		out(safe(`${feature.id}  ${feature.kind.padEnd(8)}  ${feature.title}${mark}`, 400));
		const shown = whole ? feature.changes : feature.changes.length > 1 ? feature.changes.slice(0, 5) : [];
		for (const {oid, subject} of shown) out(safe(`            ${oid.slice(0, 8)}  ${subject}`, 400));
		const more = feature.changes.length - shown.length;
		if (shown.length > 0 && more > 0) out(`            and ${more} more: orchestra group list ${feature.id}`);
		if (feature.changes.length > 1) for (const why of feature.grouping) out(safe(`            together: ${why}`, 400));
	}
	if (features.length === 0) out('Nothing waits');
}
