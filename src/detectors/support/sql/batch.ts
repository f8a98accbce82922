// Room: detectors. What only a selection makes: a migration that goes while an earlier one stays, numbers that meet, two last
// ones. Pure and quick: it sees paths and the lines of patches, and reads nothing.

import type {Change} from '../../../domain/change.ts';
import type {Finding} from '../../../domain/feature.ts';
import type {Seen, Split} from '../../../ports/detector.ts';
import type {Patch} from '../../../ports/repository.ts';
import {compareVersions, isJournal, isSnapshot, type Migration, migrationOf} from './families.ts';
import {type Sign, sign} from './judge.ts';

export interface BatchSign {
	readonly change: Change;
	readonly sign: Sign;
}

interface New extends Migration {
	readonly change: Change;
	readonly patch: Patch | undefined;
}

function news(seen: readonly Seen[]): New[] {
	return seen.flatMap(({change, patches}) =>
		change.files.flatMap((file): New[] => {
			const own = file.status === 'added' || file.from !== undefined ? migrationOf(file.path) : undefined;
			if (own?.direction !== 'up') return [];
			return [{...own, change, patch: patches.find(({path}) => path === file.path)}];
		}),
	);
}

/** Tools that skip, or refuse, what is older than the newest that has run. The others run it later, on another schema. */
const strict = (path: string): boolean => /\.(sql|py|xml)$/.test(path);

const TABLES =
	/\b(?:TABLE|INTO|UPDATE|FROM|JOIN|REFERENCES|ON)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?["'`[]?([\w.]+)|(?:[tT]able|[cC]olumn|[iI]ndex)\w*\s*\(?\s*['":]([\w.]+)/gi;
const tablesOf = ({patch}: New): Set<string> =>
	new Set(
		(patch?.added ?? [])
			.slice(0, 2000)
			.flatMap(({text}) =>
				[...text.slice(0, 2000).matchAll(TABLES)].map((match) => (match[1] ?? match[2] ?? '').toLowerCase()),
			),
	);

export function batchSigns(split: Split): BatchSign[] {
	const chosen = news(split.chosen);
	const left = news(split.leftOut);
	const live = split.live.flatMap((path) => {
		const own = migrationOf(path);
		return own && own.direction === 'up' ? [own] : [];
	});
	return [
		...gaps(chosen, left),
		...order(chosen, live),
		...collisions(chosen, live),
		...graph(chosen, left),
		...journals(split, chosen),
		...halves(split, chosen, left),
	];
}

const at = (one: New, rule: string, what: string, severity?: Finding['severity']): BatchSign => ({
	change: one.change,
	sign: sign(rule, one.path, one.path, what, {line: 1, ...(severity ? {severity} : {})}),
});
const short = (path: string) =>
	path
		.split('/')
		.slice(/\/(migration|up)\.sql$/.test(path) ? -2 : -1)
		.join('/');

function gaps(chosen: readonly New[], left: readonly New[]): BatchSign[] {
	return chosen.flatMap((one) => {
		const earlier = left.filter(
			(other) =>
				other.folder === one.folder &&
				other.version !== '' &&
				one.version !== '' &&
				compareVersions(other.version, one.version) < 0,
		);
		if (earlier.length === 0 || hasParents(one)) return [];
		const tables = tablesOf(one);
		const common = (other: New) => [...tablesOf(other)].find((table) => tables.has(table));
		// The one that touches the same table says most.
		const first = earlier.find((other) => common(other) !== undefined) ?? earlier[0];
		if (!first) return [];
		const shared = common(first);
		const more = earlier.length > 1 ? ` and ${earlier.length - 1} more` : '';
		const why = shared ? `; both touch ${shared}` : '';
		return [
			at(
				one,
				'selection-gap',
				`goes without ${short(first.path)}${more}, which come before it${why}`.replace(
					'come',
					earlier.length > 1 ? 'come' : 'comes',
				),
				shared || strict(one.path) ? undefined : 'caution',
			),
		];
	});
}

function order(chosen: readonly New[], live: readonly Migration[]): BatchSign[] {
	return chosen.flatMap((one) => {
		if (one.version === '' || hasParents(one)) return [];
		const newest = live
			.filter((other) => other.folder === one.folder && other.version !== '' && other.path !== one.path)
			.reduce<Migration | undefined>(
				(most, other) => (most && compareVersions(most.version, other.version) >= 0 ? most : other),
				undefined,
			);
		if (!newest || compareVersions(one.version, newest.version) >= 0) return [];
		return [
			at(
				one,
				'selection-order',
				`comes before ${short(newest.path)}, which is live`,
				strict(one.path) ? undefined : 'caution',
			),
		];
	});
}

function collisions(chosen: readonly New[], live: readonly Migration[]): BatchSign[] {
	return chosen.flatMap((one, i) => {
		if (one.version === '' || hasParents(one)) return [];
		const twin = [...live, ...chosen.slice(0, i)].find(
			(other) =>
				other.path !== one.path &&
				other.folder === one.folder &&
				other.version === one.version &&
				/\.\w+$/.exec(other.path)?.[0] === /\.\w+$/.exec(one.path)?.[0],
		);
		return twin ? [at(one, 'selection-collision', `has number ${one.version}, as ${short(twin.path)} has`)] : [];
	});
}

