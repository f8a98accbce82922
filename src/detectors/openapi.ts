// Room: detectors. OpenAPI 2.0, 3.0 and 3.1, JSON or YAML: the document before and after the change, compared by meaning.
// Parts in files of their own are followed from the documents that refer to them; nothing remote is fetched.

import type {Change} from '../domain/change.ts';
import type {Finding} from '../domain/feature.ts';
import type {Detector, Look} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {compareDocuments} from './support/openapi/compare/documents.ts';
import {fullPaths} from './support/openapi/compare/operations.ts';
import {Unreadable} from './support/openapi/json.ts';
import {dialectOf, Library, mayBeOpenApi} from './support/openapi/library.ts';
import {apiOf} from './support/openapi/model.ts';
import {get, text} from './support/openapi/node.ts';
import {type Entry, findingsOf, type Sight} from './support/openapi/report.ts';
import {LEFT_OUT, RULES, type RuleName} from './support/openapi/rules.ts';

const EXTENSION = /\.(ya?ml|json)$/i;
const NAMED = /openapi|swagger|(^|[/._-])oas[23]?[._-]/i;
const HINTED =
	/(^|[/._-])(apis?|api[-_]?(docs?|specs?|schemas?)|specs?|contracts?|rest|schemas?|paths|components|definitions|v\d+)([/._-]|$)/i;
const NEVER =
	/(^|\/)(node_modules|vendor|tests?|__tests__|__mocks__|__snapshots__|fixtures|testdata|e2e|cypress|\.github|\.vscode|locales?|i18n|charts|k8s|helm|migrations)\/|(^|\/)(package(-lock)?|tsconfig[^/]*|composer|npm-shrinkwrap|pnpm-lock|lerna|nx|turbo|renovate|biome|\.[^/]*rc|docker-compose[^/]*|compose|pnpm-workspace)\.(ya?ml|json)$/i;
/** Documents that are tried as homes of a changed part. */
const MOST_HOMES = 12;

const wants = (path: string) => EXTENSION.test(path) && !NEVER.test(path) && (NAMED.test(path) || HINTED.test(path));

/** A document before and after; a side is absent where there is none. */
interface Version {
	readonly path: string;
	readonly before?: {readonly path: string; readonly text: string};
	readonly after?: {readonly path: string; readonly text: string};
}

export const detector = {
	name: 'openapi',
	topic: 'api',
	rules: RULES,
	leavesOut: LEFT_OUT,
	reads: 'files',
	wants,
	async detect(change, patches, look) {
		const {documents, parts, unseen} = sorted(change, patches);
		const found: Finding[][] = unseen.map((path) => findingsOf(change, path, [entry('compared-in-part', path)]));
		const all: Opened[] = [];
		for (const document of [...moved(documents), ...(await homesOf(parts, documents, look))])
			all.push({
				document,
				was: document.before && (await opened(document.before, (path) => look.before(path))),
				is: document.after && (await opened(document.after, (path) => look.after(path))),
			});
		for (const each of all) found.push(judged(change, each, elsewhere(all, each)));
		return withoutTwins(found);
	},
} satisfies Detector;

/** Documents, and files that may be parts of one; `unseen` are those that are too large to be read. */
function sorted(change: Change, patches: readonly Patch[]) {
	const documents: Version[] = [];
	const parts: Patch[] = [];
	const unseen: string[] = [];
	for (const patch of patches) {
		const {path, from, before, after} = patch;
		const was = before !== undefined && mayBeOpenApi(before);
		const is = after !== undefined && mayBeOpenApi(after);
		const status = change.files.find((file) => file.path === path)?.status;
		const changed = status !== 'added' && status !== 'deleted';
		if (was || is) {
			if (changed && (before === undefined || after === undefined)) unseen.push(path);
			else
				documents.push({
					path,
					...(was ? {before: {path: from ?? path, text: before}} : {}),
					...(after === undefined || (!is && !was) ? {} : {after: {path, text: after}}),
				});
		} else if (before !== undefined || after !== undefined) parts.push(patch);
	}
	return {documents, parts, unseen};
}

/** A document that is gone and one that is new in the same change are one that moved, if nothing else can be meant. */
function moved(documents: readonly Version[]): Version[] {
	const gone = documents.filter(({before, after}) => before && !after);
	const born = documents.filter(({before, after}) => !before && after);
	const [old] = gone;
	const [now] = born;
	if (gone.length !== 1 || born.length !== 1 || !old?.before || !now?.after) return [...documents];
	const pair: Version = {path: now.path, before: old.before, after: now.after};
	return [...documents.filter((each) => each !== old && each !== now), pair];
}

