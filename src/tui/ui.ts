// Room: tui. What the screen itself remembers (cursor, scroll, filter, overlay, the marks of a choice) and what each command
// does to it. Pure: effects on the deployment come back as data and are performed by the app.

import type {DeploymentState} from '../domain/deployment/state.ts';
import {STAGES, type StageName} from '../domain/ids.ts';
import {type Changed, type Choice, cut, marksFor, toggle} from './choice.ts';
import type {Command, KeyContext, Mode} from './keymap.ts';
import type {Shape} from './layout.ts';
import {critical, proposed, scrollTail} from './list.ts';
import type {Facts} from './view.ts';

/** What scrolls and filters on its own. */
export type Pane = 'main' | 'log' | 'activity' | 'help' | 'commands' | 'question';

/** What discovery found, in four lists. */
export const LISTS = ['features', 'fixes', 'new files', 'modified files'] as const;
export type ListName = (typeof LISTS)[number];

export interface Ui {
	/** Undefined: the current stage is followed. */
	readonly stage?: StageName;
	readonly focus: 'main' | 'log' | 'activity';
	readonly overlay?: 'help' | 'commands' | 'takeback';
	/** Rows scrolled from the top. */
	readonly scroll: Readonly<Partial<Record<Pane, number>>>;
	/** For tails: number of the first line below the window; undefined follows. */
	readonly ends: Readonly<Partial<Record<'log' | 'activity', number>>>;
	readonly filters: Readonly<Partial<Record<Pane, string>>>;
	readonly filtering: boolean;
	/** Which of discovery's lists is shown. */
	readonly list: ListName;
	/** Index into the visible features. */
	readonly cursor: number;
	/** Undefined until the person changed the proposal. */
	readonly chosen?: Choice;
	readonly choice: 'recommended' | 'critical' | 'custom';
	/** The feature that the next `J` joins another one with. */
	readonly joining?: string;
	/** A feature that is being renamed, and the title as far as it is typed. */
	readonly naming?: {readonly id: string; readonly text: string};
	/** The question that was put aside with Esc. */
	readonly aside?: string;
	readonly rolloutPaused: boolean;
	readonly toast?: {readonly text: string; readonly until: number};
	readonly stopAsked?: number;
}

export const FIRST_UI: Ui = {
	focus: 'main',
	scroll: {},
	ends: {},
	filters: {},
	filtering: false,
	list: 'features',
	cursor: 0,
	choice: 'recommended',
	rolloutPaused: false,
};

export type Effect =
	| {readonly kind: 'answer'; readonly id: string; readonly value: string}
	| {readonly kind: 'wish'; readonly wish: 'promote' | 'pause' | 'resume'}
	| {readonly kind: 'cancel'; readonly how: 'stop' | 'abort'}
	/** Leave the screen at once, whatever the deployment does. */
	| {readonly kind: 'leave'};

export interface Turn {
	readonly ui: Ui;
	readonly effects: readonly Effect[];
}

const TOAST_MS = 6000;
/** A second Ctrl-C within this time leaves at once. */
const SECOND_STOP_MS = 3000;

/** The stage a person most likely wants to see: where a question is open, else what runs, else the last that did. */
export function currentStage(state: DeploymentState): StageName {
	if (state.decision) return state.decision.stage;
	const running = STAGES.find((name) => state.stages[name].status === 'running');
	return running ?? STAGES.findLast((name) => state.stages[name].status !== 'waiting') ?? 'discovery';
}

export const shownStage = (ui: Ui, state: DeploymentState): StageName => ui.stage ?? currentStage(state);

export function isChoosing(ui: Ui, state: DeploymentState): boolean {
	return state.decision?.kind === 'batch' && shownStage(ui, state) === 'selection';
}

/** The question that wants an overlay: all but the batch, which is answered in the list itself. */
export function openQuestion(ui: Ui, state: DeploymentState) {
	const {decision} = state;
	return decision && decision.kind !== 'batch' && ui.aside !== decision.id ? decision : undefined;
}

