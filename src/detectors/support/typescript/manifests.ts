// Room: detectors. A package.json before and after, as far as it decides who can still import or run the package.

import type {Sign} from '../rules.ts';
import {type Manifest, unstable} from './package.ts';

export function compareManifests(path: string, was: Manifest, is: Manifest | undefined): Sign[] {
	const signs: Sign[] = [];
	const atMost = unstable(was) ? ('caution' as const) : undefined;
	const tell = (rule: string, object: string, what: string, sides: {before?: string; after?: string} = {}) =>
		signs.push({rule: `ts-${rule}`, path, object, what, atMost, ...sides});
	if (was.library && (is === undefined || is.private)) {
		tell(
			'package-became-private',
			was.name,
			`${is === undefined ? 'removes' : 'no longer publishes'} package ${was.name}`,
		);
		return signs;
	}
	if (is === undefined) return signs;
	const commands = [...was.bins].filter((bin) => !is.bins.has(bin));
	if (!was.private) for (const bin of commands) tell('bin-removed', bin, `removes the command ${bin}`, {before: bin});
	if (!was.library || !is.library) return signs;
	if (was.name !== is.name)
		tell('package-renamed', was.name, `renames ${was.name} to ${is.name}`, {before: was.name, after: is.name});
	const at = (subpath: string) => (subpath === '.' ? is.name : is.name + subpath.slice(1));
	for (const [subpath, targets] of was.entries) {
		if (!is.entries.has(subpath) && !served(subpath, is))
			tell('subpath-removed', at(subpath), `removes the entry point ${at(subpath)}`, {before: targets.join(', ')});
		for (const condition of was.conditions.get(subpath) ?? [])
			if (
				/^(require|import|default|node|browser)$/.test(condition) &&
				is.entries.has(subpath) &&
				loses(condition, is.conditions.get(subpath))
			)
				tell('condition-removed', at(subpath), `${at(subpath)} no longer serves ${condition}`, {before: condition});
	}
	if (!was.listsExports && is.listsExports && !is.entries.has('./*'))
		tell('subpath-closed', is.name, `lets only listed entry points of ${is.name} be imported`, {
			after: [...is.entries.keys()].join(', '),
		});
	if (was.type !== is.type && was.entries.size > 0)
		tell(
			'module-type-changed',
			is.name,
			`makes the files of ${is.name} ${is.type === 'module' ? 'ES modules' : 'CommonJS'}`,
			{before: was.type, after: is.type},
		);
	if (was.types && !is.types) tell('types-removed', is.name, `${is.name} no longer says where its types are`);
	return signs;
}

/** A pattern such as `./*` or `./lib/*` serves what it matches. */
const served = (subpath: string, {entries}: Manifest) =>
	[...entries.keys()].some(
		(key) =>
			key.includes('*') &&
			subpath.startsWith(key.slice(0, key.indexOf('*'))) &&
			subpath.endsWith(key.slice(key.indexOf('*') + 1)),
	);

/** `default` and a plain target serve every way of loading. */
const loses = (condition: string, now: ReadonlySet<string> | undefined) =>
	now !== undefined &&
	now.size > 0 &&
	!now.has(condition) &&
	!now.has('default') &&
	!(condition === 'default' && now.has('import') && now.has('require')) &&
	!(/^(node|browser)$/.test(condition) && (now.has('import') || now.has('require')));
