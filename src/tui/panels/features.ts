// Room: tui. The features as selection offers them to be chosen, and as they were chosen.

import type {FeatureLine} from '../../domain/deployment/event.ts';
import {count as counted, percent, riskWords} from '../../domain/selection/words.ts';
import {cut, pad, padStart, widthOf} from '../cells.ts';
import {alongWith, bringsText, riskOf, whyAlong} from '../choice.ts';
import {windowStart} from '../list.ts';
import {cutRow, EMPTY, paragraph, type Row, type Size, span, type Tone} from '../rows.ts';
import {choiceOf, marksOf, type Ui} from '../ui.ts';
import type {Facts} from '../view.ts';
import type {Panel} from './panel.ts';
import {howRows, recommendationRows} from './plan.ts';
import {riskTone} from './rail.ts';

const BUCKET_TONES: Readonly<Record<string, Tone>> = {
	'must include': 'accent',
	recommended: 'good',
	optional: 'warn',
	'not recommended': 'bad',
};
/** From this width on each row has its reason beside it; below, only the one under the cursor has, at the bottom. */
const REASONS_FROM = 76;
const KIND = 8;

export const chips = (feature: FeatureLine, topics = feature.topics): string =>
	[...(feature.breaking ? ['breaking!'] : []), ...topics].map((topic) => `[${topic}]`).join('');

/** In the list to choose from the reason says already whether tests hold it: the room is the title's. */
const warningChips = (feature: FeatureLine): string =>
	chips(
		feature,
		feature.topics.filter((topic) => topic !== 'tests'),
	);

function shownOf({state, features}: Facts): string {
	return features.length === state.features.length ? '' : `${features.length} of ${state.features.length}`;
}

type Item = {readonly header: string} | {readonly feature: FeatureLine; readonly index: number};

function itemsOf(features: readonly FeatureLine[], marks: ReadonlySet<string>): Item[] {
	const items: Item[] = [];
	let bucket: string | undefined;
	for (const [index, feature] of features.entries()) {
		const own = feature.bucket ?? 'optional';
		if (own !== bucket) {
			bucket = own;
			const group = features.filter((f) => (f.bucket ?? 'optional') === own);
			const taken = group.filter((f) => marks.has(f.id)).length;
			items.push({header: `${own} · ${taken} of ${group.length}`});
		}
		items.push({feature, index});
	}
	return items;
}

function headerOf(text: string): Row {
	const bucket = text.slice(0, text.indexOf(' ·'));
	return [span(` ${bucket.toUpperCase()}`, BUCKET_TONES[bucket] ?? 'strong'), span(text.slice(bucket.length), 'muted')];
}

type Mark = '[✓]' | '[+]' | '[ ]';

function featureRow(feature: FeatureLine, mark: Mark, current: boolean, width: number): Row {
	const tone = BUCKET_TONES[feature.bucket ?? 'optional'] ?? 'text';
	const taken = mark !== '[ ]';
	const head = 1 + 2 + 4 + 5 + KIND + 1;
	const tags = warningChips(feature);
	const rest = width - head;
	const reasons = width >= REASONS_FROM;
	const titleRoom = reasons ? Math.floor(rest * 0.55) : rest;
	const tagText = tags === '' || titleRoom - widthOf(tags) < 14 ? '' : ` ${tags}`;
	const title = cut(feature.title, titleRoom - widthOf(tagText) - 1);
	const gap = ' '.repeat(Math.max(1, titleRoom - widthOf(title) - widthOf(tagText)));
	return [
		span(current ? '❯ ' : '  ', 'accent'),
		span(`${mark} `, taken ? tone : 'muted'),
		span(`${padStart(percent(feature.risk ?? 0), 4)} `, riskTone(feature.risk)),
		span(`${pad(feature.kind, KIND)} `, 'muted'),
		{text: title, tone: current ? 'strong' : 'text', inverse: current},
		span(tagText, feature.breaking ? 'bad' : 'warn'),
		...(reasons ? [span(gap), span(feature.why ?? '', 'muted')] : []),
	];
}

