// Room: scripts. Fills the tables of the guide, its list of rules and the README from the program itself: `node scripts/guide-tables.ts`.
// A test fails when a table is stale.
import {readFileSync, writeFileSync} from 'node:fs';
import type {Key} from '../src/domain/config-keys.ts';
import {EXIT, EXIT_MEANING} from '../src/domain/outcome.ts';
import {PREFERENCE_KEYS} from '../src/domain/preferences-schema.ts';
import {PROJECT_KEYS} from '../src/domain/project-schema.ts';
import {BUILT_IN_STRATEGIES} from '../src/domain/rollout/strategy.ts';
import {STRATEGY_KEYS} from '../src/domain/rollout/strategy-schema.ts';
import {BINDINGS, shownKey} from '../src/tui/keymap.ts';
import {leftOut, ruleCounts, rules} from './rule-tables.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
	[row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
const code = (text: string) => `\`${text}\``;

/** Groups say nothing that their keys do not: only what has a value of its own gets a row. */
const hasValue = (key: Key, all: readonly Key[]) =>
	!all.some((other) => other.path.startsWith(`${key.path}.`) && !other.path.startsWith(`${key.path}.*`)) ||
	key.path === 'commands.test.*';

function keys(all: readonly Key[]): string {
	return table(
		['key', 'what it is', 'default', 'unit', 'allowed', 'example'],
		all
			.filter((key) => hasValue(key, all))
			.map((key) => [
				code(key.path),
				key.text,
				key.otherwise ?? (key.default === undefined ? 'required' : code(JSON.stringify(key.default))),
				key.unit ?? '',
				key.allowed,
				code(JSON.stringify(key.example)),
			]),
	);
}

function exits(): string {
	// `as`: entries() loses the key type
	const rows = Object.entries(EXIT) as [keyof typeof EXIT, number][];
	return table(
		['code', 'meaning'],
		rows.map(([name, number]) => [code(String(number)), EXIT_MEANING[name]]),
	);
}

function strategies(): string {
	return table(
		['strategy', 'steps (weight % for seconds)', 'highest error rate', 'requests needed per step', 'what for'],
		BUILT_IN_STRATEGIES.map((strategy) => [
			code(strategy.name),
			strategy.steps.map((step) => `${step.weight} for ${step.watchSeconds}`).join(', '),
			`${strategy.thresholds.errorRate * 100} %`,
			String(strategy.thresholds.minRequests),
			strategy.description,
		]),
	);
}

function keyboard(): string {
	return table(
		['keys', 'does', 'where'],
		Object.values(BINDINGS).map(({keys: names, label, group}) => {
			const ranged = names.some((name) => /^\d-\d$/.test(name));
			const shown = names.filter((name) => !ranged || !/^\d$/.test(name)).map((name) => code(shownKey(name)));
			return [shown.join(' '), label, group];
		}),
	);
}

const TABLES: Readonly<Record<string, () => string>> = {
	project: () => keys(PROJECT_KEYS),
	preferences: () => keys(PREFERENCE_KEYS),
	strategy: () => keys(STRATEGY_KEYS),
	strategies,
	exits,
	keyboard,
	'rule-counts': () => ruleCounts(table),
	rules: () => rules(table),
	'left-out': () => leftOut(table),
};

/** The document with every `<!-- table:name -->` … `<!-- /table -->` filled anew. Throws for a name it does not know. */
export function withTables(markdown: string): string {
	return markdown.replaceAll(/<!-- table:([\w-]+) -->[\s\S]*?<!-- \/table -->/g, (_, name: string) => {
		const make = TABLES[name];
		if (make === undefined) throw new Error(`no table is called ${name}`);
		return `<!-- table:${name} -->\n${make()}\n<!-- /table -->`;
	});
}

export const DOCUMENTS = ['README.md', 'ORCHESTRATION_GUIDE.md', 'DETECTOR_RULES.md'];

if (process.argv[1] === import.meta.filename) {
	for (const file of DOCUMENTS) writeFileSync(file, withTables(readFileSync(file, 'utf8')));
}
