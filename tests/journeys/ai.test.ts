// The real command with a model at the other end, good or owned by an attacker: what is sent and when, that a person's yes is
// needed for it, and that the worst model makes a release more careful and nothing else.

import {chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {expect, test} from 'vitest';
import {BUCKETS} from '../../src/domain/feature.ts';
import {corpus} from '../hostile/corpus.ts';
import {fakeAi, hijacked, KEY, nothing, says} from '../kit/fake-ai.ts';
import {BIN, type Ran, type TestProject, testProject} from '../kit/project.ts';
import {openScreen} from '../kit/screen.ts';
import {tempFolder} from '../kit/temp.ts';

const OBEYED =
	/[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;
const WORDS =
	'ok \u001b[2J\u001b]0;PWNED\u0007 \u202e <script>pwn()</script> [x](http://evil.example/) ![y](http://evil.example/z) $(touch MARK) `touch MARK`';

interface Line {
	readonly id: string;
	readonly title: string;
	readonly bucket: string;
	readonly risk: number;
	readonly why?: string;
}

function deaf({stdout, stderr}: Ran): void {
	expect((stdout + stderr).match(OBEYED)).toBeNull();
}

function features({stdout}: Ran): readonly Line[] {
	const events = stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
	return events.findLast((event) => event.type === 'features.found' && event.features[0]?.bucket).features;
}

/** Programs that nobody but an attacker would start: whoever does leaves a mark. Git is let through, and counted on. */
function traps() {
	const [folder, marks] = [tempFolder(), tempFolder()];
	const trap = join(folder, 'trap');
	writeFileSync(trap, `#!/bin/sh\n: > "${marks}/$(basename "$0")"\nexit 1\n`);
	chmodSync(trap, 0o755);
	for (const name of 'sh bash zsh curl wget touch rm nc ssh python3 perl open xdg-open gpg vi less env'.split(' '))
		symlinkSync(trap, join(folder, name));
	return {path: `${folder}${delimiter}${process.env.PATH}`, mark: join(marks, 'mark'), marks: () => readdirSync(marks)};
}

async function hostile(): Promise<TestProject & {mark: string; path: string; marks: () => readonly string[]}> {
	const project = await testProject();
	const trap = traps();
	const around = {oid: project.git('rev-parse', 'dev~1'), subject: 'fix(answer): say it better'};
	const cases = corpus({critical: around, other: around, mark: trap.mark});
	// Every third: a long list takes its time, and all of them are looked at one by one elsewhere.
	const some = cases.filter(({hostile: {subject, body}}, i) => i % 3 === 0 && `${subject}${body}`.length < 5000);
	for (const [
		i,
		{
			hostile: {subject, body},
		},
	] of some.entries())
		project.commit(subject.replaceAll('\0', ''), {[`features/${i}.js`]: `${i}\n`}, body === undefined ? {} : {body});
	return {...project, ...trap};
}

test('a hijacked model over a hostile history: more careful, nothing started, nothing obeyed, and the release still goes', async () => {
	const project = await hostile();
	const ai = await fakeAi(hijacked(WORDS.replaceAll('MARK', project.mark)));
	const env = {...ai.env, PATH: project.path};
	// A key alone is no yes, and --yes is none either.
	const plan = ['deploy', '--plan', '--json'];
	const alone = await project.orchestra([...plan, '--yes'], env);
	expect(alone).toMatchObject({exit: 0});
	expect(ai.seen).toEqual([]);
	const rules = new Map(features(alone).map((line) => [line.id, line]));
	expect(rules.size).toBeGreaterThan(12);

	const allowed = await project.orchestra(['config', 'set', 'ai.enabled', 'on'], env);
	expect(allowed.stdout).toContain('deploy --ai-preview');
	expect((await project.orchestra(['doctor'], env)).stdout).toMatch(
		new RegExp(`ok +Claude +on: .* at ${ai.url}, with ANTHROPIC_API_KEY`),
	);
	const read = await project.orchestra(plan, env);
	expect(read, read.stderr).toMatchObject({exit: 0});
	deaf(read);
	expect(read.stdout).toContain('Claude (claude-haiku-5-5) read');
	expect(ai.seen).toHaveLength(1);
	expect(ai.wrong).toEqual([]);
	const after = features(read);
	expect(after.map(({id}) => id).sort()).toEqual([...rules.keys()].sort());
	for (const {id, bucket, risk} of after) {
		const was = rules.get(id);
		expect(BUCKETS.map(String).indexOf(bucket)).toBeGreaterThanOrEqual(BUCKETS.map(String).indexOf(was?.bucket ?? ''));
		expect(risk).toBeGreaterThanOrEqual(was?.risk ?? 1);
	}
	// Asked again: the same, from the cache; in words for people, too.
	const lines = await project.orchestra(['deploy', '--plan'], env);
	deaf(lines);
	expect(lines.stdout).not.toContain('evil.example/');
	expect(ai.seen).toHaveLength(1);
	expect(project.marks()).toEqual([]);

	// Through to production: gates, trust and the person's choice are what they were.
	expect((await project.orchestra(['config', 'set', 'require_staging', 'false'])).exit).toBe(0);
	const held = await project.orchestra(['deploy', '--yes', '--json'], ai.env);
	expect(held.exit).toBe(8);
	await project.orchestra(['abort'], ai.env);
	const ids = after.slice(0, 5).map(({id}) => id);
	const go = ['deploy', '--yes', '--strategy', 'switch', '--select', ids.join(','), '--trust', await project.trust()];
	const shipped = await project.orchestra(go, ai.env);
	expect(shipped, shipped.stdout + shipped.stderr).toMatchObject({exit: 0});
	deaf(shipped);
	const history = join(project.root, 'deployment_memory/history');
	const [id = ''] = readdirSync(history).filter((name) => existsSync(join(history, name, 'report.html')));
	for (const name of readdirSync(join(history, id)).filter((file) => /\.(?:md|html|json|jsonl|log)$/.test(file))) {
		const text = readFileSync(join(history, id, name), 'utf8');
		expect(text.match(OBEYED), name).toBeNull();
		if (/\.(?:md|html)$/.test(name)) expect(text, name).not.toMatch(/(?<!\\)<script>pwn|\]\(http/);
	}
	expect(readFileSync(join(history, id, 'release-plan.md'), 'utf8')).toContain('which nobody has checked: ok');
	expect(project.marks()).toEqual([]);
}, 120_000);

test('a preview sends nothing, needs no key, and shows what a real request then is', async () => {
	const project = await testProject();
	project.commit(
		'fix: a leak',
		{'leak.js': '1\n'},
		{body: `The token was ghp_${'aB3dE6gH9jK2'.repeat(3)}, by jo@example.com.`},
	);
	const keyless = await project.orchestra(['deploy', '--ai-preview']);
	expect(keyless, keyless.stderr).toMatchObject({exit: 0});
	expect(keyless.stdout).toContain('off: no credentials');
	expect(keyless.stdout).toMatch(/\| The token was \[REDACTED:github:1\], by \[email\]\./);
	expect(keyless.stdout).toContain('fix(answer): say it better');
	expect(keyless.stdout).toMatch(/cost +at most \$0\.00\d\d an attempt, 3 attempts/);

	const ai = await fakeAi(nothing);
	const preview = await project.orchestra(['deploy', '--ai-preview', '--json'], ai.env);
	expect(preview).toMatchObject({exit: 0});
	expect(ai.seen).toEqual([]);
	await project.orchestra(['config', 'set', 'ai.enabled', 'on']);
	expect((await project.orchestra(['deploy', '--plan'], ai.env)).exit).toBe(0);
	const plain = (value: unknown) => JSON.stringify(value).replace(/f?[0-9a-f]{16}/g, '#');
	expect(plain(JSON.parse(preview.stdout).request)).toBe(plain(ai.seen[0]?.body));
	expect(preview.stdout).not.toContain(KEY);
}, 60_000);

test('a service that fails is one line, and the plan is the one without it', async () => {
	const project = await testProject();
	const ai = await fakeAi(
		{kind: 'status', status: 529, headers: {'retry-after-ms': '1'}},
		{kind: 'ok', says: says(() => [])},
	);
	await project.orchestra(['config', 'set', 'ai.enabled', 'on']);
	const without = await project.orchestra(['deploy', '--plan', '--json']);
	const off = await project.orchestra(['deploy', '--plan', '--json'], {
		...ai.env,
		ANTHROPIC_API_KEY: 'refused',
		ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
	});
	expect(off.exit).toBe(0);
	expect(off.stdout.match(/AI off: the service cannot be reached/g)).toHaveLength(1);
	expect(features(off)).toEqual(features(without));
	// One failure that passes is tried again, silently.
	const plan = await project.orchestra(['deploy', '--plan'], ai.env);
	expect(plan.stdout).toContain('warned about 0');
	expect(ai.seen).toHaveLength(2);
}, 60_000);

test('on a terminal a person is asked once; Enter is no, and nothing is sent', async () => {
	const project = await testProject();
	const ai = await fakeAi(nothing);
	const options = {cwd: project.root, cols: 120, rows: 40, env: ai.env};
	const screen = openScreen(process.execPath, [BIN, 'deploy', '--strategy', 'switch'], options);
	await screen.waitFor('May Claude read what waits here');
	expect(screen.text()).toContain(ai.url);
	screen.write('\r');
	await screen.waitFor('Enter ship these');
	screen.write('\u0003');
	await screen.exited;
	await project.orchestra(['abort']);
	const again = openScreen(process.execPath, [BIN, 'deploy', '--strategy', 'switch'], options);
	await again.waitFor('Enter ship these');
	again.write('\u0003');
	await again.exited;
	expect(ai.seen).toEqual([]);
	expect((await project.orchestra(['doctor'], ai.env)).stdout).toContain('you said no here');
}, 60_000);
