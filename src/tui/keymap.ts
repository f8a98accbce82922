// Room: tui. Every key there is. One record feeds the handler, the hint bar, the `?` help and the guide, so that none of them
// can lie. Pure; the same letter means the same everywhere.

import type {Key} from 'ink';

/** Which set of keys is in force; the innermost thing on the screen decides. */
export type Mode = 'tiny' | 'filter' | 'name' | 'help' | 'commands' | 'takeback' | 'decision' | 'choose' | 'watch';

export interface KeyContext {
	readonly mode: Mode;
	/** The monitor watches and conducts nothing. */
	readonly monitor: boolean;
	/** Traffic is being moved right now. */
	readonly inProduction: boolean;
	/** A question is open but put aside. */
	readonly decisionAside: boolean;
	/** Discovery's four lists are on the screen. */
	readonly lists: boolean;
	/** Something is filtered or scrolled, so Esc has something to undo. */
	readonly dirty: boolean;
}

type Availability = true | string;

export interface Binding {
	/** Names as `keyName` gives them; the first is shown. */
	readonly keys: readonly string[];
	readonly label: string;
	readonly group: 'everywhere' | 'move' | 'choose features' | 'answer' | 'production';
	readonly modes: readonly Mode[];
	/** A reason when the key exists but does nothing now. */
	readonly when?: (context: KeyContext) => Availability;
	/** Place in the hint bar: small first; undefined stays out of it. */
	readonly hint?: number;
	/** The list component of the decision overlay reads these itself; they are here so that hints and help are whole. */
	readonly by?: 'select-input';
}

const BROWSE: readonly Mode[] = ['choose', 'watch'];
const SCROLL: readonly Mode[] = ['choose', 'watch', 'help', 'commands'];
const CALM: readonly Mode[] = ['choose', 'watch', 'help', 'commands', 'decision'];
/** A question may be longer than its room: what it is about must be readable before it is answered. */
const PAGES: readonly Mode[] = [...SCROLL, 'decision'];
const ALL: readonly Mode[] = [...CALM, 'filter', 'name', 'takeback', 'tiny'];

const conducting = (c: KeyContext): Availability => (c.monitor ? 'the monitor shows everything at once' : true);
const deploying = (c: KeyContext): Availability =>
	c.monitor ? 'the monitor only watches: use `orchestra promote|pause|abort`' : true;
const listed = (c: KeyContext): Availability => (c.lists ? true : 'discovery has lists: 1 looks at it');
const rolling = (c: KeyContext): Availability => {
	const may = deploying(c);
	return may === true && !c.inProduction ? 'only while traffic is being moved' : may;
};

