// Room: detectors. Database schema: SQL files, and migrations written in a programming language (their SQL strings and the
// usual builder calls). Down-migrations are left out: they run only when somebody goes back on purpose.

import type {Change} from '../domain/change.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {findings, type Sighting} from './support/finding.ts';
import {isTestPath, type Line, runs} from './support/lines.ts';
import {actsOf} from './support/sql-rules.ts';
import {statements} from './support/sql-tokens.ts';

const FOLDER = /(^|\/)(migrations?|migrate|db\/migrate|schema_migrations|changelogs?|alembic\/versions)\//i;
const CODE = /\.(m?[jt]s|cjs|cts|py|rb|php|exs?|go|kt|java)$/i;
const DOWN_FILE = /(^|\/)(U\d[^/]*__|down\b)[^/]*\.sql$|[._-](down|undo|rollback)\.sql$/i;

const DOWN =
	/--\s*(\+goose down|migrate:down|\+migrate down|rollback\b)|\bdown\s*[(:=]|\bdef (down|downgrade)\b|\bfunction down\b/i;
const UP =
	/--\s*(\+goose up|migrate:up|\+migrate up|changeset\b)|\bup\s*[(:=]|\bdef (up|upgrade|change)\b|\bfunction up\b/i;

/** Builder calls of the common migration libraries. First capture: the name, as far as it is on the line. */
const CALLS: readonly (readonly [RegExp, string, Sighting['severity'], string])[] = [
	[
		/\b(?:drop_?[Tt]able(?:_?[Ii]f_?[Ee]xists)?|DeleteModel)\s*\(?\s*[^'"`:\n]*['"`:]([\w.]+)/,
		'drop-table',
		'danger',
		'drops table',
	],
	[
		/\b(?:drop_?[Cc]olumns?|remove_?[Cc]olumns?)\s*\(?\s*['"`:]([\w.]+)['"`]?(?:\s*,\s*['"`:](\w+))?/,
		'drop-column',
		'danger',
		'drops column',
	],
	[/\bRemoveField\b(?:.*\bname=['"](\w+))?/, 'drop-column', 'danger', 'drops column'],
	[
		/\b(?:rename_?[Cc]olumn|rename_?[Tt]able|RenameField|RenameModel)\s*\(?\s*['"`:]?([\w.]*)/,
		'rename',
		'danger',
		'renames',
	],
	[
		/\b(?:change_?[Cc]olumn|alter_?[Cc]olumn|AlterField)\b\s*\(?\s*['"`:]?([\w.]*)/,
		'type-change',
		'caution',
		'changes column',
	],
	[/\b(?:add_?[Cc]olumn|AddField)\b\s*\(?\s*['"`:]?([\w.]*)/, 'add-column', 'note', 'adds a column'],
	[/\b(?:create_?[Tt]able|CreateModel)\b\s*\(?\s*['"`:]?([\w.]*)/, 'create-table', 'note', 'creates table'],
];

/** The lines of the way up: everything after a mark of the way down, until one of the way up, is left out. */
function upward(lines: readonly Line[]): Line[] {
	let down = false;
	return lines.filter(({text}) => {
		if (UP.test(text)) down = false;
		else if (DOWN.test(text)) down = true;
		return !down;
	});
}

type Reading = (lines: readonly Line[], path: string, whole: boolean) => Iterable<Sighting>;

const inSql: Reading = function* (lines, path, whole) {
	for (const group of runs(lines)) {
		const text = group.map((line) => line.text).join('\n');
		for (const act of actsOf(statements(text, group[0]?.line ?? 1), whole)) yield {...act, path};
	}
};

/** Strings of the host language that begin like SQL, with the line they begin on. */
const LITERAL = /`((?:[^`\\]|\\[\s\S])*)`|'((?:[^'\\\n]|\\.)*)'|"""([\s\S]*?)"""|"((?:[^"\\\n]|\\.)*)"/g;
const SQL_START = /^\s*(?:--[^\n]*\n\s*)*(ALTER|DROP|TRUNCATE|DELETE\s+FROM|UPDATE|CREATE|RENAME)\b/i;

const inCode: Reading = function* (lines, path) {
	for (const group of runs(lines)) {
		const first = group[0]?.line ?? 1;
		const text = group.map((line) => (/^\s*(\/\/|#|\*)/.test(line.text) ? '' : line.text)).join('\n');
		for (const match of text.matchAll(LITERAL)) {
			const body = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
			if (!SQL_START.test(body)) continue;
			const opening = match[3] === undefined ? 1 : 3;
			const line = first + (text.slice(0, match.index + opening).match(/\n/g)?.length ?? 0);
			for (const act of actsOf(statements(body, line), true)) yield {...act, path};
		}
		for (const [i, line] of text.split('\n').entries()) {
			for (const [call, rule, severity, verb] of CALLS) {
				const match = call.exec(line);
				if (!match) continue;
				const what = `${verb} ${[match[1], match[2]].filter(Boolean).join('.')}`.trim();
				yield {rule, severity, path, line: first + i, what};
				break;
			}
		}
	}
};

/** What the new lines do and the old ones did not: a statement that was only reformatted or moved is not news. */
function news(change: Change, patch: Patch): Sighting[] {
	const read = /\.sql$/i.test(patch.path) ? inSql : inCode;
	const isNew = change.files.some((file) => file.path === patch.path && file.status === 'added');
	const before = new Set([...read(patch.removed, patch.path, isNew)].map(({rule, what}) => `${rule} ${what}`));
	return [...read(upward(patch.added), patch.path, isNew)].filter(({rule, what}) => !before.has(`${rule} ${what}`));
}

/** A migration that has run somewhere is not run again: editing it changes nothing there, or stops the tool. */
function* edited(change: Change, patch: Patch): Iterable<Sighting> {
	const file = change.files.find((delta) => delta.path === patch.path);
	if (!FOLDER.test(patch.path) || file === undefined) return;
	if (file.status === 'deleted')
		yield {
			rule: 'migration-deleted',
			severity: 'caution',
			path: patch.path,
			what: 'deletes a migration that may have run',
		};
	else if (file.status === 'modified' && patch.removed.length > 0) {
		const line = patch.added[0]?.line;
		yield {
			rule: 'migration-edited',
			severity: 'caution',
			path: patch.path,
			line,
			what: 'edits a migration that may have run',
		};
	}
}

function wants(path: string): boolean {
	if (DOWN_FILE.test(path)) return false;
	if (FOLDER.test(path)) return /\.sql$/i.test(path) || CODE.test(path);
	return /\.sql$/i.test(path) && !isTestPath(path);
}

export const detector = {
	name: 'sql-migrations',
	topic: 'schema',
	wants,
	detect(change, patches) {
		const sightings = patches
			.filter((patch) => wants(patch.path))
			.flatMap((patch) => [...news(change, patch), ...edited(change, patch)]);
		return findings(change, 'schema', sightings);
	},
} satisfies Detector;
