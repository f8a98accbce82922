// Room: adapters. Loads what people wrote in orchestration/: the project file and the team's strategies.

import {readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {nearest} from '../../domain/nearest.ts';
import type {Project} from '../../domain/project.ts';
import {parseProject} from '../../domain/project-schema.ts';
import {BUILT_IN_STRATEGIES, type Strategy} from '../../domain/rollout/strategy.ts';
import {parseStrategy} from '../../domain/rollout/strategy-schema.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {codeOf, readInside} from './inside.ts';

export const PROJECT_FILE = 'orchestration/orchestra.json';
const STRATEGIES = 'orchestration/strategies';
const MOST_STRATEGIES = 100;

export interface Loaded {
	readonly project: Project;
	/** The built-in ones and the team's; a file with the name of a built-in one takes its place. */
	readonly strategies: readonly Strategy[];
	readonly warnings: readonly Safe[];
	/** Absolute path of the project file. */
	readonly file: string;
}

/** Faults: CONFIG_MISSING, CONFIG_INVALID (each mistake is a line of its details). */
export async function loadProject(root: string): Promise<Loaded> {
	const found = await readInside(root, PROJECT_FILE);
	if (found.kind === 'absent') raise('CONFIG_MISSING');
	if (found.kind === 'refused') {
		raise('CONFIG_INVALID', {with: {file: PROJECT_FILE}, details: [`It is not read: ${found.why}`]});
	}
	const parsed = parseProject(found.text, basename(root));
	if (!parsed.ok) {
		raise('CONFIG_INVALID', {with: {file: PROJECT_FILE}, details: [...parsed.problems, ...parsed.warnings]});
	}
	const project = parsed.value;
	const own = await loadStrategies(root);
	const names = new Set(own.strategies.map((strategy) => strategy.name));
	const strategies = [...BUILT_IN_STRATEGIES.filter((strategy) => !names.has(strategy.name)), ...own.strategies];
	const wanted = project.strategy;
	if (wanted !== undefined && !strategies.some((strategy) => strategy.name === wanted)) {
		const known = strategies.map((strategy) => strategy.name);
		const near = nearest(wanted, known);
		const hint = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
		const text = `strategy: found ${JSON.stringify(wanted)}; known are ${known.join(', ')}.${hint}`;
		raise('CONFIG_INVALID', {with: {file: PROJECT_FILE}, details: [text]});
	}
	const warnings = [...parsed.warnings.map((text) => safe(`${PROJECT_FILE}: ${text}`)), ...own.warnings];
	return {project, strategies, warnings, file: join(root, PROJECT_FILE)};
}

async function loadStrategies(root: string): Promise<{strategies: Strategy[]; warnings: Safe[]}> {
	const strategies: Strategy[] = [];
	const warnings: Safe[] = [];
	const from = new Map<string, string>();
	let names: string[];
	try {
		names = (await readdir(join(root, STRATEGIES))).filter((name) => name.endsWith('.json')).sort();
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return {strategies, warnings};
		throw error;
	}
	for (const name of names.slice(0, MOST_STRATEGIES)) {
		const file = `${STRATEGIES}/${name}`;
		const found = await readInside(root, file);
		if (found.kind !== 'text') {
			raise('CONFIG_INVALID', {
				with: {file},
				details: [`It is not read: ${found.kind === 'refused' ? found.why : 'it leads nowhere'}`],
			});
		}
		const parsed = parseStrategy(found.text, name.slice(0, -'.json'.length));
		if (!parsed.ok) raise('CONFIG_INVALID', {with: {file}, details: [...parsed.problems, ...parsed.warnings]});
		const strategy = parsed.value;
		const other = from.get(strategy.name);
		if (other !== undefined) {
			raise('CONFIG_INVALID', {with: {file}, details: [`${other} already has a strategy called ${strategy.name}`]});
		}
		from.set(strategy.name, file);
		strategies.push(strategy);
		warnings.push(...parsed.warnings.map((text) => safe(`${file}: ${text}`)));
		if (BUILT_IN_STRATEGIES.some((built) => built.name === strategy.name)) {
			warnings.push(safe(`${file} takes the place of the built-in strategy ${strategy.name}`));
		}
	}
	if (names.length > MOST_STRATEGIES) {
		warnings.push(safe(`${STRATEGIES} has ${names.length} files: only the first ${MOST_STRATEGIES} are read`));
	}
	return {strategies, warnings};
}
