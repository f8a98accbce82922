// Room: adapters. What kind of project a repository holds, for `init`: read from its files, without running anything.
// Every guess names the file it came from, so that a person can judge it.

import {basename} from 'node:path';
import type {Project} from '../../domain/project.ts';
import {checkProject} from '../../domain/project-schema.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {type Commands, type Guess, guessCommands, packageManager} from './commands.ts';
import {isObject, type Look, lookAround} from './look.ts';
import {readBranches} from './refs.ts';

export interface Detected {
	readonly name: string;
	/** False: `root` is not the top of a git work tree. */
	readonly repository: boolean;
	readonly branches: {readonly base: string; readonly dev?: string; readonly current?: string};
	readonly languages: readonly string[];
	readonly packageManager?: string;
	readonly commands: {
		readonly install?: Guess;
		readonly build?: Guess;
		readonly start?: Guess;
		readonly migrate?: Guess;
		readonly test: Readonly<Record<string, Guess>>;
	};
	/** Where a health answer was seen in the source: `file:line`. */
	readonly health?: {readonly path: string; readonly from: Safe};
	readonly migrations?: string;
	/** Files or folders that show them. */
	readonly ci: readonly string[];
	readonly containers: readonly string[];
	readonly envFile?: string;
	/** What orchestra.json would say: only the keys that were found. */
	readonly document: ProjectDocument;
	/** The same with all defaults: good enough to look at, before a person has said yes to it. */
	readonly project: Project;
}

/** An orchestra.json as it is written, before defaults. */
export interface ProjectDocument {
	readonly schemaVersion: 1;
	readonly name: string;
	readonly branches: {readonly base: string; readonly dev?: string};
	readonly commands: {
		readonly install?: string;
		readonly build?: string;
		readonly start?: string;
		readonly migrate?: string;
		readonly test: Readonly<Record<string, string>>;
	};
	readonly health?: {readonly path: string};
	readonly port: number;
	readonly envFile?: string;
}

const LANGUAGES: readonly (readonly [string, readonly string[]])[] = [
	['TypeScript', ['tsconfig.json']],
	['JavaScript', ['package.json']],
	['Go', ['go.mod']],
	['Rust', ['Cargo.toml']],
	['Python', ['pyproject.toml', 'requirements.txt', 'setup.py', 'Pipfile']],
	['Ruby', ['Gemfile']],
	['Java', ['pom.xml', 'build.gradle', 'build.gradle.kts']],
	['PHP', ['composer.json']],
	['Elixir', ['mix.exs']],
];
const CI: readonly string[] = [
	'.github/workflows',
	'.gitlab-ci.yml',
	'Jenkinsfile',
	'.circleci/config.yml',
	'azure-pipelines.yml',
	'bitbucket-pipelines.yml',
	'.drone.yml',
	'.woodpecker.yml',
	'.buildkite',
	'.travis.yml',
];
const CONTAINERS: readonly string[] = [
	'Dockerfile',
	'Containerfile',
	'compose.yaml',
	'compose.yml',
	'docker-compose.yml',
	'docker-compose.yaml',
	'Chart.yaml',
	'helm',
	'k8s',
	'kubernetes',
	'kustomization.yaml',
];
const MIGRATIONS: readonly string[] = [
	'migrations',
	'db/migrate',
	'db/migrations',
	'prisma/migrations',
	'alembic/versions',
	'sql/migrations',
	'src/migrations',
	'database/migrations',
	'priv/repo/migrations',
];
/** Best first: a name that says only "alive" comes after one that says "well". */
const HEALTH = ['/healthz', '/health', '/api/health', '/readyz', '/ready', '/livez', '/_health', '/status', '/ping'];
const SOURCE = /\.(?:[cm]?[jt]sx?|go|rs|py|rb|java|kt|php|exs?|cs)$|(?:^|\/)(?:Dockerfile|Containerfile)$/;
const MOST_SOURCES = 400;

async function present(look: Look, paths: readonly string[]): Promise<string[]> {
	const found: string[] = [];
	for (const path of paths) if (await look.has(path)) found.push(path);
	return found;
}

