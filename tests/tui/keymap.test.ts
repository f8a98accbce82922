import type {Key} from 'ink';
import {expect, test} from 'vitest';
import {
	BINDINGS,
	type Binding,
	help,
	hints,
	type KeyContext,
	keyNames,
	type Mode,
	pressed,
} from '../../src/tui/keymap.ts';

const MODES: readonly Mode[] = ['tiny', 'filter', 'help', 'commands', 'takeback', 'decision', 'choose', 'watch'];
const context = (mode: Mode, more: Partial<KeyContext> = {}): KeyContext => ({
	mode,
	monitor: false,
	inProduction: false,
	lists: false,
	decisionAside: false,
	dirty: false,
	...more,
});
const entries = Object.entries(BINDINGS) as [string, Binding][]; // `as`: the keys are not needed here

const NO_KEY = {
	upArrow: false,
	downArrow: false,
	return: false,
	escape: false,
	tab: false,
	ctrl: false,
	meta: false,
} as Key; // `as`: the rest is absent, which is false

test('no key means two things at once, in any mode, with or without traffic, watching or conducting', () => {
	for (const mode of MODES) {
		for (const monitor of [false, true]) {
			for (const inProduction of [false, true]) {
				const here = context(mode, {monitor, inProduction, decisionAside: inProduction, dirty: true});
				const active = entries.filter(([, b]) => b.modes.includes(mode) && (b.when?.(here) ?? true) === true);
				const keys = active.flatMap(([, b]) => b.keys);
				expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
			}
		}
	}
});

test('every hint does what it says: the key it shows leads to a command here', () => {
	const shown: Record<string, string> = {
		Enter: 'return',
		Esc: 'escape',
		Space: 'space',
		Tab: 'tab',
		'Ctrl-C': 'ctrl+c',
	};
	for (const mode of MODES) {
		for (const monitor of [false, true]) {
			const here = context(mode, {monitor, inProduction: true, dirty: true, decisionAside: true});
			for (const {key, label} of hints(here)) {
				const binding = entries.find(([, b]) => b.label === label && b.modes.includes(mode))?.[1];
				if (binding?.by === 'select-input') continue; // the pty test presses those
				const name = key === '1-6' ? '3' : (shown[key] ?? key);
				expect(pressed(name, here), `${mode}: ${key} ${label}`).toMatchObject({kind: 'command'});
			}
		}
	}
});

test('help comes first among the hints wherever it works', () => {
	for (const mode of ['choose', 'watch', 'help', 'commands', 'decision'] as const) {
		expect(hints(context(mode))[0]).toEqual({key: '?', label: 'help'});
	}
});

test('a key that may not act now says why', () => {
	expect(pressed('r', context('watch'))).toEqual({kind: 'refused', reason: 'only while traffic is being moved'});
	expect(pressed('q', context('watch'))).toEqual({
		kind: 'refused',
		reason: 'a deployment runs: Ctrl-C stops it at a safe point',
	});
	expect(pressed('r', context('watch', {inProduction: true}))).toEqual({kind: 'command', command: 'rollback'});
});

test('the monitor can quit and cannot conduct', () => {
	const monitor = context('watch', {monitor: true, inProduction: true});

	expect(pressed('q', monitor)).toEqual({kind: 'command', command: 'quit'});
	expect(pressed('ctrl+c', monitor)).toEqual({kind: 'command', command: 'quit'});
	for (const key of ['r', 'n', 'p']) expect(pressed(key, monitor)).toMatchObject({kind: 'refused'});
});

test('the help lists every binding once, and what does not work here has a reason', () => {
	const lines = help(context('watch'));

	expect(lines).toHaveLength(entries.length);
	expect(lines.find(({label}) => label === 'all recommended')?.reason).toBe('while choosing features');
	expect(lines.find(({label}) => label === 'commands run')?.reason).toBeUndefined();
});

test('keys typed faster than they are read all count, also Esc with a key behind it', () => {
	expect(keyNames('jj \r', NO_KEY)).toEqual(['j', 'j', 'space', 'return']);
	expect(keyNames('@', {...NO_KEY, meta: true})).toEqual(['escape', '@']);
	expect(keyNames('', {...NO_KEY, upArrow: true})).toEqual(['up']);
	expect(keyNames('c', {...NO_KEY, ctrl: true})).toEqual(['ctrl+c']);
});
