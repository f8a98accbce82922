// Room: domain. The schema of orchestration/orchestra.json: what each key means, its limits and its default. The table in
// the guide, `orchestra config` and every error message are made from it.

import {z} from 'zod';
import {settings} from './advice/settings-schema.ts';
import {DEFAULT_AI} from './ai.ts';
import {type Checked, checkText, checkValue, type Key, type KeyDoc, keyDocs, keysOf} from './config-keys.ts';
import type {Project} from './project.ts';
import {safe} from './safe.ts';

function key<S extends z.ZodType>(schema: S, doc: KeyDoc): S {
	keyDocs.add(schema, doc);
	return schema;
}

/** Text that looks on the trust screen exactly as it is: nothing invisible can hide in it. */
const plain = (text: string) => text === safe(text, 10_000);

/** What git accepts as a branch or tag name, and nothing that an option or a path trick could be made of. */
export function isSafeRefName(name: string): boolean {
	if (name.length === 0 || name.length > 200 || !plain(name)) return false;
	if (/[\s~^:?*[\\]|\.\.|@\{|\/\//.test(name) || /^[-/.@]$|^[-/]|[/.]$/.test(name)) return false;
	return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** A path below the repository: relative, without `..`, and not inside `.git`. */
export function isInsidePath(path: string): boolean {
	if (path.length === 0 || path.length > 500 || !plain(path) || /^[/~]|^[A-Za-z]:|\\/.test(path)) return false;
	const parts = path.split('/');
	return !parts.includes('..') && !parts.some((part) => part.toLowerCase() === '.git');
}

const isPattern = (pattern: string) => isInsidePath(pattern) && (pattern.match(/\*+/g)?.length ?? 0) <= 4;

/** Names that Orchestra sets itself, or that change what runs instead of how: they never reach a command. */
export function isReservedName(name: string): boolean {
	return /^(?:PORT|PATH|ENV|BASH_ENV|NODE_OPTIONS|__proto__)$|^(?:GIT|LD|DYLD|ORCHESTRA|ANTHROPIC)_/.test(name);
}

const text = (limit: number) => z.string().min(1).max(limit).refine(plain, 'it has an invisible or control character');
const refName = z.string().refine(isSafeRefName, 'not a name git allows');

const commandDoc = (what: string, example: string): KeyDoc => ({
	text: what,
	allowed: 'a command on one line, up to 4,000 characters',
	example,
	otherwise: 'not run',
});
const command = (what: string, example: string) => key(text(4000).exactOptional(), commandDoc(what, example));

const seconds = (min: number, max: number, fallback: number, what: string) =>
	key(z.number().min(min).max(max).default(fallback), {
		text: what,
		allowed: `a number from ${min} to ${max}`,
		example: fallback,
		unit: 's',
	});

const dollars = (fallback: number, what: string) =>
	key(z.number().min(0).max(10_000).default(fallback), {
		text: what,
		allowed: 'a number from 0 to 10000',
		example: fallback,
		unit: '$',
	});

const suite = z.object({
	command: key(text(4000), {...commandDoc('The command of this suite', 'npm run test:unit'), otherwise: 'required'}),
	required: key(z.boolean().default(true), {
		text: 'Whether a red result closes production',
		allowed: 'true or false',
		example: false,
	}),
	timeoutSeconds: seconds(1, 86_400, 600, 'Time after which the suite is stopped and counts as failed'),
	report: key(z.string().refine(isInsidePath, 'it must stay inside the release').exactOptional(), {
		text: 'A file the command writes its results to (JUnit XML, CTRF, TAP, jest), when it does not print them',
		allowed: 'a path inside the release, relative to it',
		example: 'reports/junit.xml',
		otherwise: 'what it prints is read',
	}),
});

const NAMES_ENV = z
	.string()
	.regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'letters, digits and _ only')
	.refine((name) => !isReservedName(name), 'Orchestra sets this one itself or never passes it on');

const projectSchema = z.object({
	schemaVersion: key(z.literal(1).default(1), {text: 'Version of this file’s format', allowed: '1', example: 1}),
	name: key(text(80).default(''), {
		text: 'What the project is called on screens and in reports',
		allowed: 'a text of 1 to 80 characters',
		example: 'shop',
		otherwise: 'the folder’s name',
	}),
	branches: key(
		z
			.object({
				base: key(refName.default('main'), {
					text: 'The branch that says what is released',
					allowed: 'a branch name',
					example: 'main',
				}),
				dev: key(refName.exactOptional(), {
					text: 'The branch whose work waits to be released',
					allowed: 'a branch name',
					example: 'develop',
					otherwise: 'the branch that is checked out, else develop or dev',
				}),
			})
			.prefault({}),
		{text: 'The two branches', allowed: 'an object with base and dev', example: {base: 'main', dev: 'develop'}},
	),
	commands: key(
		z
			.object({
				install: command('Fetches dependencies, in the folder of the release', 'npm ci'),
				build: command('Builds the release', 'npm run build'),
				start: key(text(4000).exactOptional(), {
					...commandDoc('Starts the service: it listens on 127.0.0.1 at the port in PORT', 'node server.js'),
					otherwise: 'stages 1 to 4 work, production is refused',
				}),
				migrate: command('Migrates the database, once, before the new version starts', 'npm run migrate'),
				test: key(
					z
						.record(
							z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'letters, digits, dot, dash and _, up to 40'),
							key(
								z.preprocess((value) => (typeof value === 'string' ? {command: value} : value), suite),
								{
									text: 'A test suite: the command alone, or an object',
									allowed: 'a command, or an object with command, required and timeoutSeconds',
									example: 'npm test',
								},
							),
						)
						.default({}),
					{
						text: 'Test suites by name: unit, integration, smoke, performance, security, or any other',
						allowed: 'an object of suites by name',
						example: {unit: 'npm test'},
					},
				),
			})
			.prefault({}),
		{
			text: 'What runs, by /bin/sh, once you have trusted it',
			allowed: 'an object of commands',
			example: {build: 'make'},
		},
	),
	health: key(
		z
			.object({
				path: key(
					text(500)
						.refine((path) => /^\/[!-~]*$/.test(path) && !path.startsWith('//'), 'it starts with one /')
						.default('/health'),
					{
						text: 'Where the service answers 2xx when it is well',
						allowed: 'a path that starts with /, without spaces',
						example: '/healthz',
					},
				),
				withinSeconds: seconds(1, 3600, 60, 'Time a new version has to become healthy'),
				inARow: key(z.number().int().min(1).max(100).default(2), {
					text: 'Good answers in a row that make it healthy',
					allowed: 'a whole number from 1 to 100',
					example: 2,
					unit: 'probes',
				}),
			})
			.prefault({}),
		{text: 'How a healthy service is recognised', allowed: 'an object', example: {path: '/healthz'}},
	),
	port: key(z.number().int().min(1).max(65_535).default(8080), {
		text: 'The front door: where people reach the service through the gateway',
		allowed: 'a whole number from 1 to 65535',
		example: 8080,
	}),
	target: key(
		z
			.string()
			.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/)
			.default('local'),
		{text: 'Where it is deployed to', allowed: 'the name of a target', example: 'local'},
	),
	strategy: key(
		z
			.string()
			.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/)
			.exactOptional(),
		{
			text: 'The rollout to use',
			allowed: 'the name of a strategy: canary, blue-green, graduated, or a file in orchestration/strategies',
			example: 'canary',
			otherwise: 'chosen by risk',
		},
	),
	tag: key(
		z
			.string()
			.refine((tag) => tag.split('{version}').length === 2, 'it must contain {version} once')
			.refine((tag) => isSafeRefName(tag.replace('{version}', '1.2.3')), 'not a name git allows for a tag')
			.default('v{version}'),
		{text: 'The tag of a release', allowed: 'a tag name that contains {version}', example: 'v{version}'},
	),
	afterPromotion: key(z.enum(['ask', 'always', 'never']).default('ask'), {
		text: 'Whether to move the base branch and tag it after a promotion',
		allowed: '"ask", "always" or "never"',
		example: 'always',
	}),
	env: key(
		z
			.record(
				NAMES_ENV,
				key(
					z
						.string()
						.max(10_000)
						.refine((value) => !value.includes('\0'), 'it has a zero character'),
					{text: 'A variable', allowed: 'a text of up to 10,000 characters', example: 'info'},
				),
			)
			.default({}),
		{
			text: 'Variables of the service and its tests. No secrets: this file is committed',
			allowed: 'an object of texts by NAME',
			example: {LOG_LEVEL: 'info'},
		},
	),
	envFile: key(z.string().refine(isInsidePath, 'it must stay inside the repository').exactOptional(), {
		text: 'A file of NAME=value lines, never committed, journalled or shown',
		allowed: 'a path inside the repository, relative to it',
		example: '.env',
		otherwise: 'none',
	}),
	regenerate: key(
		z
			.record(
				z.string().refine(isPattern, 'a path inside the repository, with at most four *'),
				key(z.union([text(4000), z.literal(false)]), {
					text: 'How the generated files at this path are made anew for a release that mixes their changes: a command, run at the top of the release, or false for never',
					allowed: 'a command on one line, up to 4,000 characters, or false',
					example: 'npm ci && npm run codegen',
				}),
			)
			.exactOptional(),
		{
			text: 'Commands that make generated files anew, by path; `*` stands for any name and `**/` for any folders',
			allowed: 'an object of commands by path',
			example: {'src/api/**/*.gen.ts': 'npm ci && npm run codegen'},
			otherwise: 'lock files by their package manager',
		},
	),
	ai: key(
		z
			.object({
				enabled: key(z.enum(['auto', 'on', 'off']).default(DEFAULT_AI.enabled), {
					text: 'Whether Claude reads what waits. auto: when there are credentials and a person here has allowed it. on: allowed by this file, once it is trusted',
					allowed: '"auto", "on" or "off"',
					example: 'off',
				}),
				model: key(
					z
						.string()
						.regex(/^[A-Za-z0-9][A-Za-z0-9._@:/-]{0,99}$/)
						.default(DEFAULT_AI.model),
					{
						text: 'The model that is asked',
						allowed: 'the name of a model',
						example: 'claude-sonnet-5-5',
					},
				),
				caps: key(
					z
						.object({
							perRun: dollars(DEFAULT_AI.caps.perRun, 'Most that one deployment may cost'),
							perDay: dollars(DEFAULT_AI.caps.perDay, 'Most that a day (UTC) may cost'),
							perMonth: dollars(DEFAULT_AI.caps.perMonth, 'Most that a month (UTC) may cost'),
							callsPerDay: key(z.number().int().min(0).max(10_000).default(DEFAULT_AI.caps.callsPerDay), {
								text: 'Most requests in a day (UTC)',
								allowed: 'a whole number from 0 to 10000',
								example: 10,
								unit: 'requests',
							}),
						})
						.prefault({}),
					{text: 'What Claude may cost here', allowed: 'an object of caps', example: {perDay: 1}},
				),
				prices: key(
					z
						.record(
							z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@:/-]{0,99}$/),
							key(z.object({input: z.number().min(0).max(10_000), output: z.number().min(0).max(10_000)}), {
								text: 'What a model costs: input and output',
								allowed: 'an object with the numbers input and output',
								example: {input: 2, output: 10},
								unit: '$ per million tokens',
							}),
						)
						.default({}),
					{
						text: 'Prices by model, where they differ from the built-in ones',
						allowed: 'an object of prices by model',
						example: {'claude-sonnet-5-5': {input: 2, output: 10}},
					},
				),
			})
			.prefault({}),
		{text: 'Claude as a second reader', allowed: 'an object', example: {enabled: 'off'}},
	),
	...settings,
}) satisfies z.ZodType<Project>;

export const PROJECT_KEYS: readonly Key[] = keysOf(projectSchema);

/** @param name what to call the project when the file does not say. */
export function parseProject(source: string, name: string): Checked<Project> {
	return named(checkText(projectSchema, source), name);
}

export function checkProject(value: unknown, name: string): Checked<Project> {
	return named(checkValue(projectSchema, value), name);
}

function named(checked: Checked<Project>, name: string): Checked<Project> {
	if (!checked.ok || checked.value.name !== '') return checked;
	return {...checked, value: {...checked.value, name: safe(name, 80) || 'project'}};
}