/** Alembic and Django say what they build on; their numbers only sort them. */
const hasParents = ({path}: Migration): boolean => /\.py$/.test(path);

interface Node {
	readonly id: string;
	readonly parents: readonly string[];
}

function nodeOf({patch, path, folder}: New): Node | undefined {
	const text = (patch?.added ?? [])
		.map((line) => line.text)
		.join('\n')
		.slice(0, 100_000);
	const revision = /^\s*revision\s*(?::\s*\w+)?\s*=\s*['"]([\w-]+)['"]/m.exec(text)?.[1];
	if (revision !== undefined) {
		const down = /^\s*down_revision\s*(?::[^=\n]+)?=\s*([^\n]+)/m.exec(text)?.[1] ?? '';
		return {id: revision, parents: [...down.matchAll(/['"]([\w-]+)['"]/g)].map((match) => match[1] ?? '')};
	}
	const app = /([^/]+)\/migrations$/.exec(folder)?.[1];
	const name = /([^/]+)\.py$/.exec(path)?.[1];
	const written = /\bdependencies\s*=\s*\[([^\]]*)\]/.exec(text)?.[1];
	if (app === undefined || name === undefined || written === undefined) return undefined;
	return {
		id: `${app}.${name}`,
		parents: [...written.matchAll(/\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*\)/g)].map(
			(match) => `${match[1]}.${match[2]}`,
		),
	};
}

function graph(chosen: readonly New[], left: readonly New[]): BatchSign[] {
	const signs: BatchSign[] = [];
	const nodes = chosen.flatMap((one) => {
		const node = nodeOf(one);
		return node ? [{one, node}] : [];
	});
	const staying = new Map(
		left.flatMap((one) => {
			const node = nodeOf(one);
			return node ? [[node.id, one.path] as const] : [];
		}),
	);
	for (const {one, node} of nodes) {
		const missing = node.parents.find((parent) => staying.has(parent));
		if (missing !== undefined)
			signs.push(at(one, 'missing-parent', `builds on ${short(staying.get(missing) ?? missing)}, which stays behind`));
	}
	for (const folder of new Set(nodes.map(({one}) => one.folder))) {
		const here = nodes.filter(({one}) => one.folder === folder);
		const used = new Set(here.flatMap(({node}) => node.parents));
		const heads = here.filter(({node}) => !used.has(node.id));
		const [first, second] = heads;
		if (first && second) signs.push(at(second.one, 'two-heads', `is a last one, as ${short(first.one.path)} is`));
	}
	return signs;
}

const TAG = /"tag"\s*:\s*"([^"]+)"/;

function journals({chosen, leftOut}: Split, added: readonly New[]): BatchSign[] {
	const tags = (seen: readonly Seen[], side: 'added' | 'removed') =>
		seen.flatMap(({change, patches}) =>
			patches
				.filter(({path}) => isJournal(path))
				.flatMap((patch) =>
					patch[side].flatMap(({text, line}) => {
						const tag = TAG.exec(text)?.[1];
						return tag
							? [{tag, change, line, path: patch.path, folder: patch.path.replace(/\/?meta\/_journal\.json$/, '')}]
							: [];
					}),
				),
		);
	const named = tags(chosen, 'added');
	const staying = tags(leftOut, 'added');
	const files = new Set(added.map(({path}) => path));
	const removed = new Set(tags(chosen, 'removed').map(({tag}) => tag));
	return [
		...named
			.filter(({tag, folder}) => !removed.has(tag) && !files.has(`${folder ? `${folder}/` : ''}${tag}.sql`))
			.filter(({tag, folder}) => news(leftOut).some(({path}) => path === `${folder ? `${folder}/` : ''}${tag}.sql`))
			.map(({tag, change, line, path}) => ({
				change,
				sign: sign('journal-mismatch', path, tag, `names ${tag}, whose file stays behind`, {line}),
			})),
		...added
			.filter(({path, folder}) =>
				staying.some((other) => other.folder === folder && `${folder ? `${folder}/` : ''}${other.tag}.sql` === path),
			)
			.map((one) => at(one, 'journal-mismatch', 'goes, and its entry in the journal stays behind')),
	];
}

/** The schema file goes, and the migrations that were written for it stay. */
function halves({chosen}: Split, added: readonly New[], left: readonly New[]): BatchSign[] {
	return chosen.flatMap(({change, patches}) => {
		const schema = patches.find(({path, added: lines}) => isSnapshot(path) && lines.length > 0);
		if (!schema) return [];
		const root = schema.path.replace(/[^/]*$/, '');
		const mine = (one: New) => one.folder.startsWith(root) || root.startsWith(one.folder);
		if (added.some((one) => one.change.oid === change.oid && mine(one))) return [];
		const behind = left.find(mine);
		if (!behind || added.some(mine)) return [];
		return [
			{
				change,
				sign: sign(
					'selection-half',
					schema.path,
					schema.path,
					`changes the schema, and ${short(behind.path)} stays behind`,
				),
			},
		];
	});
}
