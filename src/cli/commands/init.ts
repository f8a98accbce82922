// Room: cli. `orchestra init`: looks at the repository, says what it sees, and writes orchestration/ and
// deployment_memory/. A second run changes nothing; a file that is there already is a person's and is kept.

import {lstat, mkdir, realpath, rename} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeAtomic} from '../../adapters/files/atomic.ts';
import {type Detected, detectProject} from '../../adapters/project/detect.ts';
import {isBelow, readInside} from '../../adapters/project/inside.ts';
import {raise} from '../../domain/fault/fault.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {checkProject} from '../../domain/project-schema.ts';
import {IGNORED, type InitFile, initFiles, PROJECT_PATH} from './init-files.ts';
import {type Ask, promptAsk, type SetupContext, say} from './setup-context.ts';

export interface InitOptions {
	/** Take what was found, ask nothing. */
	readonly yes?: boolean;
	/** Write a fresh orchestra.json; the old one is kept beside it. */
	readonly force?: boolean;
}

/** Faults: NOT_A_REPOSITORY, MEMORY_UNSAFE, DISK. Nothing is written before all questions are answered. */
export async function initCommand(context: SetupContext, options: InitOptions = {}): Promise<ExitCode> {
	const {root} = context;
	const seen = await detectProject(root);
	if (!seen.repository) raise('NOT_A_REPOSITORY', {with: {path: root}});
	say(context, ...whatIsThere(seen), '');
	const configured = (await exists(join(root, PROJECT_PATH))) && !options.force;
	let document = seen.document;
	if (context.interactive && !options.yes && !configured) {
		const answered = await questions(document, context.ask ?? (await promptAsk()));
		if (!answered) {
			say(context, 'Nothing was written.');
			return EXIT.interrupted;
		}
		document = answered;
		say(context, '');
	}
	if (options.force) await keepOld(context);
	const written: string[] = [];
	for (const file of initFiles(document)) if (await put(context, file)) written.push(file.path);
	if (await ignore(context)) written.push('.gitignore');
	say(context, '', ...whatNext(document, seen, written, configured));
	return EXIT.ok;
}

function whatIsThere(seen: Detected): string[] {
	const {commands} = seen;
	const guesses = Object.entries({
		install: commands.install,
		build: commands.build,
		migrate: commands.migrate,
		start: commands.start,
		...Object.fromEntries(Object.entries(commands.test).map(([name, guess]) => [`test ${name}`, guess])),
	});
	const rows: [string, string][] = [
		['project', seen.name],
		['branches', [`base ${seen.branches.base}`, ...(seen.branches.dev ? [`dev ${seen.branches.dev}`] : [])].join(', ')],
		['languages', seen.languages.join(', ') || 'none recognised'],
		...(seen.packageManager ? [['packages', seen.packageManager] as [string, string]] : []),
		...guesses.flatMap(([name, guess]): [string, string][] =>
			guess === undefined ? [] : [[name, `${guess.command}  (${guess.from})`]],
		),
		...(seen.health ? [['health', `${seen.health.path}  (${seen.health.from})`] as [string, string]] : []),
		...(seen.migrations ? [['migrations', seen.migrations] as [string, string]] : []),
		...(seen.ci.length > 0 ? [['CI', seen.ci.join(', ')] as [string, string]] : []),
		...(seen.containers.length > 0 ? [['containers', seen.containers.join(', ')] as [string, string]] : []),
		...(seen.envFile ? [['env file', seen.envFile] as [string, string]] : []),
	];
	const width = Math.max(...rows.map(([name]) => name.length));
	return [
		'Found in this repository (nothing was run):',
		...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
	];
}

type Document = Detected['document'];

/** The few things that a guess gets wrong most often. Each answer is checked by the schema at once. */
async function questions(document: Document, ask: Ask): Promise<Document | undefined> {
	const {commands, branches} = document;
	const put: readonly (readonly [string, string, (answer: string) => Document])[] = [
		['Base branch (what is live)', branches.base, (base) => ({...now, branches: {...now.branches, base}})],
		[
			'Development branch (empty: the one that is checked out)',
			branches.dev ?? '',
			(dev) => ({...now, branches: {base: now.branches.base, ...(dev ? {dev} : {})}}),
		],
		['Build command (empty: none)', commands.build ?? '', (text) => withCommand('build', text)],
		['Test command (empty: none)', commands.test.unit ?? '', (text) => withTest(text)],
		[
			'Start command; the service listens on the port in $PORT (empty: no service)',
			commands.start ?? '',
			(text) => withCommand('start', text),
		],
		['Health path', document.health?.path ?? '/health', (path) => ({...now, health: {path}})],
		['Front door port', String(document.port), (port) => ({...now, port: Number(port)})],
	];
	let now = document;
	const withCommand = (name: 'build' | 'start', text: string): Document => {
		const {[name]: _old, ...rest} = now.commands;
		return {...now, commands: text ? {...rest, [name]: text} : rest};
	};
	const withTest = (text: string): Document => {
		const {unit: _old, ...rest} = now.commands.test;
		return {...now, commands: {...now.commands, test: text ? {unit: text, ...rest} : rest}};
	};
	for (const [question, fallback, apply] of put) {
		// A library has no health path and no front door to ask about.
		if (/^(?:Health|Front)/.test(question) && now.commands.start === undefined) continue;
		const answer = await ask.text(question, {
			default: fallback,
			check: (text) => {
				const checked = checkProject(apply(text.trim()), 'project');
				return checked.ok ? true : (checked.problems[0] ?? 'not valid');
			},
		});
		if (answer === undefined) return undefined;
		now = apply(answer.trim());
	}
	return now;
}