/** The list to choose from, or what was chosen. The cursor's feature is explained at the bottom. */
export function selectionPanel(facts: Facts, ui: Ui, {width, height}: Size, choosing: boolean): Panel {
	const {state, features} = facts;
	if (state.features.length === 0 || state.stages.selection.status === 'waiting') {
		return {title: 'Selection', rows: [[span(' Waits for discovery', 'muted')]]};
	}
	const marks = marksOf(ui, state);
	const along = choosing
		? new Set(alongWith(state.features, choiceOf(ui, state)).keys())
		: new Set(state.features.filter((feature) => feature.pulledIn).map(({id}) => id));
	const markOf = (id: string): Mark => (along.has(id) ? '[+]' : marks.has(id) ? '[✓]' : '[ ]');
	const items = itemsOf(features, marks);
	if (!choosing) return chosenPanel(facts, marks, items, markOf, width);
	const cursor = Math.max(0, Math.min(ui.cursor, features.length - 1));
	const at = items.findIndex((item) => 'feature' in item && item.index === cursor);
	const detail = height >= 12 ? detailRows(features[cursor], facts, ui, width) : [];
	const advice = adviceRows(facts, width, height);
	const room = Math.max(1, height - 2 - detail.length - advice.length); // title and total
	const from = windowStart(items.length, room, at);
	const rows = items
		.slice(from, from + room)
		.map((item) =>
			'header' in item
				? headerOf(item.header)
				: featureRow(item.feature, markOf(item.feature.id), item.index === cursor, width),
		);
	while (detail.length > 0 && rows.length < room) rows.push(EMPTY);
	const below = items.length - from - room;
	return {
		title: 'Selection: what goes together?',
		fact: [shownOf(facts), below > 0 ? `${below} more below` : ''].filter(Boolean).join(' · '),
		rows: [totalRow(facts, marks), ...advice, ...rows, ...detail],
		windowed: true,
	};
}

/** What to keep in mind while choosing: a line or two where the list has room to spare. */
function adviceRows({state}: Facts, width: number, height: number): Row[] {
	const most = height >= 24 ? 2 : height >= 14 ? 1 : 0;
	return (state.decision?.advice ?? []).slice(0, most).map((text): Row => [span(cut(` ${text}`, width), 'muted')]);
}

/** What was chosen: how it shall go out, the list, and at its end the whole recommendation. */
function chosenPanel(
	facts: Facts,
	marks: ReadonlySet<string>,
	items: readonly Item[],
	markOf: (id: string) => Mark,
	width: number,
): Panel {
	const {recommendation} = facts.state;
	const list = items.map((item) =>
		'header' in item ? headerOf(item.header) : featureRow(item.feature, markOf(item.feature.id), false, width),
	);
	const more = recommendation ? [EMPTY, ...recommendationRows(recommendation, width)] : [];
	return {
		title: 'Selection',
		fact: shownOf(facts),
		rows: [totalRow(facts, marks), ...howRows(facts, width), ...list, ...more],
	};
}

function totalRow({state}: Facts, marks: ReadonlySet<string>): Row {
	const cap = state.decision?.cap;
	const over = cap !== undefined && marks.size > cap;
	const built = state.version !== undefined;
	const risk = state.risk ?? riskOf(state.features, marks);
	return [
		span(` ${marks.size}${cap === undefined ? '' : `/${cap}`} chosen`, over ? 'warn' : 'strong'),
		span(over ? ' (more than the limit you set)' : ` from ${state.features.length}`, over ? 'warn' : 'muted'),
		span(' · risk '),
		span(`${built ? '' : 'about '}${riskWords(risk)}`, riskTone(risk)),
		span(built ? ` · ${state.version} · ${counted(state.evidence, 'earlier deployment')}` : '', 'muted'),
	];
}

/** The cursor's feature in full: its whole title, why it stands where it stands, what it brings, what its risk is made of. */
function detailRows(feature: FeatureLine | undefined, {state}: Facts, ui: Ui, width: number): Row[] {
	if (!feature) return [[span(' Nothing matches the filter; Esc clears it', 'muted')]];
	const facts = [feature.changes === 1 ? '' : `${feature.changes} changes`, feature.id].filter(Boolean);
	const about = facts.join(' · ');
	const along = whyAlong(state.features, choiceOf(ui, state), feature.id);
	const [why] = paragraph(along ?? feature.why ?? 'no reason given', width, along ? 'accent' : 'text', ' ');
	const brings = [bringsText(state.features, feature.id), ...(feature.notes ?? [])].filter(Boolean).join(' · ');
	return [
		[span('─'.repeat(Math.max(0, width)), 'muted')],
		cutRow(
			[span(` ${cut(feature.title, Math.max(20, width - widthOf(about) - 4))}`, 'strong'), span(`  ${about}`, 'muted')],
			width,
		),
		why ?? EMPTY,
		...(brings === '' ? [] : [[span(cut(` ${brings}`, width), 'warn')]]),
		[span(cut(` ${percent(feature.risk ?? 0)}: ${(feature.because ?? []).join(' · ')}`, width), 'muted')],
	];
}
