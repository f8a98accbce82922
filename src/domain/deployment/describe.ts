// Room: domain. Each event as one line for a person: recent activity in the TUI and plain lines without a terminal are the
// same words. The switch is exhaustive: a new event type must say something here, or say that it has nothing to say.

import {type Safe, safe} from '../safe.ts';
import type {Body} from './event.ts';

export interface Line {
	readonly level: 'info' | 'warning' | 'error';
	readonly text: Safe;
}

const info = (text: string): Line => ({level: 'info', text: safe(text)});
const warning = (text: string): Line => ({level: 'warning', text: safe(text)});
const error = (text: string): Line => ({level: 'error', text: safe(text)});

export function seconds(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
	// Rounded before it is split: 119.6 s are two minutes, not "1 min 60 s".
	const all = Math.round(ms / 1000);
	return `${Math.floor(all / 60)} min${all % 60 === 0 ? '' : ` ${all % 60} s`}`;
}

/** A hand-made choice of features is a list of ids that says nothing to a person. */
function answerWords(value: string): string {
	const ids = value.split(',');
	return ids.length > 3 && ids.every((id) => /^f-[0-9a-f]+$/.test(id)) ? `${ids.length} features by hand` : value;
}

/** Undefined: nothing worth a line of its own. */
export function describe(event: Body): Line | undefined {
	switch (event.type) {
		case 'deployment.opened':
			return info(
				`Deployment ${event.id} of ${event.project}: ${event.dev} onto ${event.base}, strategy ${event.strategy}`,
			);
		case 'deployment.resumed':
			return info(`Resumed by ${event.by} after record ${event.afterSeq}`);
		case 'deployment.left':
			return warning(event.text);
		case 'deployment.ending':
			return event.outcome === 'promoted'
				? undefined
				: warning(`Ending as ${event.outcome.replace('_', ' ')}: ${event.why ?? 'no reason given'}`);
		case 'deployment.closed': {
			const text = `Deployment ${event.outcome.replace('_', ' ')}${event.why ? `: ${event.why}` : ''}`;
			return event.outcome === 'promoted' ? info(text) : warning(text);
		}
		case 'stage.started':
			return info(`${event.stage[0]?.toUpperCase()}${event.stage.slice(1)} started`);
		case 'stage.finished':
			return info(event.summary);
		case 'stage.stopped':
			return error(event.fault.headline);
		case 'step.intended':
			return info(event.title);
		case 'step.reconciled': {
			const will = event.action === 'skip' ? 'nothing to do' : 'doing it now';
			return info(`${event.step}: journal says ${event.journal}, reality says ${event.reality}, ${will}`);
		}
		case 'step.confirmed':
			return undefined;
		case 'step.undone':
			return warning(`Taken back: ${event.title}`);
		case 'decision.asked':
			return info(event.request.question);
		case 'decision.answered':
			return info(`Answered by ${event.answer.by}: ${answerWords(event.answer.value)}`);
		// What was found and chosen is said when the stage has finished.
		case 'features.found':
		case 'batch.chosen':
			return undefined;
		case 'recommendation.made': {
			const {risk, timing} = event.recommendation;
			const when = timing.verdict === 'now' ? '' : `. When: later; ${timing.reasons[0]}`;
			const text = `${risk.level === 'high risk' ? 'HIGH RISK' : `Level ${risk.level}`}: ${risk.because}${when}`;
			return risk.level === 'high risk' || timing.asks !== undefined ? warning(text) : info(text);
		}
		case 'strategy.chosen':
			return info(`Strategy ${event.strategy}, chosen by ${event.chosenBy}: ${event.because}`);
		case 'suite.started':
			return info(`Suite ${event.suite}: ${event.command}`);
		case 'suite.finished': {
			const {name, status, passed, failed, skipped, ms, exit} = event.result;
			// Output that could not be read has no cases: zeros would look like an empty suite.
			const cases = passed + failed + skipped;
			const counts =
				cases === 0 ? `exit ${exit ?? 'unknown'}` : `${passed} passed, ${failed} failed, ${skipped} skipped`;
			const text = `Suite ${name} ${status}: ${counts} in ${seconds(ms)}`;
			return status === 'passed' || status === 'skipped' ? info(text) : error(text);
		}
		case 'slot.changed':
			return info(
				`Slot ${event.slot}: ${event.release} ${event.state}${event.port === undefined ? '' : ` on port ${event.port}`}`,
			);
		case 'route.changed':
			return info(`Traffic: blue ${event.weights.blue} %, green ${event.weights.green} % (stable: ${event.stable})`);
		case 'traffic.observed':
			return undefined;
		case 'gate.judged': {
			const text = `Gate ${event.gate}: ${event.judgement.verdict} (${event.judgement.why})`;
			return event.judgement.verdict === 'stop' ? error(text) : info(text);
		}
		case 'command.ran': {
			const text = `$ ${event.command} → exit ${event.exit} in ${seconds(event.ms)}`;
			return event.exit === 0 ? info(text) : warning(text);
		}
		case 'document.written':
			return info(`Wrote ${event.file}: ${event.title}`);
		// What happened is the stage's last word; here is what comes of it.
		case 'lesson.learned':
			return event.next[0] === undefined ? undefined : info(`Next time: ${event.next[0]}`);
		case 'note':
			return event.level === 'warning' ? warning(event.text) : info(event.text);
	}
}
