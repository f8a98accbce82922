// Room: stages. Groups that a person wants otherwise while choosing: an answer such as `group join f-a,f-b` is no batch but
// a wish about the list itself, which is then offered anew. Pure.

import type {Change} from '../../domain/change.ts';
import {type Fault, fault} from '../../domain/fault/fault.ts';
import type {Feature} from '../../domain/feature.ts';
import {
	applyEdits,
	type GroupEdits,
	joinGroups,
	pinGroup,
	renameGroup,
	splitGroup,
} from '../../domain/grouping-edits.ts';

export type GroupWish =
	| {readonly verb: 'join'; readonly features: readonly Feature[]}
	| {readonly verb: 'split' | 'pin'; readonly feature: Feature}
	| {readonly verb: 'rename'; readonly feature: Feature; readonly title: string};

/** Undefined when the answer says nothing about groups. Faults: USAGE. */
export function readGroupWish(answer: string, features: readonly Feature[]): GroupWish | Fault | undefined {
	const [, verb = '', names = '', rest = ''] = /^group ([a-z]+) (\S+)(?: (.*))?$/.exec(answer.trim()) ?? [];
	if (verb === '') return undefined;
	const found = names.split(',').map((name) => features.find(({id}) => id === name));
	const known = found.filter((one) => one !== undefined);
	const [feature] = known;
	const wrong = (message: string) => fault('USAGE', {with: {message}, stage: 'selection'});
	if (feature === undefined || known.length < found.length) return wrong(`no waiting feature is called ${names}`);
	switch (verb) {
		case 'join':
			return known.length > 1 ? {verb, features: known} : wrong('join needs two features');
		case 'split':
			return feature.changes.length > 1 ? {verb, feature} : wrong(`“${feature.title}” is a single change already`);
		case 'pin':
			return {verb, feature};
		case 'rename':
			return {verb, feature, title: rest};
		default:
			return wrong(`group ${verb}: there are join, split, rename and pin`);
	}
}

export function editsFor(edits: GroupEdits, wish: GroupWish): GroupEdits {
	switch (wish.verb) {
		case 'join':
			return joinGroups(edits, wish.features, wish.features[0]?.title);
		case 'split':
			return splitGroup(edits, wish.feature, []);
		case 'pin':
			return pinGroup(edits, wish.feature);
		case 'rename':
			return renameGroup(edits, wish.feature, wish.title);
	}
}

/** The features as the person wants them, each with what was found in its changes. @param order of the branch. */
export function regrouped(features: readonly Feature[], edits: GroupEdits, order: readonly Change[]): Feature[] {
	const waiting = new Set(features.flatMap((feature) => feature.changes.map(({oid}) => oid)));
	const findings = features.flatMap((feature) => feature.findings);
	const changes = order.filter(({oid}) => waiting.has(oid));
	return applyEdits(features, changes, edits).map((draft) => {
		const own = new Set(draft.changes.map(({oid}) => oid));
		return {...draft, findings: findings.filter(({change}) => own.has(change))};
	});
}
