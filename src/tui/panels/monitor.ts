// Room: tui. The watching screen: progress through the stages, features and risk, traffic, tests, recent activity and what
// to do next, all at once. Built from the same panels as the conducting screen.

import {STAGES} from '../../domain/ids.ts';
import {count, riskWords} from '../../domain/selection/words.ts';
import {chosenCount, features, isClosed, nextSteps, testWords, trafficWords} from '../../report/plain-words.ts';
import type {Frame} from '../frame.ts';
import {tinyRows} from '../frame.ts';
import {commandsPanel, helpPanel} from '../overlays/help.ts';
import {hintRow} from '../overlays/hints.ts';
import {cutRow, EMPTY, fill, type Row, type Size, span, titleRow} from '../rows.ts';
import {currentStage, keyContext, shownStage, type Ui} from '../ui.ts';
import type {Facts} from '../view.ts';
import {framed, type Panel} from './panel.ts';
import {evidenceRows, trafficRows} from './production.ts';
import {capital, clock, headerRow, railColumn, railLine, riskTone, stageMs} from './rail.ts';
import {faultRows, nextRows, suiteRows} from './stages.ts';
import {activityPanel} from './tails.ts';

/** From this height on every pane has a title of its own; below, the short ones are a line each. */
const TITLED_FROM = 20;

/** Whether a process conducts it: the kernel's word, not the log's. */
const isRunning = ({state, holder}: Facts): boolean => holder !== undefined && !isClosed(state);

function progressRow(facts: Facts, width: number): Row {
	const {state} = facts;
	const done = STAGES.filter((name) => state.stages[name].status === 'finished').length;
	const current = currentStage(state);
	const time = stageMs(facts, current) > 0 ? ` ${clock(stageMs(facts, current))}` : '';
	const text = ` ${done} of ${STAGES.length} stages · ${capital(current)}${time}`;
	const room = Math.max(6, Math.min(48, width - text.length - 2));
	const full = Math.round((done / STAGES.length) * room);
	return cutRow([span(' '), span('█'.repeat(full), 'good'), span('░'.repeat(room - full), 'muted'), span(text)], width);
}

function featureWords({state}: Facts): Row {
	if (state.features.length === 0) return [span(' none found yet', 'muted')];
	const {risk, version} = state;
	return [
		span(
			version
				? ` ${version}: ${chosenCount(state)} of ${features(state.features.length)}`
				: ` ${features(state.features.length)}`,
		),
		span(' · risk '),
		span(risk === undefined ? 'not known yet' : riskWords(risk), riskTone(risk)),
		span(version ? ` · ${count(state.evidence, 'earlier deployment')}` : '', 'muted'),
	];
}

const labelled = (label: string, row: Row): Row => [span(` ${label.padEnd(9)}`, 'muted'), ...row];

/** For a screen without room for titles: one line per pane, activity takes the rest. */
function shortRows(facts: Facts, {width, height}: Size): Row[] {
	const steps = nextSteps(facts.state, isRunning(facts));
	return [
		progressRow(facts, width),
		labelled('features', featureWords(facts)),
		labelled('tests', [span(` ${testWords(facts.state) ?? 'not run yet'}`)]),
		labelled('traffic', [span(` ${trafficWords(facts.state).replace(/^traffic is (still )?/, '')}`)]),
		...steps
			.slice(0, height >= 11 ? 2 : 1)
			.map((step, index) => labelled(index === 0 ? 'next' : '', [span(` ${step}`)])),
	];
}

function titled(title: string, rows: readonly Row[], width: number, most: number): Row[] {
	return [titleRow(title, '', width, false), ...rows.slice(0, most)];
}

function longRows(facts: Facts, {width, height}: Size): Row[] {
	const {state} = facts;
	const roomy = height >= 28;
	const tests = suiteRows(facts, width);
	const evidence = roomy ? evidenceRows(facts, width) : evidenceRows(facts, width).slice(-2);
	const fault =
		state.fault && state.status !== 'promoted' ? faultRows(state.fault, facts, width).slice(0, roomy ? 8 : 3) : [];
	const gap: Row[] = roomy ? [EMPTY] : [];
	const lines: Row[] = [
		progressRow(facts, width),
		...gap,
		...fault,
		...titled('Features and risk', [featureWords(facts)], width, 1),
		...gap,
		...titled('Traffic', [...trafficRows(facts, width), ...evidence], width, roomy ? 10 : 5),
		...gap,
		...titled('Tests', tests.length > 0 ? tests : [[span(' not run yet', 'muted')]], width, roomy ? 6 : 3),
		...gap,
		...titled('Next steps', nextRows(facts, isRunning(facts), width), width, roomy ? 4 : 2),
		...gap,
	];
	// Activity always keeps a title and three lines.
	return lines.slice(0, Math.max(0, height - 4));
}

export function composeMonitor(facts: Facts, ui: Ui): Frame {
	const {layout, state} = facts;
	if (layout.kind === 'tiny') return {kind: 'tiny', rows: tinyRows(layout.screen), measured: {}};
	const {width, height} = layout.screen;
	const context = keyContext(ui, facts);
	const shown = shownStage(ui, state);
	const top = [headerRow(facts, width), ...(layout.side ? [] : [railLine(facts, shown, width)])];
	const side = layout.side && {rows: fill(railColumn(facts, shown, layout.side), layout.side), size: layout.side};
	const size = {width: layout.main.width, height: height - top.length - 1};
	const rest = {kind: 'full' as const, top, hints: hintRow(context, ui, facts.now, width), ...(side ? {side} : {})};
	const overlay = overlayPanel(facts, ui);
	if (overlay && ui.overlay) {
		const rows = framed(overlay, size, ui.scroll[ui.overlay === 'help' ? 'help' : 'commands'] ?? 0, true);
		return {
			...rest,
			body: [rows],
			measured: {lengths: {[ui.overlay]: overlay.rows.length}, pages: {[ui.overlay]: size.height - 1}},
		};
	}
	if (state.id === undefined) {
		const none: Panel = {title: 'Nothing to watch', rows: [[span(' No deployment yet. Begin with: orchestra deploy')]]};
		return {...rest, body: [framed(none, size, 0, true)], measured: {}};
	}
	const short = height < TITLED_FROM || layout.kind === 'one';
	const above = short ? shortRows(facts, size) : longRows(facts, size);
	const low = {width: size.width, height: size.height - above.length};
	const rows = [
		...fill(above, {...size, height: above.length}),
		...framed(activityPanel(facts, ui, low), low, 0, true),
	];
	return {...rest, body: [rows], measured: {pages: {activity: Math.max(1, low.height - 1)}}};
}

function overlayPanel(facts: Facts, ui: Ui): Panel | undefined {
	if (ui.overlay === 'commands') return commandsPanel(facts, ui);
	if (ui.overlay !== 'help') return undefined;
	const under = {...ui, filtering: false};
	delete under.overlay;
	return helpPanel(keyContext(under, facts), ui.filters.help ?? '');
}
