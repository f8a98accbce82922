// Room: adapters. NAME=value lines. Nothing is expanded and nothing is run: `$(…)`, backticks and `$NAME` are just text.

import {raise} from '../../domain/fault/fault.ts';
import type {Project} from '../../domain/project.ts';
import {isReservedName} from '../../domain/project-schema.ts';
import {readInside} from './inside.ts';

const NAME = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]{0,99})[ \t]*=[ \t]*/;
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$'};

export interface EnvLines {
	readonly values: Readonly<Record<string, string>>;
	/** Line numbers and what is wrong there. Never a value: the file holds secrets. */
	readonly problems: readonly string[];
}

/** The rest of the line after a quoted value may only be a comment. */
const restIsComment = (rest: string) => /^[ \t]*(?:#.*)?$/.test(rest);

function readValue(text: string): {value: string} | {problem: string} {
	const quote = text[0];
	if (quote !== '"' && quote !== "'") return {value: text.replace(/(?:^|[ \t])#.*$/, '').trimEnd()};
	let value = '';
	for (let i = 1; i < text.length; i++) {
		const char = text[i] ?? '';
		if (char === quote) {
			return restIsComment(text.slice(i + 1)) ? {value} : {problem: 'text follows the closing quote'};
		}
		if (char === '\\' && quote === '"') {
			const escaped = ESCAPES[text[i + 1] ?? ''];
			value += escaped ?? char;
			if (escaped !== undefined) i++;
		} else value += char;
	}
	return {problem: 'the quote is not closed on the same line'};
}

/** The last line wins when a name is there twice. Reserved names (PORT, PATH, GIT_* …) are left out. */
export function parseEnvLines(text: string): EnvLines {
	const values = new Map<string, string>();
	const problems: string[] = [];
	for (const [index, line] of text
		.replace(/^\ufeff/, '')
		.split(/\r\n|\n|\r/)
		.entries()) {
		const trimmed = line.trim();
		if (trimmed === '' || trimmed.startsWith('#')) continue;
		const head = NAME.exec(trimmed);
		const name = head?.[1];
		if (!head || name === undefined) {
			problems.push(`line ${index + 1}: not NAME=value`);
			continue;
		}
		const read = readValue(trimmed.slice(head[0].length));
		if ('problem' in read) problems.push(`line ${index + 1}: ${read.problem}`);
		else if (read.value.includes('\0')) problems.push(`line ${index + 1}: the value has a zero character`);
		else if (!isReservedName(name)) values.set(name, read.value);
	}
	return {values: Object.fromEntries(values), problems};
}

/**
 * The variables of `envFile`; empty when the project names none. Faults: CONFIG_INVALID when it is missing, leads out of
 * the repository, or has a bad line. No fault ever holds a value.
 */
export async function readEnvFile(
	root: string,
	project: Pick<Project, 'envFile'>,
): Promise<Readonly<Record<string, string>>> {
	const file = project.envFile;
	if (file === undefined) return {};
	const found = await readInside(root, file);
	const bad = (details: readonly string[]): never => raise('CONFIG_INVALID', {with: {file}, details});
	if (found.kind === 'absent') return bad([`${file} is named by envFile and is not there`]);
	if (found.kind === 'refused') return bad([`${file} is not read: ${found.why}`]);
	const {values, problems} = parseEnvLines(found.text);
	return problems.length > 0 ? bad(problems.slice(0, 20)) : values;
}
