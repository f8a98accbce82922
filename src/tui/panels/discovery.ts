// Room: tui. What waits: four lists behind one another (features, fixes, new files, modified files), and what is read before
// there are any.

import type {FeatureLine} from '../../domain/deployment/event.ts';
import {count as counted} from '../../domain/selection/words.ts';
import {cut, pad, widthOf} from '../cells.ts';
import {matches} from '../list.ts';
import {EMPTY, type Row, type Size, span} from '../rows.ts';
import {LISTS, type ListName} from '../ui.ts';
import type {Facts} from '../view.ts';
import {chips} from './features.ts';
import type {Panel} from './panel.ts';

const KIND = 8;

function countsText({state}: Facts): string {
	const changes = state.features.reduce((sum, f) => sum + f.changes, 0);
	return [
		`${counted(changes, 'change')} in ${counted(state.features.length, 'feature')}`,
		...(state.shipped > 0 ? [`${state.shipped} already shipped`] : []),
		...(state.cancelled > 0 ? [`${state.cancelled} cancelled by reverts`] : []),
	].join(' · ');
}

/** While git is read: how far it is, and the first changes as they come. */
function readingRows({log}: Facts, height: number): Row[] {
	const found = log.filter(({source}) => source === 'found');
	const progress = log.findLast(({source}) => source === 'git')?.text ?? 'Reading the history';
	return [
		[span(` ${progress}…`, 'muted')],
		...found.slice(0, Math.max(0, height - 2)).map(({text}) => [span(` ${text}`)]),
	];
}

const NO_FILES = {added: [], modified: [], allAdded: 0, allModified: 0};

/** The names of the lists with how long they are; the one that is shown stands out. */
function tabs(facts: Facts, shown: ListName, width: number): Row {
	const {allAdded, allModified} = facts.state.files ?? NO_FILES;
	const fixes = facts.state.features.filter(({kind}) => kind === 'fix').length;
	const sizes = {features: facts.state.features.length, fixes, 'new files': allAdded, 'modified files': allModified};
	// Where four full names have no room, what is not shown is short.
	const full = LISTS.reduce((sum, name) => sum + `${name} ${sizes[name]}   `.length, 1) <= width;
	return LISTS.flatMap((name) => [
		span(' '),
		{
			text: full || name === shown ? ` ${name} ${sizes[name]} ` : ` ${name.slice(0, 3)} `,
			tone: name === shown ? ('strong' as const) : ('muted' as const),
			inverse: name === shown,
		},
	]);
}

function featureRows(features: readonly FeatureLine[], width: number): Row[] {
	const widest = Math.min(26, Math.max(0, ...features.map((f) => widthOf(chips(f)))));
	const titleWidth = Math.max(12, Math.min(60, width - KIND - 14 - widest));
	return features.map((feature) => [
		span(` ${pad(feature.kind, KIND)} `, 'muted'),
		span(pad(feature.title, titleWidth)),
		span(` ${feature.changes === 1 ? '1 change ' : `${feature.changes} changes`} `, 'muted'),
		span(chips(feature), feature.breaking ? 'bad' : 'warn'),
	]);
}

function fileRows(paths: readonly string[], all: number, filter: string, width: number): Row[] {
	const rows: Row[] = paths.filter((path) => matches(path, filter)).map((path) => [span(` ${cut(path, width - 1)}`)]);
	const more = all - paths.length;
	return more > 0 ? [...rows, [span(` and ${more} more, in discovery.json`, 'muted')]] : rows;
}

function listRows(facts: Facts, shown: ListName, filter: string, width: number): Row[] {
	const {added, modified, allAdded, allModified} = facts.state.files ?? NO_FILES;
	switch (shown) {
		case 'features':
			return featureRows(facts.features, width);
		case 'fixes':
			return featureRows(
				facts.features.filter(({kind}) => kind === 'fix'),
				width,
			);
		case 'new files':
			return fileRows(added, allAdded, filter, width);
		case 'modified files':
			return fileRows(modified, allModified, filter, width);
	}
}

/** How many of the shown list's own lines a filter leaves; nothing while it leaves all. */
function shownOf({state, features}: Facts, shown: ListName, filter: string): string {
	const {added, modified} = state.files ?? NO_FILES;
	const of = (left: number, all: number) => (left === all ? '' : `${left} of ${all}`);
	const files = (paths: readonly string[]) => of(paths.filter((path) => matches(path, filter)).length, paths.length);
	const fixes = (all: readonly FeatureLine[]) => all.filter(({kind}) => kind === 'fix').length;
	switch (shown) {
		case 'features':
			return of(features.length, state.features.length);
		case 'fixes':
			return of(fixes(features), fixes(state.features));
		case 'new files':
			return files(added);
		case 'modified files':
			return files(modified);
	}
}

/** @param filter what is typed to narrow the main panel. */
export function discoveryPanel(facts: Facts, {width, height}: Size, shown: ListName, filter: string): Panel {
	const {state} = facts;
	if (state.features.length === 0) {
		if (state.stages.discovery.status === 'finished')
			return {title: 'Discovery', rows: [[span(' Nothing waits on this branch', 'muted')]]};
		return {title: 'Discovery', rows: readingRows(facts, height)};
	}
	const kinds = new Map<string, number>();
	for (const {kind} of state.features) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
	const tally = [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind, n]) => `${n} ${kind}`);
	const rows = listRows(facts, shown, filter, width);
	return {
		title: 'Discovery',
		fact: shownOf(facts, shown, filter),
		rows: [
			[span(` ${countsText(facts)}`)],
			[span(` ${tally.join(' · ')}`, 'muted')],
			tabs(facts, shown, width),
			EMPTY,
			...(rows.length === 0 ? [[span(' None', 'muted')]] : rows),
		],
	};
}
