// Room: tests. `.ci/run` with a stand-in for npm: whatever happens, the last line can be read and the exit code is right.

import {spawnSync} from 'node:child_process';
import {chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {tempFolder} from '../kit/temp.ts';

const SCRIPT = resolve(import.meta.dirname, '../../.ci/run');

/** @param npm the body of a shell script that gets npm's arguments. */
function ci(npm: string, path = '/usr/bin:/bin') {
	const root = tempFolder();
	mkdirSync(join(root, '.ci'));
	mkdirSync(join(root, 'bin'));
	copyFileSync(SCRIPT, join(root, '.ci/run'));
	chmodSync(join(root, '.ci/run'), 0o755);
	writeFileSync(join(root, 'bin/npm'), `#!/bin/sh\necho "$*" >>calls\n${npm}\n`, {mode: 0o755});
	const ran = spawnSync('bash', [join(root, '.ci/run')], {
		cwd: '/',
		encoding: 'utf8',
		env: {PATH: `${join(root, 'bin')}:${path}`, TMPDIR: root},
	});
	const lines = ran.stdout.trimEnd().split('\n');
	const calls = () => readFileSync(join(root, 'calls'), 'utf8').trimEnd().split('\n');
	return {status: ran.status, out: ran.stdout, last: lines.at(-1), calls};
}

test('it installs, releases the demo, runs the tests with all engines required, and ends with their closing line', () => {
	const {status, last, calls, out} = ci(`case "$*" in
ci) echo installed;;
*demo*) for i in $(seq 100); do echo "demo line $i"; done;;
*test*) echo "engines $ORCHESTRA_REQUIRE_ENGINES"; echo; echo '3 passed, 0 failed, 1 skipped';;
esac`);
	expect(status).toBe(0);
	expect(last).toBe('3 passed, 0 failed, 1 skipped');
	expect(calls()).toEqual(['ci', 'run --silent demo', 'test --silent']);
	expect(out).toContain('engines 1');
	expect(out).toContain('demo line 100');
	expect(out).not.toContain('demo line 50');
});

test('red tests give their own exit code and their own last line', () => {
	const {status, last} = ci(`case "$*" in *test*) echo '2 passed, 1 failed, 0 skipped'; exit 7;; esac`);
	expect([status, last]).toEqual([7, '2 passed, 1 failed, 0 skipped']);
});

test('a demo that does not end promoted is shown whole and ends the run', () => {
	const {status, last, out, calls} = ci(`case "$*" in
*demo*) for i in $(seq 100); do echo "demo line $i"; done; exit 3;;
*test*) echo '9 passed, 0 failed, 0 skipped';;
esac`);
	expect([status, last]).toEqual([3, '0 passed, 1 failed, 0 skipped']);
	expect(out).toContain('demo line 1\n');
	expect(calls()).not.toContain('test --silent');
});

test('when lint or types stop it before the tests, the last line is still there', () => {
	const {status, last} = ci(`case "$*" in *test*) echo 'src/x.ts: error'; exit 2;; esac`);
	expect([status, last]).toEqual([2, '0 passed, 1 failed, 0 skipped']);
});

test('tests that end well without saying how many there were are not believed', () => {
	const {status, last} = ci('true');
	expect([status, last]).toEqual([1, '0 passed, 1 failed, 0 skipped']);
});

test('an install that fails ends the run', () => {
	const {status, last} = ci('exit 5');
	expect([status, last]).toEqual([5, '0 passed, 1 failed, 0 skipped']);
});