const REFERS = /\$ref["']?[ \t]{0,8}:[ \t]{0,8}["']?[^#"'\s{]/;

/** Documents that did not change themselves, but refer to a file that did. */
async function homesOf(parts: readonly Patch[], documents: readonly Version[], look: Look): Promise<Version[]> {
	if (parts.length === 0) return [];
	const known = new Set(documents.map(({path}) => path));
	const named = (await look.list('')).filter((path) => wants(path) && !known.has(path));
	// Names that say it first; a document lies above its parts.
	const likely = named
		.filter((path) => !parts.some((part) => part.path === path))
		.sort((a, b) => Number(NAMED.test(b)) - Number(NAMED.test(a)) || a.split('/').length - b.split('/').length);
	const homes: Version[] = [];
	for (const path of likely.slice(0, MOST_HOMES)) {
		const after = await look.after(path);
		if (after === undefined || !mayBeOpenApi(after) || !REFERS.test(after)) continue;
		const library = await opened({path, text: after}, sideOf(parts, 'after', look));
		if (library === undefined || !parts.some((part) => library.files.has(part.path))) continue;
		const before = await look.before(path);
		homes.push({path, ...(before === undefined ? {} : {before: {path, text: before}}), after: {path, text: after}});
	}
	return homes;
}

function sideOf(patches: readonly Patch[], side: 'before' | 'after', look: Look) {
	const held = new Map(
		patches.map((patch) => [side === 'before' ? (patch.from ?? patch.path) : patch.path, patch[side]] as const),
	);
	return async (path: string) => held.get(path) ?? (side === 'before' ? look.before(path) : look.after(path));
}

async function opened(at: {path: string; text: string}, fetch: (path: string) => Promise<string | undefined>) {
	try {
		return await Library.open(at.path, at.text, fetch);
	} catch (thrown) {
		if (thrown instanceof Unreadable) return undefined;
		throw thrown;
	}
}

function entry(rule: RuleName, of: string, parts: Partial<Sight> = {}): Entry {
	return {rule, place: {of, within: ''}, ...parts, uses: new Set([of])};
}

interface Opened {
	readonly document: Version;
	readonly was: Library | undefined;
	readonly is: Library | undefined;
}

/** What the other documents of the change serve now: a path that left this one for another is not gone. */
function elsewhere(all: readonly Opened[], own: Opened): ReadonlySet<string> {
	return new Set(
		all.flatMap((each) => {
			const api = each === own || each.is === undefined ? undefined : apiOf(each.is);
			return api === undefined ? [] : fullPaths(api);
		}),
	);
}

function judged(change: Change, {document, was, is}: Opened, others: ReadonlySet<string>): Finding[] {
	const say = (rule: RuleName, parts: Partial<Sight> = {}) =>
		findingsOf(change, document.path, [entry(rule, document.path, parts)]);
	const old = was !== undefined && dialectOf(was.root) !== undefined;
	const now = is !== undefined && dialectOf(is.root) !== undefined;
	// Halfway through a broken document nothing can be believed that the whole one did not show.
	if (old && now && is.slip !== undefined && was.slip === undefined)
		return say('document-unreadable', {before: 'readable', after: is.slip});
	if (old && now)
		return findingsOf(change, document.path, compareDocuments(was, is, {now: change.committedAt, elsewhere: others}));
	const title = (library: Library) => text(get(get(library.root, 'info'), 'title')) ?? 'OpenAPI';
	if (old && document.after !== undefined && is === undefined)
		return say('document-unreadable', {before: 'readable', after: 'unreadable'});
	if (old) return say('document-removed', {before: title(was), after: 'absent'});
	if (now && document.before === undefined)
		return say('document-added', {at: is.root, before: 'absent', after: title(is)});
	return [];
}

/** The same document as JSON and as YAML says everything twice: the first to say it is enough. */
function withoutTwins(lists: readonly (readonly Finding[])[]): Finding[] {
	const seen = new Set<string>();
	return lists.flatMap((list) => {
		const words = list.map(({rule, object, before, after}) => JSON.stringify([rule, object, before, after]));
		const key = words.sort().join('\n');
		if (list.length > 0 && seen.has(key)) return [];
		seen.add(key);
		return [...list];
	});
}