/** What the screen shows decides how its room is divided. */
export function shapeOf(ui: Ui, state: DeploymentState, monitor: boolean): Shape {
	if (!monitor && openQuestion(ui, state)) return 'watch';
	const shown = shownStage(ui, state);
	if (shown === 'discovery' || shown === 'selection') return 'list';
	return shown === 'staging' || shown === 'testing' ? 'output' : 'watch';
}

export function activePane(ui: Ui): Pane {
	return ui.overlay === 'help' || ui.overlay === 'commands' ? ui.overlay : ui.focus;
}

function modeOf(ui: Ui, facts: Facts): Mode {
	if (facts.layout.kind === 'tiny') return 'tiny';
	if (ui.naming) return 'name';
	if (ui.filtering) return 'filter';
	if (ui.overlay) return ui.overlay;
	if (facts.monitor) return 'watch';
	if (openQuestion(ui, facts.state)) return 'decision';
	return isChoosing(ui, facts.state) && ui.focus === 'main' ? 'choose' : 'watch';
}

export function keyContext(ui: Ui, facts: Facts): KeyContext {
	const pane = activePane(ui);
	const {decision, stages} = facts.state;
	return {
		mode: modeOf(ui, facts),
		monitor: facts.monitor,
		inProduction: stages.production.status === 'running' && facts.state.ending === undefined,
		lists: !facts.monitor && shownStage(ui, facts.state) === 'discovery' && facts.state.features.length > 0,
		decisionAside: !facts.monitor && decision !== undefined && openQuestion(ui, facts.state) === undefined,
		dirty:
			Boolean(ui.filters[pane]) ||
			ui.joining !== undefined ||
			ui.stage !== undefined ||
			(ui.focus !== 'main' && !facts.monitor) ||
			(pane !== 'help' && pane !== 'commands' && (ui.ends.log !== undefined || ui.ends.activity !== undefined)),
	};
}

export const toast = (ui: Ui, text: string, now: number): Ui => ({...ui, toast: {text, until: now + TOAST_MS}});

const still = (ui: Ui): Turn => ({ui, effects: []});

/** The choice as it stands: the person's, or the proposal. */
export function choiceOf(ui: Ui, state: DeploymentState): Choice {
	return ui.chosen ?? {wanted: proposed(state.features), without: new Set()};
}

/** Everything that goes: what is wanted and what comes along. */
export function marksOf(ui: Ui, state: DeploymentState): ReadonlySet<string> {
	// A batch that is chosen is closed already.
	return ui.chosen || state.decision?.kind === 'batch'
		? marksFor(state.features, choiceOf(ui, state))
		: proposed(state.features);
}

function withoutKey<K extends keyof Ui>(ui: Ui, ...keys: K[]): Ui {
	const copy = {...ui};
	for (const key of keys) delete copy[key];
	return copy;
}

