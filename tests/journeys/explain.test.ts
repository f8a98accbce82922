import {expect, test} from 'vitest';
import {testProject} from '../kit/project.ts';

test('explain says all that is known of a feature or a rule, and changes nothing', async () => {
	const project = await testProject();
	const first = project.commit('feat(basket): add a total', {'basket.js': 'export const total = 1;\n'});
	project.commit('fix(basket): round the total', {'basket.js': 'export const total = 1.0;\n'});
	const before = project.git('status', '--porcelain');

	const {exit, stdout} = await project.orchestra(['explain', first.slice(0, 10)]);
	expect(exit).toBe(0);
	expect(stdout).toMatch(/^basket: Add a total\n/);
	expect(stdout).toContain(`f-${first.slice(0, 8)}`);
	expect(stdout).toMatch(/Bucket +(recommended|optional)/);
	expect(stdout).toMatch(/Risk[\s\S]*new features start at 14 %/);

	const json = await project.orchestra(['explain', 'add a', 'total', '--json']);
	expect(JSON.parse(json.stdout)).toMatchObject({type: 'feature', feature: {title: 'Add a total', kind: 'feat'}});

	const rule = await project.orchestra(['explain', 'lesson-not-phased']);
	expect(rule).toMatchObject({
		exit: 0,
		stdout: expect.stringMatching(/^lesson-not-phased\n +Class +S5[\s\S]*Do +Ship/),
	});

	const neither = await project.orchestra(['explain', 'no-such-thing']);
	expect(neither).toMatchObject({exit: 2, stderr: expect.stringContaining('neither a waiting feature nor a rule')});
	expect(project.git('status', '--porcelain')).toBe(before);
});
