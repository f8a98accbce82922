// Room: detectors. Two documents as wholes: specification, version, servers, security schemes, paths, webhooks, schemas.

import type {Library} from '../library.ts';
import {type Api, apiOf} from '../model.ts';
import {entries, get, items, type Node, shown, text} from '../node.ts';
import {type Entry, type Place, Report} from '../report.ts';
import {ruleOf} from '../rules.ts';
import {type Context, joined, sides} from './context.ts';
import {basePath, comparePaths, compareWebhooks} from './operations.ts';
import {compareSchemes} from './security.ts';

/** More pairs of schemas than the largest public documents have. */
const MOST_PAIRS = 60_000;
const DOCUMENT: Place = {of: 'document', within: ''};

export interface Options {
	/** Seconds since the epoch, for sunset dates. */
	readonly now: number;
	/** Paths that other documents of the change have now, as `fullPaths` gives them. */
	readonly elsewhere?: ReadonlySet<string>;
	readonly pairs?: number;
}

/** What differs; nothing when one of the two is no OpenAPI document. */
export function compareDocuments(before: Library, after: Library, options: Options): readonly Entry[] {
	const [was, is] = [apiOf(before), apiOf(after)];
	if (was === undefined || is === undefined) return [];
	const report = new Report();
	const {now, elsewhere = new Set<string>(), pairs = MOST_PAIRS} = options;
	const context: Context = {report, before, after, now, elsewhere, pairs: new Map(), left: pairs};
	compareSpecification(context, was, is);
	compareServers(context, was, is);
	compareSchemes(context, was, is);
	const paths = get(after.root, 'paths') ?? after.root;
	comparePaths(context, was, is, [paths]);
	compareWebhooks(context, was, is);
	compareComponents(context, was, is);
	compareReferences(context);
	if (context.left <= 0 || after.cut || before.cut)
		report.add({rule: 'compared-in-part', place: DOCUMENT, at: after.root});
	compareVersions(context, was, is);
	return report.entries;
}

function compareSpecification({report}: Context, was: Api, is: Api): void {
	const at = get(is.library.root, 'openapi') ?? get(is.library.root, 'swagger');
	if (was.dialect !== is.dialect)
		report.add({rule: 'specification-changed', place: DOCUMENT, at, before: was.dialect, after: is.dialect});
}

const numbersOf = (version: string) =>
	/^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?/i
		.exec(version)
		?.slice(1)
		.map((part) => Number(part ?? 0));

function compareVersions({report}: Context, was: Api, is: Api): void {
	const [old, now] = [numbersOf(was.version), numbersOf(is.version)];
	if (old === undefined || now === undefined || was.version === is.version) return;
	const at = get(get(is.library.root, 'info'), 'version');
	const words = {before: was.version, after: is.version};
	const step = [0, 1, 2].map((i) => (now[i] ?? 0) - (old[i] ?? 0)).find((each) => each !== 0) ?? 0;
	if (step < 0) report.add({rule: 'version-decreased', place: DOCUMENT, at, ...words});
	// Before 1.0 everything may break.
	const breaks = report.entries.filter(({rule}) => ruleOf(rule).severity === 'danger').length;
	if (step > 0 && now[0] === old[0] && (now[0] ?? 0) > 0 && breaks > 0)
		report.add({rule: 'major-not-raised', place: DOCUMENT, at, ...words});
}

function compareServers({report}: Context, was: Api, is: Api): void {
	if (was.servers.size === 0 || is.servers.size === 0) return;
	const {gone, born, both} = sides(was.servers, is.servers);
	const place = (url: string): Place => ({of: `server ${url}`, within: ''});
	const [first] = is.servers.values();
	const [from, to] = [basePath(was), basePath(is)];
	const [oldUrl, newUrl] = [[...was.servers.keys()][0] ?? '', [...is.servers.keys()][0] ?? ''];
	// One base path becomes another, while the paths under it stay: every URL changes.
	const stays = [...was.paths.keys()].some((path) => is.paths.has(path));
	const moved = from !== to && stays && gone.some(([url]) => url === oldUrl) && born.some(([url]) => url === newUrl);
	if (moved)
		report.add({
			rule: 'server-path-changed',
			place: {of: 'all operations', within: ''},
			at: first,
			before: from || '/',
			after: to || '/',
		});
	const plain = (url: string) => url.replace(/^[a-z][a-z\d+.-]*:(?=\/\/)/i, '').replace(/\/+$/, '');
	const stillThere = new Set([...is.servers.keys()].map(plain));
	const wasThere = new Set([...was.servers.keys()].map(plain));
	for (const [url] of gone)
		if (!(moved && url === oldUrl) && !stillThere.has(plain(url)))
			report.add({rule: 'server-removed', place: place(url), at: first, before: url, after: 'absent'});
	for (const [url, node] of born) {
		const secured = [...was.servers.keys()].some((old) => old.startsWith('https:'));
		if (url.startsWith('http:') && secured && !/^http:\/\/(localhost|127\.|\[::1\])/.test(url))
			report.add({rule: 'server-insecure', place: place(url), at: node, before: 'https', after: url});
		else if (!(moved && url === newUrl) && !wasThere.has(plain(url)))
			report.add({rule: 'server-added', place: place(url), at: node, before: 'absent', after: url});
	}
	for (const each of both) compareVariables(report, place(each.name), each.was, each.is);
}

function compareVariables(report: Report, place: Place, was: Node, is: Node): void {
	for (const {name, was: old, is: now} of sides(entries(get(was, 'variables')), entries(get(is, 'variables'))).both) {
		const left = new Set(items(get(now, 'enum')).map((item) => text(item)));
		const gone = items(get(old, 'enum')).flatMap((item) =>
			left.size === 0 || left.has(text(item)) ? [] : [text(item) ?? ''],
		);
		const [from, to] = [get(old, 'default'), get(now, 'default')];
		if (gone.length > 0 || text(from) !== text(to))
			report.add({
				rule: 'server-variable-narrowed',
				place,
				at: now,
				before: gone.length > 0 ? `${name}: ${joined(gone)}` : `${name} = ${shown(from)}`,
				after: gone.length > 0 ? 'gone' : `${name} = ${shown(to)}`,
			});
	}
}

function compareComponents({report}: Context, was: Api, is: Api): void {
	// Moving to another specification or into files of their own moves all of them.
	if (is.schemas.size === 0) return;
	const at = get(get(is.library.root, 'components'), 'schemas') ?? get(is.library.root, 'definitions');
	const gone = sides(was.schemas, is.schemas).gone.map(([name]) => name);
	if (gone.length === 0) return;
	const of = gone.length === 1 ? `schema ${gone[0] ?? ''}` : `${gone.length} schemas`;
	report.add({rule: 'component-removed', place: {of, within: ''}, at, before: joined(gone), after: 'absent'});
}

function compareReferences({report, before, after}: Context): void {
	for (const [ref, at] of after.broken)
		if (!before.broken.has(ref))
			report.add({
				rule: 'reference-broken',
				place: {of: ref, within: ''},
				at,
				before: 'whole',
				after: 'missing',
			});
}
