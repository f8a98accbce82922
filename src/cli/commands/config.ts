// Room: cli. `orchestra config get|set|unset|edit|validate`: the project file and the preferences, with clear errors.
// A change is checked as a whole before a byte is written, and written whole or not at all.

import {spawn} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {consentFor} from '../../adapters/ai/consent.ts';
import {writeAtomic} from '../../adapters/files/atomic.ts';
import {readInside} from '../../adapters/project/inside.ts';
import {isObject} from '../../adapters/project/look.ts';
import {loadProject, PROJECT_FILE} from '../../adapters/project/project.ts';
import {openTrustStore, trustHash} from '../../adapters/project/trust.ts';
import {DEFAULT_AI} from '../../domain/ai.ts';
import {checkValue, type Key} from '../../domain/config-keys.ts';
import {FaultError, fault, raise} from '../../domain/fault/fault.ts';
import {readJson} from '../../domain/json.ts';
import type {Preferences} from '../../domain/memory.ts';
import {nearest} from '../../domain/nearest.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {PREFERENCE_KEYS, preferencesSchema} from '../../domain/preferences-schema.ts';
import {checkProject, PROJECT_KEYS} from '../../domain/project-schema.ts';
import {type Document, knownKey, valueAt, valueFrom, withValue, write} from './config-document.ts';
import {promptAsk, type SetupContext, say} from './setup-context.ts';

export interface ConfigContext extends SetupContext {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly preferences: {
		load(): Promise<Preferences>;
		save(change: Partial<Preferences>): Promise<unknown>;
	};
	/** Opens a file in the person's editor and resolves when it is closed. Default: $VISUAL, $EDITOR or vi. */
	readonly edit?: (file: string) => Promise<void>;
}

const MEMORY_FILE = 'deployment_memory/config.json';
const PREFIX = 'user_preferences.';
const VERBS = ['get', 'set', 'unset', 'edit', 'validate'] as const;
const usage = (message: string): never =>
	raise('USAGE', {with: {message}, nextSteps: ['orchestra guide configuration']});

