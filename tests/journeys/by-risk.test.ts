// Room: tests. A project that names no strategy, as a pipeline meets it: chosen by risk, told, kept over a resume.

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {testProject} from '../kit/project.ts';

test('the strategy is chosen by risk, told in six parts, and stays when the deployment is resumed', async () => {
	const project = await testProject({start: false});
	const file = join(project.root, 'orchestration/orchestra.json');
	const {strategy: _named, ...config} = JSON.parse(readFileSync(file, 'utf8'));
	// Whatever time it is, and whatever the weights make of it: the same level on every machine.
	const weights = {history: 1, complexity: 0, magnitude: 0, stability: 0, timing: 0, experience: 0, dependencies: 0};
	writeFileSync(file, JSON.stringify({...config, timeZone: 'UTC', risk: {weights}}));
	const first = await project.orchestra(['deploy', '--yes', '--json', '--until', 'selection']);
	expect(first).toMatchObject({exit: 0, stderr: ''});
	const events = first.stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
	const of = (type: string) => events.find((event) => event.type === type);
	expect(of('deployment.opened')).toMatchObject({strategy: 'by risk'});
	const {recommendation} = of('recommendation.made');
	expect(Object.keys(recommendation).filter((key) => key !== 'advice')).toEqual([
		'risk',
		'strategy',
		'timing',
		'resources',
		'monitoring',
		'rollback',
	]);
	// Nothing was deployed yet: the prior of 0.20 is where standard begins.
	expect(recommendation.risk).toMatchObject({score: 0.2, level: 'standard'});
	expect(of('strategy.chosen')).toMatchObject({strategy: 'canary', chosenBy: 'risk'});
	expect(events.at(-1)).toMatchObject({type: 'outcome', strategy: 'canary'});

	writeFileSync(file, JSON.stringify({...config, strategy: 'switch'}));
	const again = ['deploy', '--resume', '--yes', '--until', 'staging', '--trust', await project.trust()];
	expect(await project.orchestra(again)).toMatchObject({exit: 0});
	const current = join(project.root, 'deployment_memory/current');
	const [id = ''] = readdirSync(current);
	const plan = readFileSync(join(current, id, 'release-plan.md'), 'utf8');
	expect(plan).toContain('| strategy | canary, chosen by risk: level standard;');
	expect(plan).toContain('| history | 100 % | 0.20 | +0.200 | no deployments yet: prior |');
}, 30_000);

test('who named a strategy and why is kept over a resume, and nothing is named in vain', async () => {
	const project = await testProject({start: false});
	const named = ['--strategy', 'blue-green', '--reason', 'proven elsewhere'];
	expect(await project.orchestra(['deploy', '--yes', '--until', 'discovery', ...named])).toMatchObject({exit: 0});
	const other = await project.orchestra(['deploy', '--resume', '--yes', '--strategy', 'canary']);
	expect(other).toMatchObject({exit: 2, stderr: expect.stringContaining('goes on with blue-green, not with canary')});
	const on = ['deploy', '--resume', '--yes', '--until', 'selection', '--json'];
	expect((await project.orchestra(on)).stdout).toContain(
		'"strategy":"blue-green","steps":[{"weight":100,"watchSeconds":60}],"chosenBy":"person","because":"proven elsewhere; level',
	);
	const vain = await project.orchestra(['deploy', '--plan', '--reason', 'because']);
	expect(vain).toMatchObject({exit: 2, stderr: expect.stringContaining('--reason')});
}, 30_000);
