// Room: detectors. API contracts: OpenAPI (YAML and JSON). Reads the patch line by line: what
// was removed and did not come back under the same name breaks clients; what is new is a note.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {findings, type Sighting} from './support/finding.ts';
import {compare, isTestPath, type Line, type Named, named, runs} from './support/lines.ts';

const OPENAPI =
	/(^|\/)(openapi|swagger)\/.*\.(ya?ml|json)$|(openapi|swagger)[^/]*\.(ya?ml|json)$|(^|\/)api([-_.](spec|docs?|v\d+))?\.(ya?ml|json)$/i;
const CLIENTS = 'clients that use it break: keep it, mark it deprecated, remove it in a later release';

type Naming = (text: string) => string | undefined;

/** What is gone is a danger, what is born a note. A name on both sides was moved or reworded. */
function* difference(patch: Patch, what: string, rule: string, naming: Naming): Iterable<Sighting> {
	const {gone, born} = compare(named(patch.removed, naming), named(patch.added, naming));
	const near = patch.added[0]?.line;
	for (const {name} of gone)
		yield {
			rule: `${rule}-removed`,
			severity: 'danger',
			path: patch.path,
			line: near,
			what: `removes ${what} ${name}`,
			advice: CLIENTS,
		};
	for (const {name, line} of born)
		yield {rule: `${rule}-added`, severity: 'note', path: patch.path, line, what: `adds ${what} ${name}`};
}

const PATH = /^\s*["']?(\/[^\s"']*)["']?\s*:\s*[{&]?\s*$/;
const OPERATION = /^\s*["']?(get|put|post|delete|patch|head|options|trace)["']?\s*:\s*\{?\s*$/i;
const PROPERTY = /^\s*["']?([A-Za-z_][\w-]*)["']?\s*:\s*\{?\s*$/;
const STRUCTURE = new Set(
	(
		'type properties items schema schemas paths components responses parameters parameter content required enum info ' +
		'servers tags security description summary example examples default requestbody headers allof oneof anyof not ' +
		'securityschemes definitions produces consumes additionalproperties in name format'
	).split(' '),
);

/** Path items with their operations, as `GET /orders`, from one group of lines; and the groups that hold neither. */
function surface(lines: readonly Line[]): {operations: Named[]; paths: Named[]; loose: Line[][]; orphans: Named[]} {
	const operations: Named[] = [];
	const paths: Named[] = [];
	const orphans: Named[] = [];
	const loose: Line[][] = [];
	for (const run of runs(lines)) {
		let path: string | undefined;
		let touched = false;
		for (const {line, text} of run) {
			const foundPath = PATH.exec(text)?.[1];
			const operation = OPERATION.exec(text)?.[1]?.toUpperCase();
			if (foundPath !== undefined) {
				path = foundPath;
				paths.push({name: path, line, text});
			} else if (operation !== undefined) {
				const item = {name: path === undefined ? operation : `${operation} ${path}`, line, text};
				(path === undefined ? orphans : operations).push(item);
			}
			touched ||= foundPath !== undefined || operation !== undefined;
		}
		if (!touched) loose.push(run);
	}
	return {operations, paths, loose, orphans};
}

function* openapi(patch: Patch): Iterable<Sighting> {
	const before = surface(patch.removed);
	const after = surface(patch.added);
	yield* difference(patch, 'path', 'path', (text) => PATH.exec(text)?.[1]);
	const samePaths = new Set(before.paths.map((p) => p.name).filter((name) => after.paths.some((p) => p.name === name)));
	const inSame = (item: Named) => samePaths.has(item.name.slice(item.name.indexOf(' ') + 1));
	const operations = compare(before.operations.filter(inSame), after.operations.filter(inSame));
	// An operation whose path is outside the hunk has no name of its own: only the balance of both sides speaks.
	const balance = compare(before.orphans, after.orphans);
	for (const {name, line} of [...operations.gone, ...balance.gone])
		yield {
			rule: 'operation-removed',
			severity: 'danger',
			path: patch.path,
			line: patch.added[0]?.line ?? line,
			what: `removes operation ${name}`,
			advice: CLIENTS,
		};
	for (const {name, line} of [...operations.born, ...balance.born])
		yield {rule: 'operation-added', severity: 'note', path: patch.path, line, what: `adds operation ${name}`};
	yield* properties(patch, before.loose, after.loose);
}

/** Only groups without a path or an operation: inside a new operation nothing can break anybody. */
function* properties(patch: Patch, before: readonly Line[][], after: readonly Line[][]): Iterable<Sighting> {
	const naming: Naming = (text) => {
		const name = PROPERTY.exec(text)?.[1];
		return name === undefined || STRUCTURE.has(name.toLowerCase()) ? undefined : name;
	};
	const {gone} = compare(named(before.flat(), naming), named(patch.added, naming));
	for (const {name} of gone)
		yield {
			rule: 'field-removed',
			severity: 'danger',
			path: patch.path,
			line: patch.added[0]?.line,
			what: `removes ${name}`,
			advice: CLIENTS,
		};
	const wasRequired = patch.removed.some((line) => /["']?required["']?\s*:\s*true/.test(line.text));
	for (const {line, text} of after.flat())
		if (/["']?required["']?\s*:\s*true/.test(text) && !wasRequired)
			yield {
				rule: 'became-required',
				severity: 'caution',
				path: patch.path,
				line,
				what: 'makes a parameter or body required',
				advice: 'clients that do not send it are refused',
			};
}

const wants = (path: string) => OPENAPI.test(path) && !isTestPath(path);

export const detector = {
	name: 'api-contracts',
	topic: 'api',
	wants,
	detect(change, patches) {
		const sightings = patches.flatMap((patch) => {
			if (!wants(patch.path)) return [];
			return [...openapi(patch)];
		});
		return findings(change, 'api', sightings);
	},
} satisfies Detector;