async function findHealth(look: Look): Promise<{path: string; from: Safe} | undefined> {
	let best: {rank: number; path: string; from: Safe} | undefined;
	for (const file of await look.walk(
		(path) => SOURCE.test(path) && !/(?:^|\/)tests?\/|[._]test\./.test(path),
		MOST_SOURCES,
	)) {
		const text = await look.text(file);
		for (const [rank, path] of HEALTH.entries()) {
			if (best && best.rank <= rank) break;
			// As a whole quoted word, or at the end of an address in a Dockerfile's HEALTHCHECK.
			const at = ['"', "'", '`'].map((q) => text.indexOf(`${q}${path}${q}`)).filter((i) => i >= 0);
			const checked = /HEALTHCHECK[^\n]*/.exec(text)?.[0].includes(path) ? [text.indexOf(path)] : [];
			const first = [...at, ...checked].sort((a, b) => a - b)[0];
			if (first === undefined) continue;
			best = {rank, path, from: safe(`${file}:${text.slice(0, first).split('\n').length}`)};
		}
	}
	return best && {path: best.path, from: best.from};
}

/** The longest-lived branch is the base; work waits on the one beside it. */
function chooseBranches(local: readonly string[], current?: string, remoteDefault?: string): Detected['branches'] {
	const base =
		['main', 'master', 'trunk', remoteDefault].find((name) => name !== undefined && local.includes(name)) ??
		remoteDefault ??
		current ??
		'main';
	const dev = ['develop', 'dev', 'development', 'next', 'staging', 'integration'].find(
		(name) => name !== base && local.includes(name),
	);
	return {base, ...(dev === undefined ? {} : {dev}), ...(current === undefined ? {} : {current})};
}

/** The project's own name, else the folder's. */
async function nameOf(look: Look, root: string): Promise<string> {
	const manifest = await look.json('package.json');
	const declared = isObject(manifest) && typeof manifest.name === 'string' ? manifest.name : '';
	const module = /^module\s+(\S+)/m
		.exec(await look.text('go.mod'))?.[1]
		?.split('/')
		.at(-1);
	const crate = /^name\s*=\s*"([^"]+)"/m.exec(await look.text('Cargo.toml'))?.[1];
	const name = declared || module || crate || basename(root);
	return safe(name, 80) === name && name.length > 0 && name.length <= 80 ? name : basename(root);
}

/** Commands that could not be shown as they are would be refused by the schema: they are no guess. */
function clean(commands: Commands): Detected['commands'] {
	const good = (guess: Guess | undefined): guess is Guess =>
		guess !== undefined && safe(guess.command) === guess.command;
	const {install, build, start, migrate} = commands;
	return {
		...(good(install) ? {install} : {}),
		...(good(build) ? {build} : {}),
		...(good(start) ? {start} : {}),
		...(good(migrate) ? {migrate} : {}),
		test: Object.fromEntries(Object.entries(commands.test).filter(([, guess]) => good(guess))),
	};
}

function documentOf(seen: Omit<Detected, 'document' | 'project'>): ProjectDocument {
	const {install, build, start, migrate, test} = seen.commands;
	const single = Object.entries({install, build, start, migrate}).flatMap(([name, guess]) =>
		guess === undefined ? [] : [[name, guess.command] as const],
	);
	const {base, dev} = seen.branches;
	return {
		schemaVersion: 1,
		name: seen.name,
		branches: {base, ...(dev === undefined ? {} : {dev})},
		commands: {
			...Object.fromEntries(single),
			test: Object.fromEntries(Object.entries(test).map(([name, guess]) => [name, guess.command])),
		},
		...(seen.health === undefined ? {} : {health: {path: seen.health.path}}),
		port: 8080,
		...(seen.envFile === undefined ? {} : {envFile: seen.envFile}),
	};
}

function projectOf(document: ProjectDocument): Project {
	for (const attempt of [document, {name: document.name}, {}]) {
		const checked = checkProject(attempt, 'project');
		if (checked.ok) return checked.value;
	}
	throw new Error('the schema refuses an empty project');
}

/** Never throws on what it finds; a hostile repository yields fewer guesses, not more. */
export async function detectProject(root: string): Promise<Detected> {
	const look = lookAround(root);
	const branches = await readBranches(root);
	const manifest = await look.json('package.json');
	const languages: string[] = [];
	for (const [language, files] of LANGUAGES) if (await look.first(files)) languages.push(language);
	const manager = await packageManager(look, manifest);
	const health = await findHealth(look);
	const migrations = await look.first(MIGRATIONS);
	const seen = {
		name: await nameOf(look, root),
		repository: branches !== undefined,
		branches: chooseBranches(branches?.local ?? [], branches?.current, branches?.remoteDefault),
		languages,
		...(manager === undefined ? {} : {packageManager: manager}),
		commands: clean(await guessCommands(look)),
		...(health === undefined ? {} : {health}),
		...(migrations === undefined ? {} : {migrations}),
		ci: await present(look, CI),
		containers: await present(look, CONTAINERS),
		...((await look.has('.env')) ? {envFile: '.env'} : {}),
	};
	const document = documentOf(seen);
	return {...seen, document, project: projectOf(document)};
}