const exists = (path: string) =>
	lstat(path).then(
		() => true,
		() => false,
	);

/** A committed link such as `orchestration → ../outside` must not carry a write out of the repository. */
async function folderInside(root: string, folder: string): Promise<void> {
	if (folder === root) return;
	await folderInside(root, dirname(folder));
	await mkdir(folder).catch(() => undefined);
	const real = await realpath(folder).catch(() => '');
	if (!(await lstat(folder).catch(() => undefined))?.isDirectory() || !isBelow(await realpath(root), real))
		raise('MEMORY_UNSAFE', {with: {path: folder}});
}

/** True when it was written. */
async function put(context: SetupContext, file: InitFile): Promise<boolean> {
	const path = join(context.root, file.path);
	if (await exists(path)) {
		say(context, `kept   ${file.path}`);
		return false;
	}
	await folderInside(context.root, dirname(path));
	await writeAtomic(path, file.content, {mode: file.executable ? 0o755 : 0o644});
	say(context, `wrote  ${file.path}  (${file.what})`);
	return true;
}

async function keepOld(context: SetupContext): Promise<void> {
	const path = join(context.root, PROJECT_PATH);
	if (!(await exists(path))) return;
	for (let n = 1; ; n++) {
		const aside = `${PROJECT_PATH}.old${n === 1 ? '' : n}`;
		if (await exists(join(context.root, aside))) continue;
		await rename(path, join(context.root, aside));
		say(context, `moved  ${PROJECT_PATH} to ${aside}`);
		return;
	}
}

/** True when the line was added. */
async function ignore(context: SetupContext): Promise<boolean> {
	const found = await readInside(context.root, '.gitignore');
	if (found.kind === 'refused') {
		say(context, `kept   .gitignore: ${found.why}. Add the line ${IGNORED} yourself`);
		return false;
	}
	const text = found.kind === 'text' ? found.text : '';
	if (/^[ \t]*\/?\.orchestra\/?[ \t]*\r?$/m.test(text)) {
		say(context, 'kept   .gitignore');
		return false;
	}
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	const start = text === '' || text.endsWith('\n') ? text : `${text}${newline}`;
	// Through a link inside the repository, the file it leads to is the one to change.
	const path =
		found.kind === 'text' ? await realpath(join(context.root, '.gitignore')) : join(context.root, '.gitignore');
	await writeAtomic(path, `${start}${IGNORED}${newline}`);
	say(context, `wrote  .gitignore  (${IGNORED} stays on this machine)`);
	return true;
}

function whatNext(document: Document, seen: Detected, written: readonly string[], configured: boolean): string[] {
	const notes: string[] = [];
	const library = document.commands.start === undefined;
	if (!configured && library)
		notes.push(
			'There is no start command: a library stops after testing; a service needs orchestra config set commands.start "…".',
		);
	if (!configured && Object.keys(document.commands.test).length === 0)
		notes.push('There is no test command: orchestra config set commands.test.unit "…".');
	if (document.branches.dev === undefined && seen.branches.current === document.branches.base && !configured)
		notes.push(`You are on ${document.branches.base}: work waits on another branch, name it with branches.dev.`);
	const steps = [
		...(written.length > 0
			? [
					'Read orchestration/orchestra.json: its commands run when you have trusted them, not before.',
					'git add orchestration deployment_memory .gitignore && git commit -m "chore: add Orchestra"',
				]
			: []),
		'orchestra deploy --plan   (says what would be shipped, changes nothing)',
		library ? 'orchestra deploy --until testing' : 'orchestra deploy',
	];
	return [
		...(written.length === 0 ? ['Everything was there already: nothing was written.'] : []),
		...notes,
		'Next:',
		...steps.map((step, i) => `  ${i + 1}. ${step}`),
	];
}
