import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {idsIn} from '../kit/midway.ts';
import {runOrchestra, type TestProject, testProject} from '../kit/project.ts';
import {tempFolder} from '../kit/temp.ts';

/** Every file below the folder with its content, but for .git's own and the caches. */
function snapshot(root: string): Record<string, string> {
	const files: Record<string, string> = {};
	for (const entry of readdirSync(root, {recursive: true, withFileTypes: true})) {
		const path = join(entry.parentPath, entry.name);
		if (entry.isFile() && !path.includes('/.orchestra/')) files[path] = readFileSync(path, 'latin1');
	}
	return files;
}

const remembered = (project: TestProject) => [...idsIn(project, 'current'), ...idsIn(project, 'history')];

test('a wrong word is exit code 2, names what is wrong, and leaves no deployment behind', async () => {
	const project = await testProject();
	const wrong: readonly (readonly [words: readonly string[], says: string])[] = [
		[['--select', 'f-00000000'], 'no feature is called f-00000000'],
		[['--select', 'group join f-00000000,f-00000001'], 'orchestra group'],
		[['--strategy', 'nope'], 'there is no strategy called nope'],
		[['--base', 'mian'], 'no branch or revision called mian'],
		[['--base', '--help-me'], 'no branch or revision called --help-me'],
		[['--dev', 'nope'], 'no branch or revision called nope'],
		[['--until', 'nowhere'], 'nowhere'],
	];
	const faces = [[], ['--plan'], ['--json']];
	for (const [i, [words, says]] of wrong.entries()) {
		const more = faces[i % faces.length] ?? [];
		const {exit, stdout, stderr} = await project.orchestra(['deploy', '--yes', ...words, ...more]);
		expect({words, more, exit}).toEqual({words, more, exit: 2});
		expect(stdout + stderr).toContain(says);
	}
	expect(remembered(project)).toEqual([]);
	const same = await project.orchestra(['deploy', '--yes', '--base', 'dev', '--dev', 'dev']);
	expect(same).toMatchObject({exit: 0, stdout: expect.stringContaining('are the same commit')});
	expect(remembered(project)).toEqual([]);
	expect(await project.orchestra(['deploy', '--resume'])).toMatchObject({
		exit: 1,
		stderr: expect.stringContaining('No deployment is open'),
	});
}, 90_000);

test('a plan changes nothing on the disk but its caches, whatever is said with it', async () => {
	const project = await testProject();
	await project.orchestra(['deploy', '--yes', '--until', 'selection']);
	const before = snapshot(project.root);
	for (const words of [
		[],
		['--select', 'critical'],
		['--until', 'testing'],
		['--json'],
		['--trust', await project.trust()],
	])
		await project.orchestra(['deploy', '--plan', ...words]);
	expect(snapshot(project.root)).toEqual(before);
	expect((await project.orchestra(['gateway', 'status'])).exit).toBe(1);
}, 60_000);

test('a deployment goes on with the branches it was opened with', async () => {
	const project = await testProject({strategy: 'switch'});
	project.git('branch', 'live', 'main');
	const main = project.git('rev-parse', 'main');
	const opened = ['deploy', '--yes', '--trust', await project.trust(), '--base', 'live', '--dev', 'dev'];
	expect((await project.orchestra([...opened, '--until', 'discovery'])).exit).toBe(0);
	expect((await project.orchestra(['deploy', '--yes'])).exit).toBe(8);
	const resumed = await project.orchestra(['deploy', '--resume', '--yes', '--trust', await project.trust()]);
	expect({...resumed}).toMatchObject({exit: 0});
	expect(project.git('rev-parse', 'main')).toBe(main);
	expect(project.git('rev-parse', 'live^{tree}')).toBe(project.git('rev-parse', 'dev^{tree}'));
}, 60_000);

test('a base that is checked out is left alone after the promotion, with the exact command that moves it', async () => {
	const project = await testProject({strategy: 'switch'});
	project.git('checkout', '-q', 'main');
	const head = project.git('rev-parse', 'HEAD');
	const {exit, stdout} = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	expect(exit).toBe(0);
	expect([project.git('rev-parse', 'HEAD'), project.git('status', '--porcelain')]).toEqual([head, '']);
	const command = /git merge --ff-only \S+/.exec(stdout)?.[0] ?? '';
	execFileSync('sh', ['-c', command], {cwd: project.root});
	expect(project.git('rev-parse', 'HEAD')).toBe(project.git('rev-parse', 'v1.1.0^{commit}'));
}, 60_000);

test('a linked worktree shares the lock with the others, and keeps a state of its own', async () => {
	const project = await testProject({strategy: 'switch'});
	const linked = join(tempFolder(), 'linked');
	project.git('worktree', 'add', '-q', '--detach', linked, 'dev');
	const trust = await project.trust();
	const first = project.begin(['deploy', '--yes', '--trust', trust]);
	await expect.poll(() => existsSync(join(project.stateFolder, 'lock.json')), {timeout: 20_000}).toBe(true);
	expect((await runOrchestra(linked, ['deploy', '--yes']).ended).exit).toBe(75);
	expect((await runOrchestra(linked, ['abort']).ended).exit).not.toBe(0);
	expect(await first.ended).toMatchObject({exit: 0});
	expect(await (await fetch(project.url)).text()).toBe('hello there two');
	expect(existsSync(join(linked, 'deployment_memory'))).toBe(false);
}, 60_000);
