// Room: report. Glyph and word for each thing that has a state: colour is never alone, and every face uses the same marks.

import type {Line} from '../domain/deployment/describe.ts';
import type {EventType} from '../domain/deployment/event.ts';
import type {DeploymentState, StageStatus} from '../domain/deployment/state.ts';

export interface Mark {
	/** One column wide. */
	readonly glyph: string;
	readonly word: string;
}

const mark = (glyph: string, word: string): Mark => ({glyph, word});

export const STAGE_MARKS: Readonly<Record<StageStatus, Mark>> = {
	waiting: mark('○', 'waiting'),
	running: mark('●', 'running'),
	finished: mark('✓', 'finished'),
	held: mark('‖', 'held'),
	stopped: mark('✗', 'stopped'),
};

export const STATUS_MARKS: Readonly<Record<DeploymentState['status'], Mark>> = {
	running: mark('●', 'running'),
	held: mark('‖', 'held'),
	interrupted: mark('■', 'interrupted'),
	promoted: mark('✓', 'promoted'),
	rolled_back: mark('↺', 'rolled back'),
	failed: mark('✗', 'failed'),
	aborted: mark('■', 'aborted'),
};

export const LEVEL_MARKS: Readonly<Record<Line['level'], Mark>> = {
	info: mark('·', 'info'),
	warning: mark('!', 'warning'),
	error: mark('✗', 'error'),
};

const EVENT_MARKS: Partial<Record<EventType, Mark>> = {
	'stage.started': STAGE_MARKS.running,
	'stage.finished': STAGE_MARKS.finished,
	'decision.asked': mark('?', 'question'),
	'step.undone': STATUS_MARKS.rolled_back,
	'route.changed': mark('⇄', 'traffic'),
};

/** The mark in front of an event's line: its level when that is worse than information, else what it is about. */
export function eventMark(type: EventType, level: Line['level']): Mark {
	return level === 'info' ? (EVENT_MARKS[type] ?? LEVEL_MARKS.info) : LEVEL_MARKS[level];
}
