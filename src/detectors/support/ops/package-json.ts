// Room: detectors. What a package.json says beyond versions: scripts that run by themselves, what is for development only,
// forced versions, peers, the manager.

import type {Named} from '../lines.ts';
import type {Requirement} from '../manifests.ts';
import type {Sighting} from '../rules.ts';
import {asTree, dig, shown, type Tree} from './yaml.ts';

/** Scripts that a package manager runs without being asked. */
const BY_THEMSELVES = ['preinstall', 'install', 'postinstall', 'preprepare', 'postprepare', 'prepublish'];

function parse(text: string | undefined): Tree | undefined {
	if (text === undefined) return undefined;
	try {
		return asTree(JSON.parse(text));
	} catch {
		return undefined;
	}
}

const SECTIONS = ['engines', 'dependencies', 'devDependencies', 'optionalDependencies'];

/** What it asks for, with the line of each; undefined when it is no JSON. */
export function requirementsIn(text: string | undefined): (Requirement & Named)[] | undefined {
	if (text === undefined) return [];
	const document = parse(text);
	if (document === undefined) return undefined;
	return SECTIONS.flatMap((section) =>
		Object.entries(asTree(document[section])).flatMap(([name, version]) =>
			typeof version === 'string' ? [{name, version, line: lineOf(text, name) ?? 1, text: version}] : [],
		),
	);
}

/** The first line that holds the name as a key. */
function lineOf(text: string, name: string): number | undefined {
	const at = text.split('\n').findIndex((line) => line.includes(`"${name}"`));
	return at < 0 ? undefined : at + 1;
}

export function* inPackageJson(
	path: string,
	before: string | undefined,
	after: string | undefined,
): Iterable<Sighting> {
	const [was, is] = [parse(before), parse(after)];
	if (is === undefined || after === undefined) return;
	const at = (name: string) => ({path, line: lineOf(after, name), object: name});
	for (const name of BY_THEMSELVES) {
		const [old, now] = [dig(was, 'scripts', name), dig(is, 'scripts', name)];
		if (typeof now === 'string' && old !== now)
			yield {
				...at(name),
				rule: 'dep-install-script',
				what: `runs ${name} by itself`,
				before: shown(old ?? ''),
				after: now,
			};
	}
	if (was === undefined) return;
	const [running, runs, develops] = [asTree(was.dependencies), asTree(is.dependencies), asTree(is.devDependencies)];
	for (const name of Object.keys(running)) {
		if (!Object.hasOwn(runs, name) && Object.hasOwn(develops, name))
			yield {...at(name), rule: 'dep-only-development', what: `${name} is for development only now`};
	}
	for (const [name, version] of Object.entries(runs)) {
		if (/^(\*|latest|x|)$/.test(shown(version)) && shown(running[name]) !== shown(version))
			yield {...at(name), rule: 'dep-floating', what: `takes ${name} in any version`};
	}
	for (const field of ['overrides', 'resolutions']) {
		const old = asTree(was[field]);
		for (const [name, version] of Object.entries(asTree(is[field]))) {
			if (shown(old[name]) !== shown(version))
				yield {...at(name), rule: 'dep-override', what: `forces ${name} ${shown(version)} on other packages`};
		}
	}
	const peers = asTree(is.peerDependencies);
	for (const [name, version] of Object.entries(asTree(was.peerDependencies))) {
		if (Object.hasOwn(peers, name) && shown(peers[name]) !== shown(version))
			yield {
				...at(name),
				rule: 'dep-peer-narrowed',
				what: `asks for ${name} ${shown(peers[name])} instead of ${shown(version)}`,
				before: shown(version),
				after: shown(peers[name]),
			};
	}
	if (was.packageManager !== undefined && shown(was.packageManager) !== shown(is.packageManager))
		yield {
			...at('packageManager'),
			rule: 'dep-manager',
			what: `is installed with ${shown(is.packageManager ?? 'any manager')}`,
			before: shown(was.packageManager),
			after: shown(is.packageManager ?? ''),
		};
}