/** One command, in the mode it was pressed in. */
export function act(before: Ui, command: Command, facts: Facts, digit = 0): Turn {
	const {state, now} = facts;
	// What was said about the last key is over with the next one.
	const ui = withoutKey(before, 'toast');
	switch (command) {
		case 'help':
		case 'commands':
			return still(ui.overlay === command ? withoutKey(ui, 'overlay') : {...ui, overlay: command});
		case 'back':
			return still(back(ui, facts));
		case 'stop':
			return stop(ui, facts);
		case 'quit':
			return {ui, effects: [{kind: 'leave'}]};
		case 'stage': {
			const stage = STAGES[digit - 1];
			return still(stage === undefined ? ui : {...ui, stage, focus: 'main', scroll: {...ui.scroll, main: 0}});
		}
		case 'follow':
			return still(withoutKey({...ui, focus: 'main'}, 'stage'));
		case 'nextList':
			return still(turnTo(ui, 1));
		case 'lastList':
			return still(turnTo(ui, -1));
		case 'pane':
			return still({...ui, focus: ui.focus === 'main' ? 'log' : ui.focus === 'log' ? 'activity' : 'main'});
		case 'decide':
			return still(withoutKey(ui, 'aside', 'stage'));
		case 'filter':
			return still({...ui, filtering: true});
		case 'apply':
			return still({...ui, filtering: false});
		case 'rollback':
			return still({...ui, overlay: 'takeback'});
		case 'takeback': {
			const gone = toast(withoutKey(ui, 'overlay'), 'Taking the traffic back…', now);
			return {ui: gone, effects: [{kind: 'cancel', how: 'abort'}]};
		}
		case 'promote':
			return {ui: toast(ui, 'Going on to the next step', now), effects: [{kind: 'wish', wish: 'promote'}]};
		case 'pause': {
			const rolloutPaused = !ui.rolloutPaused;
			const text = rolloutPaused ? 'Paused at this weight: p goes on' : 'Going on';
			return {
				ui: toast({...ui, rolloutPaused}, text, now),
				effects: [{kind: 'wish', wish: rolloutPaused ? 'pause' : 'resume'}],
			};
		}
		case 'toggle': {
			const feature = facts.features[ui.cursor];
			if (!feature) return still(ui);
			return still(changed(ui, facts, toggle(state.features, choiceOf(ui, state), feature.id)));
		}
		case 'cut': {
			const feature = facts.features[ui.cursor];
			if (!feature) return still(ui);
			return still(changed(ui, facts, cut(state.features, choiceOf(ui, state), feature.id)));
		}
		case 'join':
		case 'split':
		case 'pin':
		case 'rename':
			return group(ui, command, facts);
		case 'name':
			return named(ui, facts);
		case 'recommended':
			return still({...ui, chosen: {wanted: proposed(state.features), without: new Set()}, choice: 'recommended'});
		case 'critical':
			return still({...ui, chosen: {wanted: critical(state.features), without: new Set()}, choice: 'critical'});
		case 'none':
			return still({...ui, chosen: {wanted: new Set(), without: new Set()}, choice: 'custom'});
		case 'confirm':
			return confirm(ui, facts);
		case 'answer':
		case 'option':
			return still(ui); // the list component acts on these itself
		default:
			return still(move(ui, command, facts));
	}
}

function turnTo(ui: Ui, by: 1 | -1): Ui {
	const list = LISTS[(LISTS.indexOf(ui.list) + by + LISTS.length) % LISTS.length] ?? 'features';
	return {...ui, list, focus: 'main', scroll: {...ui.scroll, main: 0}};
}

function changed(ui: Ui, {now}: Facts, {choice, says}: Changed): Ui {
	const next: Ui = {...ui, chosen: choice, choice: 'custom'};
	return says === undefined ? next : toast(next, says, now);
}

/** A wish about the groups themselves: an answer after which the list is offered anew. */
function wishFor(ui: Ui, {state}: Facts, words: string): Turn {
	const {decision} = state;
	return decision ? {ui, effects: [{kind: 'answer', id: decision.id, value: `group ${words}`}]} : still(ui);
}

function group(ui: Ui, verb: 'join' | 'split' | 'pin' | 'rename', facts: Facts): Turn {
	const feature = facts.features[ui.cursor];
	if (!feature) return still(ui);
	const {id, title} = feature;
	if (verb === 'rename') return still({...ui, naming: {id, text: title}});
	if (verb === 'split' && feature.changes < 2)
		return still(toast(ui, 'It is a single change: nothing to split', facts.now));
	if (verb !== 'join') return wishFor(ui, facts, `${verb} ${id}`);
	if (ui.joining === undefined || ui.joining === id)
		return still(toast({...ui, joining: id}, `Join “${title}” with which one? J on it; Esc gives up`, facts.now));
	return wishFor(withoutKey(ui, 'joining'), facts, `join ${ui.joining},${id}`);
}

function named(ui: Ui, facts: Facts): Turn {
	if (!ui.naming) return still(ui);
	return wishFor(withoutKey(ui, 'naming'), facts, `rename ${ui.naming.id} ${ui.naming.text.trim()}`);
}

function confirm(ui: Ui, {state, now}: Facts): Turn {
	const {decision} = state;
	if (decision === undefined) return still(ui);
	const {wanted, without} = choiceOf(ui, state);
	if (wanted.size === 0) return still(toast(ui, 'Choose at least one feature: Space takes one', now));
	const named = decision.options.some((option) => option.value === ui.choice);
	// What only comes along is nobody's wish: selection finds it again.
	const ids = state.features.flatMap(({id}) => (wanted.has(id) ? [id] : without.has(id) ? [`!${id}`] : []));
	return {ui, effects: [{kind: 'answer', id: decision.id, value: named ? ui.choice : ids.join(',')}]};
}