export const BINDINGS = {
	help: {keys: ['?'], label: 'help', group: 'everywhere', modes: CALM, hint: 0},
	confirm: {keys: ['return'], label: 'ship these', group: 'choose features', modes: ['choose'], hint: 1},
	toggle: {keys: ['space', 'x'], label: 'take or leave', group: 'choose features', modes: ['choose'], hint: 2},
	recommended: {keys: ['a'], label: 'all recommended', group: 'choose features', modes: ['choose'], hint: 3},
	critical: {keys: ['c'], label: 'critical only', group: 'choose features', modes: ['choose'], hint: 4},
	cut: {keys: ['u'], label: 'cut what it brings', group: 'choose features', modes: ['choose']},
	join: {keys: ['J'], label: 'join with another', group: 'choose features', modes: ['choose']},
	split: {keys: ['S'], label: 'split into its changes', group: 'choose features', modes: ['choose']},
	rename: {keys: ['R'], label: 'rename', group: 'choose features', modes: ['choose']},
	pin: {keys: ['P'], label: 'keep exactly so', group: 'choose features', modes: ['choose']},
	name: {keys: ['return'], label: 'keep this title', group: 'choose features', modes: ['name'], hint: 1},
	none: {keys: ['n'], label: 'none', group: 'choose features', modes: ['choose']},
	answer: {keys: ['return'], label: 'answer', group: 'answer', modes: ['decision'], hint: 1, by: 'select-input'},
	option: {
		keys: ['1-9', 'up', 'k', 'down', 'j'],
		label: 'move to an answer',
		group: 'answer',
		modes: ['decision'],
		hint: 2,
		by: 'select-input',
	},
	takeback: {keys: ['r', 'return'], label: 'take it back now', group: 'production', modes: ['takeback'], hint: 1},
	decide: {
		keys: ['d'],
		label: 'decide',
		group: 'answer',
		modes: ['watch'],
		hint: 1,
		when: (c) => (c.decisionAside ? true : 'no question is open'),
	},
	rollback: {keys: ['r'], label: 'roll back', group: 'production', modes: ['watch'], hint: 2, when: rolling},
	promote: {keys: ['n'], label: 'next step now', group: 'production', modes: ['watch'], hint: 3, when: rolling},
	pause: {
		keys: ['p'],
		label: 'pause or go on',
		group: 'production',
		modes: ['watch'],
		hint: 4,
		when: rolling,
	},
	nextList: {keys: ['right', 'l'], label: 'next list', group: 'move', modes: ['watch'], hint: 4, when: listed},
	lastList: {keys: ['left', 'h'], label: 'list before', group: 'move', modes: ['watch'], when: listed},
	filter: {keys: ['/'], label: 'filter', group: 'everywhere', modes: SCROLL, hint: 5},
	pane: {keys: ['tab'], label: 'next pane', group: 'everywhere', modes: BROWSE, hint: 6, when: conducting},
	stage: {
		keys: ['1-6', '1', '2', '3', '4', '5', '6'],
		label: 'look at a stage',
		group: 'everywhere',
		modes: BROWSE,
		hint: 7,
		when: conducting,
	},
	follow: {keys: ['0'], label: 'follow the current stage', group: 'everywhere', modes: BROWSE, when: conducting},
	commands: {keys: ['@'], label: 'commands run', group: 'everywhere', modes: CALM, hint: 8},
	back: {
		keys: ['escape'],
		label: 'back',
		group: 'everywhere',
		modes: ALL,
		hint: 9,
		when: (c) => (['choose', 'watch', 'tiny'].includes(c.mode) && !c.dirty ? 'nothing to go back from' : true),
	},
	up: {keys: ['up', 'k'], label: 'up', group: 'move', modes: SCROLL},
	down: {keys: ['down', 'j'], label: 'down', group: 'move', modes: SCROLL},
	pageUp: {keys: ['pageup', 'ctrl+u'], label: 'a page up', group: 'move', modes: PAGES},
	pageDown: {keys: ['pagedown', 'ctrl+d'], label: 'a page down', group: 'move', modes: PAGES},
	top: {keys: ['g', 'home'], label: 'first', group: 'move', modes: SCROLL},
	bottom: {keys: ['G', 'end'], label: 'last; follow the log', group: 'move', modes: SCROLL},
	apply: {keys: ['return'], label: 'keep the filter', group: 'everywhere', modes: ['filter'], hint: 1},
	stop: {
		keys: ['ctrl+c'],
		label: 'stop at a safe point',
		group: 'everywhere',
		modes: ALL,
		hint: 10,
		when: deploying,
	},
	quit: {
		keys: ['q', 'ctrl+c'],
		label: 'quit',
		group: 'everywhere',
		modes: ['choose', 'watch', 'help', 'commands', 'tiny'],
		hint: 11,
		when: (c) => (c.monitor ? true : 'a deployment runs: Ctrl-C stops it at a safe point'),
	},
} as const satisfies Record<string, Binding>;

export type Command = keyof typeof BINDINGS;
// `as`: Object.entries widens the key type
const ENTRIES = Object.entries(BINDINGS) as readonly [Command, Binding][];

const NAMED = [
	'return',
	'escape',
	'tab',
	'backspace',
	'delete',
	'pageDown',
	'pageUp',
	'home',
	'end',
] as const satisfies readonly (keyof Key)[];

