// Room: cli. `orchestra explain WHAT`: why a waiting feature is where it is in the list, or what a rule looks for, why it
// hurts and what to do. Looks and changes nothing.

import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {FeatureLine} from '../../domain/deployment/event.ts';
import {raise} from '../../domain/fault/fault.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {featureDetail} from '../../report/feature-detail.ts';
import {block} from '../../report/recommendation.ts';
import type {Io} from '../io.ts';
import {findGuide} from './guide.ts';

export interface ExplainOptions {
	readonly base?: string;
	readonly dev?: string;
	readonly json?: boolean;
}

/** The heads of the tables, shorter. */
const LABEL: Readonly<Record<string, string>> = {
	class: 'Class',
	'what it finds': 'Finds',
	'what to do': 'Do',
	'why it hurts': 'Why',
	covers: 'Covers',
};
const NEXT = ['orchestra deploy --plan   lists the features', 'orchestra guide rules   lists the rules'];

/** Rules by their id; features by their id, its beginning, the id of a change, or words of the title. Faults: USAGE. */
export async function explainCommand(io: Io, words: readonly string[], options: ExplainOptions): Promise<ExitCode> {
	const what = words.join(' ').trim();
	if (what === '') return raise('USAGE', {with: {message: 'explain which feature, or which rule?'}, nextSteps: NEXT});
	const rule = await ruleCalled(what);
	if (rule !== undefined) {
		if (options.json) io.out(JSON.stringify({schemaVersion: 1, type: 'rule', rule: what, ...rule}));
		else
			for (const line of [
				what,
				...Object.entries(rule).flatMap(([head, text]) => block(LABEL[head] ?? head, [text], io.width)),
			])
				io.out(line);
		return EXIT.ok;
	}
	const {planOrDeploy} = await import('./perform.ts');
	const {base, dev} = options;
	const plan = {plan: true, ...(base === undefined ? {} : {base}), ...(dev === undefined ? {} : {dev})};
	const {state, fault, exit} = await planOrDeploy(io, plan, 'lines', (live) => live.ended);
	if (state.features.length === 0 && fault !== undefined) {
		const {faultLines} = await import('../../headless/summary.ts');
		for (const line of faultLines(fault, undefined, 20)) io.err(line);
		return exit;
	}
	const [only, ...others] = featuresCalled(state.features, what);
	if (only === undefined)
		return raise('USAGE', {with: {message: `neither a waiting feature nor a rule is called ${what}`}, nextSteps: NEXT});
	if (others.length > 0) {
		const ids = [only, ...others].slice(0, 8).map(({id, title}) => `${id}  ${title}`);
		return raise('USAGE', {
			with: {message: `${what} is ${others.length + 1} features`},
			details: ids,
			nextSteps: [`orchestra explain ${only.id}`],
		});
	}
	if (options.json) io.out(JSON.stringify({schemaVersion: 1, type: 'feature', feature: only}));
	else for (const line of featureDetail(only, state.features, io.width)) io.out(line);
	return EXIT.ok;
}

function featuresCalled(features: readonly FeatureLine[], what: string): FeatureLine[] {
	const exact = features.filter(({id}) => id === what);
	if (exact.length > 0) return exact;
	if (/^(?:f-)?[0-9a-f]{4,64}$/.test(what)) {
		const hex = what.replace(/^f-/, '');
		const byId = features.filter(
			({id, changeIds}) => id.startsWith(`f-${hex}`) || changeIds?.some((oid) => oid.startsWith(hex)),
		);
		if (byId.length > 0) return byId;
	}
	const low = what.toLowerCase();
	return features.filter(({title}) => title.toLowerCase().includes(low));
}

/** The row of the generated table of rules, cell by cell under the words of its head. */
async function ruleCalled(id: string): Promise<Record<string, string> | undefined> {
	if (!/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id)) return undefined;
	const guide = findGuide();
	const file = guide === undefined ? undefined : join(dirname(guide), 'DETECTOR_RULES.md');
	if (file === undefined || !existsSync(file)) return undefined;
	let heads: string[] = [];
	for (const line of (await readFile(file, 'utf8')).split('\n')) {
		if (!line.startsWith('|')) continue;
		const cells = line
			.slice(1, -1)
			.split(/(?<!\\)\|/)
			.map((cell) => cell.trim().replaceAll('\\|', '|'));
		if (cells[0] === 'rule') heads = cells;
		if (cells[0] !== `\`${id}\``) continue;
		return Object.fromEntries(heads.slice(1).map((head, i) => [head, (cells[i + 1] ?? '').replaceAll('`', '')]));
	}
	return undefined;
}
