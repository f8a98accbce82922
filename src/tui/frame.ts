// Room: tui. The whole screen of `orchestra deploy` as rows, before Ink sees it: which panel where, at which size. Pure, so
// that "never wider or taller than the terminal" is a property a test can check.

import type {DecisionRequest} from '../domain/decision.ts';
import type {StageName} from '../domain/ids.ts';
import {type Layout, SMALLEST} from './layout.ts';
import {commandsPanel, helpPanel} from './overlays/help.ts';
import {hintRow} from './overlays/hints.ts';
import {questionRows} from './overlays/question.ts';
import {discoveryPanel} from './panels/discovery.ts';
import {selectionPanel} from './panels/features.ts';
import {framed, type Panel} from './panels/panel.ts';
import {productionPanel} from './panels/production.ts';
import {headerRow, railColumn, railLine} from './panels/rail.ts';
import {faultRows, learningPanel, stagingPanel, testingPanel} from './panels/stages.ts';
import {activityPanel, logPanel} from './panels/tails.ts';
import {cutRow, fill, paragraph, type Row, type Size, span} from './rows.ts';
import {activePane, isChoosing, keyContext, openQuestion, type Pane, shownStage, type Ui} from './ui.ts';
import type {Facts, Measured} from './view.ts';

export type Frame =
	| {readonly kind: 'tiny'; readonly rows: readonly Row[]; readonly measured: Measured}
	| {
			readonly kind: 'full';
			readonly top: readonly Row[];
			readonly side?: {readonly rows: readonly Row[]; readonly size: Size};
			/** Stacked below each other; each with its own height. */
			readonly body: readonly (readonly Row[])[];
			/** When set, it is drawn in place of the first of `body`. */
			readonly question?: {readonly request: DecisionRequest; readonly size: Size; readonly scroll: number};
			readonly hints: Row;
			readonly measured: Measured;
	  };

export function tinyRows({width, height}: Size): Row[] {
	const text = `Orchestra needs ${SMALLEST.columns} × ${SMALLEST.rows} characters of room, this is ${width} × ${height}. The deployment goes on.`;
	return fill(paragraph(text, width), {width, height});
}

export function composeFrame(facts: Facts, ui: Ui): Frame {
	const {layout, state} = facts;
	if (layout.kind === 'tiny') return {kind: 'tiny', rows: tinyRows(layout.screen), measured: {}};
	const {width} = layout.screen;
	const asked = facts.monitor ? undefined : openQuestion(ui, state);
	const shown = asked?.stage ?? shownStage(ui, state);
	const context = keyContext(ui, facts);
	const top = [headerRow(facts, width), ...(layout.side ? [] : [railLine(facts, shown, width)])];
	const hints = hintRow(context, ui, facts.now, width);
	const side = layout.side && {rows: fill(railColumn(facts, shown, layout.side), layout.side), size: layout.side};
	const rest = {kind: 'full' as const, top, hints, ...(side ? {side} : {})};

	if (ui.overlay === 'help' || ui.overlay === 'commands') {
		const size = wholeBody(layout);
		const under = {...ui};
		delete under.overlay;
		const panel =
			ui.overlay === 'help'
				? helpPanel(keyContext({...under, filtering: false}, facts), ui.filters.help ?? '')
				: commandsPanel(facts, ui);
		const rows = framed(panel, size, ui.scroll[ui.overlay] ?? 0, true);
		return {...rest, body: [rows], measured: {lengths: {[ui.overlay]: panel.rows.length}}};
	}

	const question = context.mode === 'decision' ? openQuestion(ui, state) : undefined;
	const {main} = layout;
	const pane = activePane(ui);
	// A pane without a place of its own is shown in place of the main panel.
	const single = pane !== 'main' && layout.log === undefined && !(pane === 'activity' && layout.activity);
	const panel = single
		? tail(pane, facts, ui, main)
		: ui.overlay === 'takeback'
			? takebackPanel(facts, main)
			: stagePanel(shown, facts, ui, main);
	const first = framed(panel, main, single ? 0 : (ui.scroll.main ?? 0), pane === 'main' || single);
	const low = [
		layout.activity && tail('activity', facts, ui, layout.activity),
		layout.log && lowPanel(layout, facts, ui),
	];
	const sizes = [layout.activity, layout.log];
	const body = [first];
	for (const [index, part] of low.entries()) {
		const size = sizes[index];
		if (!part || !size) continue;
		body.push(framed(part, size, 0, pane === (part.title === 'Log' ? 'log' : 'activity')));
	}
	return {
		...rest,
		body,
		...(question ? {question: {request: question, size: main, scroll: ui.scroll.question ?? 0}} : {}),
		measured: measure(panel, question, main),
	};
}

function measure(panel: Panel, question: DecisionRequest | undefined, size: Size): Measured {
	if (!question) return {lengths: {main: panel.rows.length}};
	const {length, page} = questionRows(question, size);
	return {lengths: {main: panel.rows.length, question: length}, pages: {question: page}};
}

type Roomy = Exclude<Layout, {kind: 'tiny'}>;

function wholeBody({main, log, activity}: Roomy): Size {
	return {width: main.width, height: main.height + (log?.height ?? 0) + (activity?.height ?? 0)};
}

function tail(pane: Pane, facts: Facts, ui: Ui, size: Size): Panel {
	return pane === 'activity' ? activityPanel(facts, ui, size) : logPanel(facts, ui, size);
}

/** Log and activity take turns where there is room for one: the focused one, else whichever has something to say. */
function lowPanel({log, activity}: Roomy, facts: Facts, ui: Ui): Panel | undefined {
	if (!log) return undefined;
	const quiet = ui.focus === 'main' && !['staging', 'testing'].includes(shownStage(ui, facts.state));
	const turn = !activity && (ui.focus === 'activity' || quiet) ? 'activity' : 'log';
	return tail(turn, facts, ui, log);
}

function stagePanel(shown: StageName, facts: Facts, ui: Ui, size: Size): Panel {
	const panel = bareStagePanel(shown, facts, ui, size);
	const {fault} = facts.state;
	const concerned = fault && (fault.stage ?? shown) === shown && facts.state.status !== 'promoted';
	if (!concerned) return panel;
	return {...panel, windowed: false, rows: [...faultRows(fault, facts, size.width), ...panel.rows]};
}

function bareStagePanel(shown: StageName, facts: Facts, ui: Ui, size: Size): Panel {
	switch (shown) {
		case 'discovery':
			return discoveryPanel(facts, size, ui.list, ui.filters.main ?? '');
		case 'selection':
			return selectionPanel(facts, ui, size, !facts.monitor && isChoosing(ui, facts.state));
		case 'staging':
			return stagingPanel(facts);
		case 'testing':
			return testingPanel(facts, size);
		case 'production':
			return productionPanel(facts, size, ui.rolloutPaused);
		case 'learning':
			return learningPanel(facts, size);
	}
}

function takebackPanel(facts: Facts, {width}: Size): Panel {
	const release = facts.state.version ?? 'the new version';
	const text = `All traffic returns to the stable version at once and this deployment of ${release} is closed as aborted.`;
	return {
		title: 'Take the traffic back?',
		rows: [
			[span('')],
			...paragraph(text, width, 'text', ' '),
			[span('')],
			cutRow(
				[span(' r or Enter', 'bad'), span('  take it back now      '), span('Esc', 'accent'), span('  go on watching')],
				width,
			),
		],
	};
}
