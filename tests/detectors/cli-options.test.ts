// Room: tests. Command lines: what each library calls an option, what goes, what only moves.

import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/cli-options.ts';
import fc from '../kit/check.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, removed: string, added = '') => {
	const one = patch(path, added, removed);
	return detector.detect(changeOf(one), [one]).map(({severity, rule, object}) => `${severity} ${rule} ${object}`);
};

const CASES: Record<string, {fires: [string, string]; silent: [string, string]}> = {
	'cli-option-removed': {
		fires: [".option('--port <n>', 'where')", ''],
		silent: [".option('--port <n>', 'where')", ".option('--port <n>', 'on which port')"],
	},
	'cli-option-letter-removed': {
		fires: [".option('-p, --port <n>', 'where')", ".option('--port <n>', 'where')"],
		silent: [".option('-p, --port <n>', 'where')", ".option('-p, --listen <n>', 'where')"],
	},
	'cli-option-renamed': {
		fires: [
			".option('--port <n>', 'where the service listens')",
			".option('--listen <n>', 'where the service listens')",
		],
		silent: [
			".option('--port <n>', 'where the service listens')",
			".option('--listen <n>', 'how the service shall listen')",
		],
	},
	'cli-option-became-required': {
		fires: [".option('--port <n>', 'where')", ".requiredOption('--port <n>', 'where')"],
		silent: ['', ".requiredOption('--port <n>', 'where')"],
	},
	'cli-command-removed': {
		fires: [".command('serve <dir>')", ''],
		silent: [".command('serve <dir>')", ".command('serve [dir]')"],
	},
	'cli-command-renamed': {
		fires: [
			".command('serve <dir>').description('serves a folder')",
			".command('host <dir>').description('serves a folder')",
		],
		silent: [".command('serve')", ".command('host')"],
	},
};

describe('every rule fires on its pair and is silent on a near miss', () => {
	test('none is without', () => expect(Object.keys(CASES).sort()).toEqual(detector.rules.map(({id}) => id).sort()));
	test.each(Object.entries(CASES))('%s', (id, {fires, silent}) => {
		const rules = (pair: [string, string]) => look('src/cli.ts', ...pair).map((one) => one.split(' ')[1]);
		expect(rules(fires)).toContain(id);
		expect(rules(silent)).not.toContain(id);
	});
});

test.each([
	['src/cli.ts', "program\n\t.addOption(\n\t\tnew Option('--port <n>', 'x'),\n\t)"],
	['bin/run.js', '.option("port", {alias: "p", type: "number"})'],
	['cmd/serve.go', 'cmd.Flags().IntVarP(&opts.port, "port", "p", 80, "where")'],
	['cmd/serve.go', 'port := flag.Int("port", 80, "where")'],
	['src/cli.rs', '#[arg(short, long = "port")]'],
	['src/main.rs', '.arg(Arg::new("port").long("port"))'],
	['app/cli.py', "parser.add_argument('-p', '--port', type=int)"],
	['app/cli.py', '@click.option("--port", default=80)'],
])('in %s an option is %s', (path, text) => {
	expect(look(path, text)).toContain('danger cli-option-removed --port');
});

test('an option that moves to another file of the change is still taken', () => {
	const text = ".option('--port <n>', 'where')";
	const [from, to] = [patch('src/cli.ts', '', text), patch('src/commands/serve.ts', text)];
	expect(detector.detect(changeOf(from, to), [from, to])).toEqual([]);
});

test('one of two commands that had it loses it', () => {
	const text = ".option('--port <n>', 'where')";
	expect(look('src/cli.ts', `${text}\n${text}`, text)).toEqual(['danger cli-option-removed --port']);
});

test('it wants command lines that are shipped', () => {
	expect(
		['src/cli.ts', 'cmd/argocd/main.go', 'packages/cli/src/config/config.ts', 'src/main.rs'].filter(
			(path) => !detector.wants(path),
		),
	).toEqual([]);
	expect(
		['src/user.ts', 'scripts/cli.ts', 'src/cli.test.ts', 'README.md', 'hack/cmd/main.go'].filter((path) =>
			detector.wants(path),
		),
	).toEqual([]);
});

test('any lines at all are read without harm, and nothing is found where nothing changed', () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof(fc.string(), fc.constantFrom(".option('--a'", '.command("', 'flag.String("a"', '`')), {
				maxLength: 20,
			}),
			(lines) => {
				const text = lines.join('\n');
				expect(look('src/cli.ts', text, text)).toEqual([]);
				look('cmd/a.go', text);
			},
		),
	);
});