const CONTROLS: Readonly<Record<string, string>> = {
	'\r': 'return',
	'\n': 'return',
	'\t': 'tab',
	' ': 'space',
	'\u0003': 'ctrl+c',
	'\u0004': 'ctrl+d',
	'\u0015': 'ctrl+u',
	'\u007f': 'backspace',
	'\b': 'backspace',
};

/** The keys of one read, by name: whoever types fast, or holds a key, sends several at once. Pastes come another way. */
export function keyNames(input: string, key: Key): string[] {
	if (key.upArrow) return ['up'];
	if (key.downArrow) return ['down'];
	if (key.leftArrow) return ['left'];
	if (key.rightArrow) return ['right'];
	const named = NAMED.find((name) => key[name]);
	if (named !== undefined) return [named.toLowerCase()];
	if (key.ctrl) return [`ctrl+${input}`];
	// Esc and a key typed right after it arrive as one: both count.
	if (key.meta) return ['escape', ...[...input].map((char) => CONTROLS[char] ?? char)];
	return [...input].map((char) => CONTROLS[char] ?? char);
}

export type Pressed =
	| {readonly kind: 'command'; readonly command: Command}
	| {readonly kind: 'refused'; readonly reason: string}
	| {readonly kind: 'nothing'};

const availability = (binding: Binding, context: KeyContext): Availability => binding.when?.(context) ?? true;

/** What a key does here. A key that exists but may not act now says why. */
export function pressed(name: string, context: KeyContext): Pressed {
	let refused: string | undefined;
	for (const [command, binding] of ENTRIES) {
		if (binding.by !== undefined || !binding.modes.includes(context.mode) || !binding.keys.includes(name)) continue;
		const may = availability(binding, context);
		if (may === true) return {kind: 'command', command};
		refused ??= may;
	}
	return refused === undefined ? {kind: 'nothing'} : {kind: 'refused', reason: refused};
}

const SHOWN: Readonly<Record<string, string>> = {
	return: 'Enter',
	escape: 'Esc',
	space: 'Space',
	tab: 'Tab',
	left: '←',
	right: '→',
	up: '↑',
	down: '↓',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	'ctrl+c': 'Ctrl-C',
	'ctrl+u': 'Ctrl-U',
	'ctrl+d': 'Ctrl-D',
};

export const shownKey = (name: string): string => SHOWN[name] ?? name;

export interface Hint {
	readonly key: string;
	readonly label: string;
}

/** What works right now, most useful first; help is always the first. */
export function hints(context: KeyContext): Hint[] {
	return ENTRIES.filter(
		([, binding]) =>
			binding.hint !== undefined && binding.modes.includes(context.mode) && availability(binding, context) === true,
	)
		.toSorted(([, a], [, b]) => (a.hint ?? 0) - (b.hint ?? 0))
		.map(([, binding]) => ({key: shownKey(binding.keys[0] ?? ''), label: binding.label}));
}

export interface HelpLine extends Hint {
	readonly group: Binding['group'];
	/** Why it does nothing now. */
	readonly reason?: string;
}

/** Everything there is, grouped; what does not work where the person stands says why. */
export function help(context: KeyContext): HelpLine[] {
	const groups: readonly Binding['group'][] = ['everywhere', 'move', 'choose features', 'answer', 'production'];
	return groups.flatMap((group) =>
		ENTRIES.filter(([, binding]) => binding.group === group).map(([, binding]) => {
			const here = binding.modes.includes(context.mode);
			const may = here ? availability(binding, context) : elsewhere(binding);
			const key = binding.keys
				.filter((name) => !/^[1-6]$/.test(name))
				.map(shownKey)
				.join(' ');
			return {group, key, label: binding.label, ...(may === true ? {} : {reason: may})};
		}),
	);
}

function elsewhere({modes}: Binding): string {
	if (modes.includes('choose')) return 'while choosing features';
	if (modes.includes('decision')) return 'while a question is open';
	if (modes.includes('filter')) return 'while typing a filter';
	if (modes.includes('name')) return 'while typing a title';
	if (modes.includes('takeback')) return 'after r';
	return 'not here';
}
