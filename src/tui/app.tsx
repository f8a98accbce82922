// Room: tui. `orchestra deploy` on a terminal. Draws the fold and sends back what a person decides; it does no work itself
// and knows nothing of stages beyond their state.

import {Box, render, useInput, usePaste, useWindowSize} from 'ink';
import {type ReactNode, useEffect, useRef, useState, useSyncExternalStore} from 'react';
import {fault, faultOf} from '../domain/fault/fault.ts';
import {EXIT} from '../domain/outcome.ts';
import {safe} from '../domain/safe.ts';
import type {Ending, LiveDeployment} from '../engine/live.ts';
import type {Holder} from '../ports/lock.ts';
import {trafficWords} from '../report/plain-words.ts';
import {Divider, Lines, ThemeContext} from './draw.tsx';
import {createFeed, type Feed} from './feed.ts';
import {composeFrame, type Frame} from './frame.ts';
import {keyNames, pressed} from './keymap.ts';
import {layoutOf} from './layout.ts';
import {DecisionOverlay} from './overlays/decision.tsx';
import {enterScreen, openInput, type Terminal} from './terminal.ts';
import {themeFor} from './theme.ts';
import {act, type Effect, erase, FIRST_UI, isTyping, keyContext, shapeOf, toast, type, type Ui} from './ui.ts';
import {type Facts, factsOf} from './view.ts';

interface AppProps {
	readonly feed: Feed;
	readonly now: () => number;
	/** What the keys do to the deployment. Returns false when an answer was not accepted. */
	readonly perform: (effect: Effect) => boolean;
	readonly compose: (facts: Facts, ui: Ui) => Frame;
	/** The monitor's: who conducts. Absent for the conducting terminal itself. */
	readonly holder?: () => Holder | undefined;
}

const TICK_MS = 1000;

export function App({feed, now, perform, compose, holder}: AppProps) {
	const snapshot = useSyncExternalStore(feed.subscribe, feed.snapshot);
	const {columns, rows} = useWindowSize();
	const [ui, setUi] = useState<Ui>(holder ? {...FIRST_UI, focus: 'activity'} : FIRST_UI);
	const monitor = holder !== undefined;
	const layout = layoutOf(columns, rows, shapeOf(ui, snapshot.state, monitor));
	const around = {layout, now: now(), monitor, ...(holder ? {holder: holder()} : {})};
	const facts = factsOf(snapshot, ui, around);
	const frame = compose(facts, ui);

	// Several keys may arrive before the next render: each must see what the one before it did.
	const latest = useRef({ui, measured: frame.measured});
	latest.current = {ui, measured: frame.measured};
	const set = (next: Ui) => {
		latest.current = {...latest.current, ui: next};
		setUi(next);
	};

	useTick(snapshot.state.status === 'running' || ui.toast !== undefined || monitor);

	const send = (effects: readonly Effect[]) => {
		for (const effect of effects) {
			if (!perform(effect)) set(toast(latest.current.ui, 'That question is not open any more', now()));
		}
	};

	const press = (name: string) => {
		const current = latest.current.ui;
		const fresh = factsOf(feed.snapshot(), current, {...around, now: now()}, latest.current.measured);
		if (isTyping(current) && name === 'backspace') return set(erase(current));
		if (isTyping(current) && (name === 'space' || /^\P{Cc}$/u.test(name))) {
			return set(type(current, name === 'space' ? ' ' : name));
		}
		const what = pressed(name, keyContext(current, fresh));
		if (what.kind === 'refused') return set(toast(current, what.reason, now()));
		if (what.kind === 'nothing') return;
		const turn = act(current, what.command, fresh, Number(name));
		set(turn.ui);
		send(turn.effects);
	};
	useInput((input, key) => {
		for (const name of keyNames(input, key)) press(name);
	});
	// A paste is text, never a series of commands; only a filter or a title wants it.
	usePaste((text) => {
		if (isTyping(latest.current.ui)) set(type(latest.current.ui, safe(text, 60)));
	});

	return (
		<Screen
			frame={frame}
			columns={columns}
			rows={rows}
			question={(id) => (value) => send([{kind: 'answer', id, value}])}
		/>
	);
}

