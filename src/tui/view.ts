// Room: tui. What a frame is made from, worked out once: the filtered lists, the panes' sizes and lengths. Pure.

import type {FeatureLine} from '../domain/deployment/event.ts';
import type {Activity, DeploymentState} from '../domain/deployment/state.ts';
import type {Holder} from '../ports/lock.ts';
import type {LogEntry, Snapshot} from './feed.ts';
import type {Layout} from './layout.ts';
import {byBucket, filterFeatures, matches, type Numbered} from './list.ts';
import type {Size} from './rows.ts';
import type {Pane, Ui} from './ui.ts';

type ActivityEntry = Activity & Numbered;

export interface Facts {
	readonly state: DeploymentState;
	readonly layout: Layout;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly monitor: boolean;
	/** The monitor's: who conducts. */
	readonly holder?: Holder | undefined;
	/** Filtered, in the order of the screen. */
	readonly features: readonly FeatureLine[];
	readonly log: readonly LogEntry[];
	readonly activity: readonly ActivityEntry[];
	/** Rows that each pane can show. */
	readonly pages: Readonly<Record<Pane, number>>;
	/** Rows that each pane has; only for panes that scroll from the top. */
	readonly lengths: Readonly<Record<Pane, number>>;
}

export interface Around {
	readonly layout: Layout;
	readonly now: number;
	readonly monitor: boolean;
	readonly holder?: Holder | undefined;
}

const TITLE = 1;

/** What only the last frame knows: how long its panes were, and how high where the layout does not say it. */
export interface Measured {
	readonly lengths?: Partial<Record<Pane, number>>;
	readonly pages?: Partial<Record<Pane, number>>;
}

export function factsOf({state, log}: Snapshot, ui: Ui, around: Around, measured: Measured = {}): Facts {
	const {layout} = around;
	const parts = layout.kind === 'tiny' ? undefined : layout;
	const body = (parts?.main.height ?? 1) + (parts?.log?.height ?? 0) + (parts?.activity?.height ?? 0);
	const main = Math.max(1, (parts?.main.height ?? 1) - TITLE);
	const room = (size: Size | undefined) => (size === undefined ? main : Math.max(1, size.height - TITLE));
	const filter = (pane: Pane) => ui.filters[pane] ?? '';
	return {
		...around,
		state,
		features: filterFeatures(byBucket(state.features), filter('main')),
		// Thousands of lines at ten frames a second: without a filter none is looked at.
		log: filter('log') === '' ? log : log.filter((line) => matches(`${line.source} ${line.text}`, filter('log'))),
		activity: state.activity
			.map((line) => ({...line, n: line.seq}))
			.filter((line) => matches(`${line.stage ?? ''} ${line.text}`, filter('activity'))),
		pages: {
			main,
			question: 1,
			log: room(parts?.log),
			activity: room(parts?.activity ?? parts?.log),
			help: Math.max(1, body - TITLE),
			commands: Math.max(1, body - TITLE),
			...measured.pages,
		},
		lengths: {main: 0, question: 0, log: 0, activity: 0, help: 0, commands: 0, ...measured.lengths},
	};
}