/** Faults: USAGE, CONFIG_MISSING, CONFIG_INVALID, DISK. */
export async function configCommand(
	context: ConfigContext,
	words: readonly string[],
	options: {readonly json?: boolean} = {},
): Promise<ExitCode> {
	const [verb = 'get', key, ...value] = words;
	switch (verb) {
		case 'get':
			return key === undefined ? list(context, options) : get(context, key, options);
		case 'set': {
			if (key === undefined || value.length !== 1)
				usage('config set needs a key and one value, e.g. orchestra config set port 8080');
			return set(context, key ?? '', value[0] ?? '', options);
		}
		case 'unset':
			return unset(context, key ?? usage('config unset needs a key'), options);
		case 'edit':
			return edit(context);
		case 'validate':
			return validate(context, options);
		default: {
			const meant = nearest(verb, VERBS);
			return usage(`config knows ${VERBS.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
		}
	}
}

interface Source {
	readonly text: string;
	readonly document: Document;
}

async function source(context: ConfigContext): Promise<Source> {
	const found = await readInside(context.root, PROJECT_FILE);
	if (found.kind === 'absent') raise('CONFIG_MISSING');
	if (found.kind === 'refused') return invalid([`It is not read: ${found.why}`]);
	const read = readJson(found.text);
	if (!read.ok) return invalid([`Line ${read.line}, column ${read.column}: ${read.what}`]);
	if (!isObject(read.value)) return invalid(['The file must hold an object: { … }']);
	return {text: found.text, document: read.value};
}

const invalid = (details: readonly string[], file = PROJECT_FILE): never =>
	raise('CONFIG_INVALID', {with: {file}, details});

/** `user_preferences.x` and `x` are the same preference. */
const preferenceName = (key: string): keyof Preferences | undefined => {
	const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
	// `as`: the list of keys is made from the schema, whose names are those of Preferences
	return PREFERENCE_KEYS.find((known) => known.path === name)?.path as keyof Preferences | undefined;
};

function unknown(key: string): never {
	const known = [...PROJECT_KEYS, ...PREFERENCE_KEYS].map((k) => k.path).filter((path) => !path.includes('*'));
	const last = known.find((path) => path.split('.').at(-1) === key);
	const meant = last ?? nearest(key, known);
	return usage(`there is no setting called ${key}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** With defaults where the file says nothing; undefined when neither does. */
function effective(checked: ReturnType<typeof checkProject>, document: Document, path: string): unknown {
	return valueAt(checked.ok ? checked.value : document, path) ?? valueAt(document, path);
}

async function get(context: ConfigContext, key: string, {json}: {json?: boolean}): Promise<ExitCode> {
	const name = preferenceName(key);
	let value: unknown;
	if (name !== undefined) value = (await context.preferences.load())[name];
	else {
		const {document} = await source(context);
		value = effective(checkProject(document, basename(context.root)), document, key);
		if (value === undefined && !knownKey(PROJECT_KEYS, key)) unknown(key);
	}
	if (json) say(context, JSON.stringify(value ?? null));
	else if (value !== undefined) say(context, typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));
	// Nothing set and no default: no line, as a script expects, and the exit code says it.
	return value === undefined ? EXIT.failed : EXIT.ok;
}

function leaves(keys: readonly Key[], value: unknown, path = ''): [string, unknown][] {
	if (!isObject(value)) return [[path, value]];
	return Object.entries(value).flatMap(([name, inner]) => leaves(keys, inner, path === '' ? name : `${path}.${name}`));
}

async function list(context: ConfigContext, {json}: {json?: boolean}): Promise<ExitCode> {
	const {document} = await source(context);
	const checked = checkProject(document, basename(context.root));
	if (!checked.ok) return invalid(checked.problems);
	const preferences = await context.preferences.load();
	const rows = leaves(PROJECT_KEYS, checked.value).map(([key, value]) => {
		// A suite in its short form stands in the file as one text.
		const written =
			valueAt(document, key) !== undefined ||
			(key.endsWith('.command') && typeof valueAt(document, key.slice(0, -8)) === 'string');
		return {key, value, from: written ? PROJECT_FILE : 'default'};
	});
	for (const [key, value] of Object.entries(preferences)) rows.push({key: `${PREFIX}${key}`, value, from: MEMORY_FILE});
	if (json) {
		for (const row of rows) say(context, JSON.stringify(row));
		return EXIT.ok;
	}
	const width = Math.max(...rows.map((row) => row.key.length));
	for (const {key, value, from} of rows) {
		say(context, `${key.padEnd(width)}  ${shown(value)}${from === 'default' ? '   (default)' : ''}`);
	}
	return EXIT.ok;
}

async function set(context: ConfigContext, key: string, words: string, options: {json?: boolean}): Promise<ExitCode> {
	const name = preferenceName(key);
	if (name !== undefined) return setPreference(context, name, words, options);
	const known = knownKey(PROJECT_KEYS, key) ?? unknown(key);
	const {text, document} = await source(context);
	const value = valueFrom(words, known);
	await save(context, document, withValue(document, key, value), text);
	report(context, {key, value, file: PROJECT_FILE}, options);
	if (key.startsWith('ai.')) await renewConsent(context, document, value === 'on' && key === 'ai.enabled', options);
	return EXIT.ok;
}

/**
 * Typed here, by a person: `on` is an answer to the question that a deployment would ask, and who changes the terms of what
 * they allowed allows the new ones.
 */
async function renewConsent(
	context: ConfigContext,
	before: Document,
	on: boolean,
	{json}: {json?: boolean},
): Promise<void> {
	const name = basename(context.root);
	const [old, now] = [checkProject(before, name), checkProject((await source(context)).document, name)];
	const under = (checked: typeof old) =>
		consentFor(context.root, openTrustStore(), (checked.ok ? checked.value.ai : undefined) ?? DEFAULT_AI);
	if (!on && (await under(old).given()) !== true) return;
	await under(now).give(true);
	if (on && !json) say(context, 'Claude may read what waits here: orchestra deploy --ai-preview shows what is sent.');
}

async function unset(context: ConfigContext, key: string, options: {json?: boolean}): Promise<ExitCode> {
	const name = preferenceName(key);
	if (name !== undefined) {
		const fallback = PREFERENCE_KEYS.find((known) => known.path === name)?.default;
		return setPreference(context, name, JSON.stringify(fallback), options);
	}
	const {text, document} = await source(context);
	if (valueAt(document, key) === undefined) {
		if (!knownKey(PROJECT_KEYS, key)) unknown(key);
	} else await save(context, document, withValue(document, key, undefined), text);
	report(context, {key, value: null, file: PROJECT_FILE}, options);
	return EXIT.ok;
}

async function setPreference(
	context: ConfigContext,
	name: keyof Preferences,
	words: string,
	options: {json?: boolean},
): Promise<ExitCode> {
	const known = PREFERENCE_KEYS.find((key) => key.path === name);
	const value = valueFrom(words, known);
	const checked = checkValue(preferencesSchema, {[name]: value});
	if (!checked.ok) return invalid(checked.problems, MEMORY_FILE);
	await context.preferences.save({[name]: checked.value[name]});
	report(context, {key: `${PREFIX}${name}`, value, file: MEMORY_FILE}, options);
	return EXIT.ok;
}

function report(context: ConfigContext, done: {key: string; value: unknown; file: string}, {json}: {json?: boolean}) {
	if (json) say(context, JSON.stringify({schemaVersion: 1, ...done}));
	else
		say(context, done.value === null ? `${done.key} is unset` : `${done.key} = ${shown(done.value)}   (${done.file})`);
}

/** Refuses what the change would break; what was wrong before it is told, and does not stand in its way. */
async function save(context: ConfigContext, before: Document, after: Document, text: string): Promise<void> {
	const name = basename(context.root);
	const [old, checked] = [checkProject(before, name), checkProject(after, name)];
	const had: readonly string[] = old.ok ? [] : old.problems;
	const left = checked.ok ? [] : checked.problems;
	const broken = left.filter((problem) => !had.includes(problem));
	if (broken.length > 0) invalid(broken);
	await writeAtomic(join(context.root, PROJECT_FILE), write(after, text));
	for (const problem of left) say(context, `Still to mend: ${problem}`);
	if (old.ok && checked.ok && trustHash(context.root, old.value) !== trustHash(context.root, checked.value))
		say(context, 'This changes what runs: the next deployment asks you to trust it.');
}

async function validate(context: ConfigContext, {json}: {json?: boolean}): Promise<ExitCode> {
	const {project, strategies, warnings} = await loadProject(context.root);
	await context.preferences.load();
	if (json) {
		say(context, JSON.stringify({schemaVersion: 1, valid: true, warnings, strategies: strategies.map((s) => s.name)}));
		return EXIT.ok;
	}
	say(context, `${PROJECT_FILE} is valid: ${project.name}`);
	say(context, `Strategies: ${strategies.map((strategy) => strategy.name).join(', ')}`);
	for (const warning of warnings) say(context, `Warning: ${warning}`);
	return EXIT.ok;
}

/** On a copy: the file itself is replaced only by what is valid. */
async function edit(context: ConfigContext): Promise<ExitCode> {
	const path = join(context.root, PROJECT_FILE);
	const found = await readInside(context.root, PROJECT_FILE);
	if (found.kind === 'absent') raise('CONFIG_MISSING');
	if (found.kind === 'refused') return invalid([`It is not read: ${found.why}`]);
	const folder = await mkdtemp(join(tmpdir(), 'orchestra-edit-'));
	const draft = join(folder, 'orchestra.json');
	try {
		await writeFile(draft, found.text, {mode: 0o600});
		for (;;) {
			await (context.edit ?? ((file) => openEditor(file, context.env)))(draft);
			const text = await readFile(draft, 'utf8');
			if (text === found.text) {
				say(context, 'Nothing was changed.');
				return EXIT.ok;
			}
			const read = readJson(text);
			const checked = read.ok ? checkProject(read.value, basename(context.root)) : undefined;
			if (checked?.ok) {
				await writeAtomic(path, text);
				for (const warning of checked.warnings) say(context, `Warning: ${warning}`);
				say(context, `${PROJECT_FILE} is saved.`);
				return EXIT.ok;
			}
			const problems = read.ok
				? checked?.ok === false
					? checked.problems
					: []
				: [`Line ${read.line}, column ${read.column}: ${read.what}`];
			if (!context.interactive) return invalid([...problems, 'The file is as it was.']);
			say(context, ...problems.map((problem) => `  ${problem}`));
			const ask = context.ask ?? (await promptAsk());
			if (!(await ask.confirm('Edit again? (no: the file stays as it was)', true))) return EXIT.failed;
		}
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

/** The words of $VISUAL or $EDITOR (`code --wait`), without a shell. */
function openEditor(file: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
	const [program = 'vi', ...flags] = (env.VISUAL || env.EDITOR || 'vi').trim().split(/\s+/);
	return new Promise((resolve, reject) => {
		const child = spawn(program, [...flags, file], {stdio: 'inherit'});
		child.once('error', () => reject(usageError(`the editor ${program} could not be started: set EDITOR`)));
		child.once('exit', (code) =>
			code === 0 ? resolve() : reject(usageError(`the editor ${program} ended with ${code}`)),
		);
	});
}

const usageError = (message: string) => new FaultError(fault('USAGE', {with: {message}}));