/** Re-renders once a second while something ticks; a still screen costs nothing. */
function useTick(active: boolean) {
	const [, tick] = useState(0);
	useEffect(() => {
		if (!active) return;
		const timer = setInterval(() => tick((n) => n + 1), TICK_MS);
		return () => clearInterval(timer);
	}, [active]);
}

interface ScreenProps {
	readonly frame: Frame;
	readonly columns: number;
	readonly rows: number;
	readonly question: (id: string) => (value: string) => void;
}

export function Screen({frame, columns, rows, question}: ScreenProps): ReactNode {
	const screen = {width: columns, height: rows};
	if (frame.kind === 'tiny') return <Lines rows={frame.rows} size={screen} />;
	const {top, side, body, hints} = frame;
	const width = columns - (side ? side.size.width + 1 : 0);
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			<Lines rows={top} size={{width: columns, height: top.length}} />
			<Box flexDirection="row" flexShrink={0}>
				{side && <Lines rows={side.rows} size={side.size} />}
				{side && <Divider height={side.size.height} />}
				<Box flexDirection="column" flexShrink={0}>
					{body.map((part, index) =>
						index === 0 && frame.question ? (
							<DecisionOverlay
								key={frame.question.request.id}
								request={frame.question.request}
								size={frame.question.size}
								scroll={frame.question.scroll}
								onAnswer={question(frame.question.request.id)}
							/>
						) : (
							// biome-ignore lint/suspicious/noArrayIndexKey: a panel is its place on the screen
							<Lines key={index} rows={part} size={{width, height: part.length}} />
						),
					)}
				</Box>
			</Box>
			<Lines rows={[hints]} size={{width: columns, height: 1}} />
		</Box>
	);
}

/** Mounts a screen until `until` settles, and puts the terminal back whatever happens. Rejects when the screen broke. */
export async function onScreen<T>(terminal: Terminal, app: ReactNode, until: Promise<T>): Promise<T> {
	const stdout = terminal.stdout ?? process.stdout;
	const input = openInput(terminal.stdin);
	const leave = enterScreen(stdout);
	const instance = render(<ThemeContext value={themeFor(terminal.env ?? process.env)}>{app}</ThemeContext>, {
		stdout,
		stdin: input.stream,
		alternateScreen: true,
		incrementalRendering: true,
		exitOnCtrlC: false,
		// Ink asks for CI by the environment; whoever calls this has decided already that there is a person.
		interactive: true,
		// Printing to the console would tear the frame; nothing of ours does, and a library's warning can wait.
		patchConsole: false,
	});
	const gone = instance.waitUntilExit().then(() => {
		throw new Error('the screen was closed');
	});
	try {
		return await Promise.race([until, gone]);
	} finally {
		gone.catch(() => undefined);
		instance.unmount();
		await instance.waitUntilExit().catch(() => undefined);
		leave();
		input.close();
	}
}

/**
 * Conducts the person's side of a deployment until it ends. Never rejects: a screen that breaks stops the deployment at the
 * next safe point, because nobody could answer it any more.
 */
export async function runTui(live: LiveDeployment, terminal: Terminal = {}): Promise<Ending> {
	const feed = createFeed(live);
	const left = Promise.withResolvers<Ending>();
	const perform = (effect: Effect): boolean => {
		switch (effect.kind) {
			case 'answer':
				return live.answer(effect.id, effect.value);
			case 'wish':
				live.wish(effect.wish);
				return true;
			case 'cancel':
				live.cancel(effect.how);
				return true;
			case 'leave': {
				const state = live.state();
				left.resolve({exit: EXIT.interrupted, state, fault: fault('INTERRUPTED', {now: trafficWords(state)})});
				return true;
			}
		}
	};
	const app = <App feed={feed} now={terminal.now ?? Date.now} perform={perform} compose={composeFrame} />;
	let ending: Ending;
	try {
		ending = await onScreen(terminal, app, Promise.race([live.ended, left.promise]));
	} catch (thrown) {
		live.cancel('stop');
		const broken = faultOf(thrown);
		ending = {fault: broken, ...(await live.ended)};
	} finally {
		feed.close();
	}
	const lines = terminal.farewell?.(ending) ?? [];
	if (lines.length > 0) (terminal.stdout ?? process.stdout).write(`${lines.join('\n')}\n`);
	return ending;
}
