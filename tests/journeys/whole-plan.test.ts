// A choice that applies and does not build, as a user meets it: first untrusted, then repaired, then red and followed to its
// feature; and through all of it nothing of theirs is touched.

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {asOid, featureIdOf} from '../../src/domain/ids.ts';
import {fingerprint} from '../adapters/git/kit.ts';
import {testProject} from '../kit/project.ts';

const BUILD =
	'for n in $(cat uses/*); do grep -qsx "function $n() {}" defs/* || { echo "uses/all.txt:1:1: error: Cannot find name \'$n\'."; exit 2; }; done';

test('what the build asks for comes along, what turned the tests red is named, and every byte of the repository stays', async () => {
	const project = await testProject({start: false});
	const file = join(project.root, 'orchestration/orchestra.json');
	const config = JSON.parse(readFileSync(file, 'utf8'));
	const unit = {command: 'test ! -e bad.txt', required: true, timeoutSeconds: 30};
	const change = {...config, commands: {build: BUILD, test: {unit}}};
	writeFileSync(file, JSON.stringify(change));
	const feature = (subject: string, files: Record<string, string>) =>
		featureIdOf(asOid(project.commit(subject, files)));
	project.commit('chore: how it is built', {'defs/old.txt': 'function older() {}\n'});
	const needed = feature('feat: bring it', {'defs/fresh.txt': 'function brandNew() {}\n'});
	const user = feature('fix: use it', {'uses/b.txt': 'brandNew\n'});
	const bad = feature('feat: another', {'bad.txt': 'x\n'});
	project.git('status');
	const except = ['.orchestra', 'deployment_memory'];
	const before = fingerprint(project.root, except);
	const trust = await project.trust();
	const deploy = (...ids: string[]) =>
		project.orchestra(['deploy', '--select', ids.join(), '--until', 'testing', '--yes', '--trust', trust]);

	const untrusted = await deploy(user);
	expect(untrusted.stdout).toContain("Cannot find name 'brandNew'");
	expect(untrusted.stdout).toContain(`deploy --select ${user},${needed}`);
	const repaired = await deploy(user);
	expect(repaired.stdout).toContain(`Added ${needed}`);
	expect(repaired.stdout).toMatch(/Proven: 2 changes onto the base/);
	expect(repaired).toMatchObject({exit: 0});
	await project.orchestra(['abort']);
	const red = await deploy(user, bad);
	expect(red.stdout).toContain(`unit turned red with “Another” (${bad})`);
	expect(red.stdout).toContain(`deploy --select ${user}`);
	expect(red.exit).not.toBe(0);
	expect(fingerprint(project.root, except)).toEqual(before);
}, 60_000);