function stop(ui: Ui, {now}: Facts): Turn {
	const again = ui.stopAsked !== undefined && now - ui.stopAsked <= SECOND_STOP_MS;
	if (again) return {ui, effects: [{kind: 'leave'}]};
	const text = 'Stopping at the next safe point; it stays open for --resume. Ctrl-C again leaves at once';
	return {ui: {...toast(ui, text, now), stopAsked: now}, effects: [{kind: 'cancel', how: 'stop'}]};
}

/** Esc takes back one thing at a time, the innermost first. */
function back(ui: Ui, facts: Facts): Ui {
	const pane = activePane(ui);
	if (ui.naming) return withoutKey(ui, 'naming');
	if (ui.filtering) return {...ui, filtering: false, filters: {...ui.filters, [pane]: ''}};
	if (ui.joining !== undefined) return withoutKey(ui, 'joining');
	if (ui.overlay === 'takeback') return withoutKey(ui, 'overlay');
	if (ui.filters[pane]) return {...ui, filters: {...ui.filters, [pane]: ''}, cursor: 0};
	if (ui.overlay) return withoutKey(ui, 'overlay');
	const question = facts.monitor ? undefined : openQuestion(ui, facts.state);
	if (question) return toast({...ui, aside: question.id}, 'Put aside: d comes back to the question', facts.now);
	if (ui.ends.log !== undefined || ui.ends.activity !== undefined) return {...ui, ends: {}};
	if (ui.focus !== 'main' && !facts.monitor) return {...ui, focus: 'main'};
	return withoutKey(ui, 'stage');
}

type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'top' | 'bottom';

function move(ui: Ui, command: Move, facts: Facts): Ui {
	const pane = keyContext(ui, facts).mode === 'decision' ? 'question' : activePane(ui);
	const page = Math.max(1, facts.pages[pane] - 1);
	const delta = {up: -1, down: 1, pageUp: -page, pageDown: page, top: -1e9, bottom: 1e9}[command];
	if (pane === 'log' || pane === 'activity') {
		const lines: readonly {n: number}[] = pane === 'log' ? facts.log : facts.activity;
		const end = scrollTail(lines, ui.ends[pane], delta, facts.pages[pane]);
		const {[pane]: _old, ...rest} = ui.ends;
		return {...ui, ends: end === undefined ? rest : {...rest, [pane]: end}};
	}
	if (pane === 'main' && isChoosing(ui, facts.state)) {
		return {...ui, cursor: Math.max(0, Math.min(facts.features.length - 1, ui.cursor + delta))};
	}
	const last = Math.max(0, facts.lengths[pane] - facts.pages[pane]);
	const at = Math.max(0, Math.min(last, (ui.scroll[pane] ?? 0) + delta));
	return {...ui, scroll: {...ui.scroll, [pane]: at}};
}

/** True while keys are letters: into a filter, or a title. */
export const isTyping = (ui: Ui): boolean => ui.filtering || ui.naming !== undefined;

const MOST_TITLE = 100;

/** Typing into the filter, or into a title. */
export function type(ui: Ui, text: string): Ui {
	if (ui.naming) return {...ui, naming: {...ui.naming, text: `${ui.naming.text}${text}`.slice(0, MOST_TITLE)}};
	const pane = activePane(ui);
	return {...ui, cursor: 0, filters: {...ui.filters, [pane]: `${ui.filters[pane] ?? ''}${text}`.slice(0, 60)}};
}

export function erase(ui: Ui): Ui {
	if (ui.naming) return {...ui, naming: {...ui.naming, text: [...ui.naming.text].slice(0, -1).join('')}};
	const pane = activePane(ui);
	return {...ui, cursor: 0, filters: {...ui.filters, [pane]: [...(ui.filters[pane] ?? '')].slice(0, -1).join('')}};
}
