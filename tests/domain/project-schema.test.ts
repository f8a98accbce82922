// Room: tests. What orchestra.json may say, and what a person reads when it says something else.

import {expect, test} from 'vitest';
import {DEFAULT_WEIGHTS} from '../../src/domain/advice/factors.ts';
import {DEFAULT_AI} from '../../src/domain/ai.ts';
import {keyFor} from '../../src/domain/config-keys.ts';
import {
	checkProject,
	isInsidePath,
	isSafeRefName,
	PROJECT_KEYS,
	parseProject,
} from '../../src/domain/project-schema.ts';
import fc from '../kit/check.ts';

const problems = (document: unknown) => {
	const checked = checkProject(document, 'shop');
	return checked.ok ? [] : checked.problems;
};
const only = (document: unknown) => problems(document).join('\n');

test('an empty object is a whole project: every key has a default', () => {
	expect(parseProject('{}', 'shop')).toEqual({
		ok: true,
		warnings: [],
		value: {
			schemaVersion: 1,
			name: 'shop',
			branches: {base: 'main'},
			commands: {test: {}},
			health: {path: '/health', withinSeconds: 60, inARow: 2},
			port: 8080,
			target: 'local',
			tag: 'v{version}',
			afterPromotion: 'ask',
			env: {},
			ai: DEFAULT_AI,
			windows: [],
			freeze: [],
			risk: {weights: DEFAULT_WEIGHTS},
		},
	});
});

test('windows, freezes and weights are said with their place, what they must be, and an example', () => {
	const window = (more: object) => ({windows: [{days: ['mon'], from: '09:00', to: '16:00', ...more}]});
	expect(problems({...window({}), freeze: [{from: '2026-12-20', to: '2027-01-06T12:00', reason: 'x'}]})).toEqual([]);
	expect(problems(window({from: '22:00', to: '04:00'}))).toEqual([]);
	expect(only(window({from: '9:00'}))).toContain('windows[0].from: found "9:00" (no time of day); it must be');
	expect(only(window({to: '24:01'}))).toContain('HH:MM, 24:00 included');
	expect(only(window({to: '09:00'}))).toContain('it closes when it opens');
	expect(only(window({days: ['Monday']}))).toContain('windows[0].days[0]: found "Monday"; it must be one of sun, mon');
	expect(only(window({days: []}))).toContain('windows[0].days');
	expect(only({freeze: [{from: '2026-02-30', to: '2026-03-01'}]})).toContain('no such day');
	expect(only({freeze: [{from: '2026-12-20', to: '2026-12-19'}]})).toContain('it ends before it begins');
	expect(only({freeze: [{from: '2026-12-20T10:00', to: '2026-12-20T10:00'}]})).toContain('it ends before it begins');
	expect(only({timeZone: 'Vienna'})).toContain('Example: "timeZone": "Europe/Vienna"');
	expect(only({risk: {weights: {history: -1}}})).toContain(
		'risk.weights.history: found -1; it must be a number from 0',
	);
	const none = Object.fromEntries(Object.keys(DEFAULT_WEIGHTS).map((name) => [name, 0]));
	expect(only({risk: {weights: none}})).toContain('all seven are 0');
});

test('a suite may be the command alone', () => {
	const checked = checkProject({commands: {test: {unit: 'npm test', load: {command: 'k6', required: false}}}}, 'x');
	expect(checked.ok && checked.value.commands.test).toEqual({
		unit: {command: 'npm test', required: true, timeoutSeconds: 600},
		load: {command: 'k6', required: false, timeoutSeconds: 600},
	});
});

test('a mistake names the key, what was found, what is allowed, and an example', () => {
	expect(problems({port: '80'})).toEqual([
		'port: found "80"; it must be a whole number from 1 to 65535. Example: "port": 8080',
	]);
	expect(problems({commands: {test: {unit: {command: 'x', timeoutSeconds: 0}}}})).toEqual([
		'commands.test.unit.timeoutSeconds: found 0; it must be a number from 1 to 86400. Example: "timeoutSeconds": 600',
	]);
	// A name that somebody gave may have a dot itself.
	expect(only({regenerate: {'package-lock.json': true}})).toContain(
		'regenerate.package-lock.json: found true; it must be a command on one line, up to 4,000 characters, or false. Example: "package-lock.json": ',
	);
	expect(problems([])).toEqual(['The file holds a list; it must be an object: { … }']);
});

test('all mistakes are told at once', () => {
	expect(problems({port: 0, health: {path: 'x'}, afterPromotion: 'maybe'})).toHaveLength(3);
});

test.each([0, -1, 65_536, 1.5, '8080', null])('port %j is refused, not clamped', (port) => {
	expect(only({port})).toContain('from 1 to 65535');
});

