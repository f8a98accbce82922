// Room: detectors. Configuration: environment variables that the code begins to read, and configuration files. Names only:
// a value may be a secret and never becomes part of a finding.

import type {Change} from '../domain/change.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {CONFIGURATION_RULES} from './support/ops/configuration-rules.ts';
import {type Sighting, seenAs} from './support/rules.ts';

const CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|exs?|sh)$/i;
const EXAMPLE = /(^|\/)\.?env[._-](example|sample|template|dist|defaults)$|(^|\/)(example|sample)\.env$/i;
const REAL_ENV = /(^|\/)\.env(\.(local|production|prod|staging|development))?$/i;
const CONFIG =
	/(^|\/)(config|conf|settings)\/[^/]*\.(json|ya?ml|toml|ini|properties|conf|xml)$|(^|\/)(config|settings|appsettings[^/]*|application[^/]*)\.(json|ya?ml|toml|ini|properties)$/i;
const ELSEWHERE = /(^|\/)(node_modules|vendor|dist|build|\.github|\.yarn)\//;

const READS: readonly RegExp[] = [
	/\bprocess\.env\.([A-Za-z_]\w*)/g,
	/\bprocess\.env\[\s*['"`]([A-Za-z_]\w*)['"`]\s*\]/g,
	/\bimport\.meta\.env\.([A-Za-z_]\w*)/g,
	/\b(?:Deno|Bun)\.env(?:\.get\(\s*['"]|\.)([A-Za-z_]\w*)/g,
	/\bos\.(?:environ(?:\.get\(|\[)|getenv\()\s*['"]([A-Za-z_]\w*)['"]/g,
	/\bENV(?:\.fetch\(|\[)\s*['"]([A-Za-z_]\w*)['"]/g,
	/\bos\.(?:Getenv|LookupEnv)\(\s*"([A-Za-z_]\w*)"/g,
	/\benv::var(?:_os)?\(\s*"([A-Za-z_]\w*)"/g,
	/\b(?:System\.getenv|getenv|GetEnvironmentVariable)\(\s*['"]([A-Za-z_]\w*)['"]/g,
];
/** Set by the platform or by Orchestra itself: nobody has to provide them. */
const GIVEN = new Set([
	'NODE_ENV',
	'PATH',
	'HOME',
	'PORT',
	'CI',
	'TMPDIR',
	'USER',
	'SHELL',
	'PWD',
	'TZ',
	'LANG',
	'DEV',
	'PROD',
	'MODE',
]);

const isComment = (text: string) => /^\s*(\/\/|#|\*|\/\*)/.test(text);

function variablesIn(text: string): {name: string; optional: boolean}[] {
	if (isComment(text)) return [];
	return READS.flatMap((pattern) =>
		[...text.matchAll(pattern)].flatMap((match) => {
			const name = match[1];
			if (name === undefined || GIVEN.has(name)) return [];
			const after = text.slice(match.index + match[0].length);
			return [{name, optional: /^\s*['"\])]*\s*(\?\?|\|\||,|or\b)/.test(after)}];
		}),
	);
}

const declaredIn = (text: string) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(text)?.[1];

function* births(patches: readonly Patch[]): Iterable<Sighting> {
	const declared = new Set(
		patches.filter((p) => EXAMPLE.test(p.path)).flatMap((p) => p.added.map((l) => declaredIn(l.text))),
	);
	const sources = patches.filter((p) => CODE.test(p.path));
	// A read that was there before, in this file or another, was moved and not born.
	const before = sources.flatMap((p) => p.removed.flatMap((l) => variablesIn(l.text)));
	const known = new Set(before.map(({name}) => name));
	const cushioned = new Set(before.filter(({optional}) => optional).map(({name}) => name));
	for (const {path, added} of sources) {
		for (const {line, text} of added) {
			for (const {name, optional} of variablesIn(text)) {
				if (cushioned.delete(name) && !optional)
					yield {rule: 'config-default-gone', path, line, object: name, what: `reads ${name} without a default now`};
				if (known.has(name)) continue;
				known.add(name);
				if (optional || declared.has(name))
					yield {rule: 'config-variable-born', path, line, object: name, what: `reads ${name}`};
				else
					yield {
						rule: 'config-variable-required',
						path,
						line,
						object: name,
						what: `reads ${name}, without a default and not in an .env.example`,
					};
			}
		}
	}
}

function* files(change: Change, patches: readonly Patch[]): Iterable<Sighting> {
	for (const {path, added, removed} of patches) {
		if (added.length + removed.length === 0) continue;
		const line = added[0]?.line;
		const gone = change.files.find((file) => file.path === path)?.status === 'deleted';
		if (REAL_ENV.test(path) && !gone)
			yield {
				rule: 'config-env-file',
				path,
				line,
				what: 'commits an environment file: it may hold secrets',
			};
		else if (EXAMPLE.test(path)) {
			const now = new Set(added.map((l) => declaredIn(l.text)));
			const before = new Set(removed.map((l) => declaredIn(l.text)));
			for (const l of added) {
				const name = declaredIn(l.text);
				if (name !== undefined && !before.has(name))
					yield {rule: 'config-variable-declared', path, line: l.line, object: name, what: `declares ${name}`};
			}
			for (const name of before)
				if (name !== undefined && !now.has(name))
					yield {rule: 'config-variable-dropped', path, line, object: name, what: `no longer declares ${name}`};
		} else if (CONFIG.test(path))
			yield {
				rule: gone ? 'config-file-gone' : 'config-file',
				path,
				line,
				what: gone ? 'deletes configuration' : 'changes configuration',
			};
	}
}

const wants = (path: string) =>
	(CODE.test(path) || EXAMPLE.test(path) || REAL_ENV.test(path) || CONFIG.test(path)) &&
	!isTestPath(path) &&
	!ELSEWHERE.test(path);

export const detector = {
	name: 'configuration',
	topic: 'config',
	rules: CONFIGURATION_RULES,
	wants,
	detect(change, patches) {
		const wanted = patches.filter((patch) => wants(patch.path));
		return seenAs(change, CONFIGURATION_RULES, [...births(wanted), ...files(change, wanted)]);
	},
} satisfies Detector;
