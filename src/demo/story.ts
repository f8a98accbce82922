// Room: demo. The few lines that the demo says before and after. Plain strings: who calls decides where they go.

import type {Outcome} from '../domain/outcome.ts';
import {type Safe, safe} from '../domain/safe.ts';
import type {DemoRepository} from './repository.ts';
import type {TrafficReport} from './traffic.ts';

const many = (n: number, one: string, more = `${one}s`) => `${n.toLocaleString('en-US')} ${n === 1 ? one : more}`;

/** For `/bin/sh`: as it is when it is plain, else in single quotes. */
const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

export interface Beginning {
	readonly repository: Pick<DemoRepository, 'folder' | 'version' | 'changes' | 'dev' | 'bad'>;
	/** Requests per second that the demo sends. */
	readonly ratePerSecond: number;
	/** With `--fail`. */
	readonly failing: boolean;
	/** What serves since an earlier demo in this folder; absent the first time. */
	readonly live?: string;
}

/** What is there and what will happen. At most four lines. */
export function beginning({repository, ratePerSecond, failing, live}: Beginning): readonly Safe[] {
	const {version, changes, dev} = repository;
	const lines = [
		live === undefined
			? `A bakery takes orders: version ${version} is live, ${many(changes, 'change')} wait on ${dev}.`
			: `The bakery again, as the last demo left it: version ${live} is live, the rest waits on ${dev}.`,
		`It is a real service in a real git repository: ${repository.folder}`,
		`${ratePerSecond} customers a second will order while it is released. The rollout's steps last seconds: a demo's, not a release's.`,
	];
	if (failing)
		lines.push(
			`The release will carry “${repository.bad.subject}”: it passes every test, and fails only under traffic.`,
		);
	return lines.map((line) => safe(line));
}

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
	promoted: 'The release is live.',
	rolled_back: 'The release was taken back by itself; the version before serves again.',
	failed: 'The release was stopped before it got any traffic.',
	aborted: 'The release was aborted.',
};

/** What the customers noticed: first whether any was turned away, then whose errors they saw. */
export function noticed(traffic: TrafficReport): readonly Safe[] {
	if (traffic.sent === 0) return [safe('No request was sent.')];
	const kinds = [
		[traffic.refused, 'refused'],
		[traffic.reset, 'reset'],
		[traffic.timedOut, 'without an answer in time'],
		[traffic.frontDoorErrors, 'answered with an error by the front door'],
		[traffic.failed, 'failed otherwise'],
	] as const;
	const lost = kinds.flatMap(([n, words]) => (n === 0 ? [] : [`${n.toLocaleString('en-US')} ${words}`]));
	const lines = [
		traffic.lost === 0
			? `${many(traffic.sent, 'request')}: none was refused, reset or left without an answer.`
			: `${many(traffic.sent, 'request')}, ${traffic.lost.toLocaleString('en-US')} lost: ${lost.join(', ')}.`,
	];
	for (const [release, {serverErrors}] of Object.entries(traffic.byRelease))
		if (serverErrors > 0) lines.push(`${many(serverErrors, 'error')} (5xx) of the service itself, release ${release}.`);
	return lines.map((line) => safe(line));
}

export interface Ending {
	readonly folder: string;
	/** Undefined: it is still open. */
	readonly outcome: Outcome | undefined;
	/** Undefined: nothing ever served. */
	readonly traffic: TrafficReport | undefined;
	/** How this Orchestra is called, e.g. `orchestra`. */
	readonly command?: string;
}

/** How it ended, what customers noticed, and how to go on from here. At most twelve lines. */
export function ending({folder, outcome, traffic, command = 'orchestra'}: Ending): readonly Safe[] {
	const again = `${command} demo --in .`;
	const next: readonly (readonly [string, string])[] = [
		[`cd ${quoted(folder)}`, ''],
		[again, outcome === undefined ? 'goes on with it, with customers again' : 'the next release, with customers again'],
		...(outcome === 'promoted' ? [[`${again} --fail`, 'a release that hurts and is taken back'] as const] : []),
		[`${command} deploy --plan`, 'what waits now and why: what was learned is in it'],
		[`${command} status --monitor`, 'in a second terminal, while one runs'],
		[`${command} history`, 'what was released, and how it went'],
	];
	const width = Math.max(...next.slice(1).map(([words]) => words.length));
	return [
		safe(outcome === undefined ? 'The deployment is still open.' : OUTCOME_WORDS[outcome]),
		...(traffic === undefined ? [] : noticed(traffic)),
		safe('Bakery and gateway were stopped with the demo. Go on in its folder:'),
		...next.map(([words, why]) => safe(why === '' ? `  ${words}` : `  ${words.padEnd(width)}  ${why}`, 400)),
	];
}
