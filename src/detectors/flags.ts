// Room: detectors. Feature flags with their defaults, where they are declared: files of flags, and objects of them in code.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isFlagFile} from './support/flag-files.ts';
import {compare, type Line, type Named, named} from './support/lines.ts';
import {FLAG_RULES} from './support/ops/configuration-rules.ts';
import {type Sighting, seenAs} from './support/rules.ts';

/** `name: true`, `"name" = false`, `name: parseEnvVarBoolean(process.env.X, false)`, and the key alone of an object that says it below. */
const BOOLEAN =
	/^\s*(?:export\s+)?(?:const\s+|static\s+|readonly\s+)*["']?([A-Za-z_][\w.-]*)["']?\s*(?::\s*bool(?:ean)?\s*)?[:=]\s*(?:[\w.]+\((?:[^()]|\([^()]*\))*?,\s*)?(true|false)\)?\s*[,;}]?\s*(?:\/\/.*|#.*)?$/i;

const flagOf = (text: string) => BOOLEAN.exec(text)?.[1];
const isOn = (text: string) => BOOLEAN.exec(text)?.[2]?.toLowerCase() === 'true';
const flags = (lines: readonly Line[]): Named[] => named(lines, flagOf);

function* inFile({path, added, removed}: Patch): Iterable<Sighting> {
	const {gone, born, both} = compare(flags(removed), flags(added));
	for (const {name, line, text} of born) {
		const at = {path, line, object: name};
		if (isOn(text)) yield {...at, rule: 'flag-on', what: `${name} is new, and on by default`};
		else yield {...at, rule: 'flag-born', what: `${name} is new, and off by default`};
	}
	for (const {was, is} of both) {
		if (isOn(was.text) === isOn(is.text)) continue;
		const on = isOn(is.text);
		yield {
			path,
			line: is.line,
			object: is.name,
			rule: on ? 'flag-on' : 'flag-off',
			what: `${is.name} is ${on ? 'on' : 'off'} by default now`,
			before: was.text.trim(),
			after: is.text.trim(),
		};
	}
	for (const {name} of gone)
		yield {path, line: added[0]?.line, object: name, rule: 'flag-gone', what: `${name} is a flag no more`};
}

export const detector = {
	name: 'flags',
	topic: 'config',
	rules: FLAG_RULES,
	wants: isFlagFile,
	detect(change, patches) {
		return seenAs(
			change,
			FLAG_RULES,
			patches.filter(({path}) => isFlagFile(path)).flatMap((patch) => [...inFile(patch)]),
		);
	},
} satisfies Detector;