test('an unknown key is a warning with the key that was probably meant', () => {
	const checked = checkProject({prot: 1, build: 'make', commands: {biuld: 'x'}, zebra: 1, $schema: 'x'}, 'x');
	expect(checked.ok).toBe(true);
	expect(checked.warnings).toEqual([
		'prot is not a key Orchestra knows: did you mean port? It is kept and has no effect',
		'build is not a key Orchestra knows: did you mean commands.build? It is kept and has no effect',
		'commands.biuld is not a key Orchestra knows: did you mean commands.build? It is kept and has no effect',
		'zebra is not a key Orchestra knows: it is kept and has no effect',
	]);
});

test('a tag holds {version} once and is a name git allows', () => {
	for (const tag of ['v{version}', 'shop/{version}', '{version}-rc']) expect(only({tag})).toBe('');
	for (const tag of [
		'v1',
		'{version}{version}',
		'-{version}',
		'a b{version}',
		'{version}.lock',
		'x..{version}',
		'../{version}',
	])
		expect(only({tag})).toContain('tag: found');
});

test('a branch name that could be an option or a revision expression is refused', () => {
	for (const base of [
		'--upload-pack=x',
		'-x',
		'a..b',
		'a b',
		'x^{tree}',
		'a~1',
		'main:file',
		'',
		'@',
		'a\u0007',
		'.x',
		'x/.y',
	])
		expect(only({branches: {base}}), base).toContain('branches.base');
	for (const base of ['main', 'release/2.x', 'feature/a_b-c', 'größe']) expect(only({branches: {base}})).toBe('');
});

test('a command that would look different on the trust screen than it is, is refused', () => {
	for (const build of ['make\u001b[2K', 'make\nrm -rf x', 'make \u202egnp', 'make\u200b', ''])
		expect(only({commands: {build}}), JSON.stringify(build)).toContain('commands.build');
	expect(only({commands: {build: 'make "größe" && ./x'}})).toBe('');
});

test('paths stay inside the repository', () => {
	for (const envFile of ['../x', '/etc/passwd', 'a/../../b', '~/x', 'C:\\x', '.git/config', 'a/.GIT/x', ''])
		expect(only({envFile}), envFile).toContain('envFile');
	for (const envFile of ['.env', 'config/prod.env']) expect(only({envFile})).toBe('');
});

test('names that Orchestra sets itself are refused in env', () => {
	for (const name of ['PORT', 'GIT_DIR', 'NODE_OPTIONS', 'ORCHESTRA_X', '1A', 'A-B'])
		expect(only({env: {[name]: 'x'}}), name).toContain(`the name "${name}"`);
	expect(only({env: {LOG_LEVEL: 'info', constructor: 'x'}})).toBe('');
});

test('a health path starts with one slash and has no spaces', () => {
	for (const path of ['health', '//evil', '/a b', '/a\r\nX: y', 'http://x/'])
		expect(only({health: {path}})).toContain('health.path');
});

test('nothing that is JSON makes it throw', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (document) => {
			checkProject(document, 'x');
		}),
	);
	const near = fc.record(
		Object.fromEntries(
			[...new Set(PROJECT_KEYS.map((key) => key.path.split('.')[0] ?? ''))].map((name) => [name, fc.jsonValue()]),
		),
		{requiredKeys: []},
	);
	fc.assert(
		fc.property(near, (document) => {
			checkProject(document, 'x');
		}),
	);
});

test('names accepted as references and paths never escape', () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			if (isSafeRefName(text)) expect(/^-|\.\.|[\s:~^\\]/.test(text)).toBe(false);
			if (isInsidePath(text)) expect(text.startsWith('/') || text.split('/').includes('..')).toBe(false);
		}),
	);
});

test('every example in the list of keys is itself accepted', () => {
	for (const key of PROJECT_KEYS) {
		const names = key.path.replaceAll('*', 'unit').split('.');
		const document = names.reduceRight<unknown>((inner, name) => ({[name]: inner}), key.example);
		const whole = ['required', 'timeoutSeconds', 'report'].includes(names.at(-1) ?? '')
			? {commands: {test: {unit: {command: 'x', [names.at(-1) ?? '']: key.example}}}}
			: document;
		expect(only(whole), key.path).toBe('');
	}
});

test('a concrete path finds its key', () => {
	expect(keyFor(PROJECT_KEYS, 'env.LOG')?.path).toBe('env.*');
	expect(keyFor(PROJECT_KEYS, 'commands.test.unit.required')?.kind).toBe('yes or no');
	expect(keyFor(PROJECT_KEYS, 'commands.nope')).toBeUndefined();
});
