// Room: tests. Loading orchestration/ from real folders, good and hostile.

import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {loadProject} from '../../../src/adapters/project/project.ts';
import {FaultError} from '../../../src/domain/fault/fault.ts';
import {tempFolder} from '../../kit/temp.ts';

function folder(files: Record<string, string>): string {
	const root = tempFolder();
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), content);
	}
	return root;
}
async function faultOf(root: string) {
	const error = await loadProject(root).catch((thrown: unknown) => thrown);
	if (!(error instanceof FaultError)) throw new Error('no fault');
	return error.fault;
}
const PROJECT = 'orchestration/orchestra.json';

test('the built-in strategies are there, and a team’s file joins them or takes the place of one', async () => {
	const steps = [{weight: 100, watchSeconds: 7}];
	const root = folder({
		[PROJECT]: '\ufeff{"name": "shop", "strategy": "slow", "typo": 1}',
		'orchestration/strategies/slow.json': JSON.stringify({steps}),
		'orchestration/strategies/canary.json': JSON.stringify({steps}),
		'orchestration/strategies/README.md': 'no strategy',
	});
	const {project, strategies, warnings, file} = await loadProject(root);
	expect(project.strategy).toBe('slow');
	expect(strategies.map((s) => s.name).sort()).toEqual(['blue-green', 'canary', 'demo', 'graduated', 'slow']);
	expect(strategies.find((s) => s.name === 'canary')?.steps).toEqual(steps);
	expect(warnings.join('\n')).toContain('typo is not a key');
	expect(warnings.join('\n')).toContain('takes the place of the built-in strategy canary');
	expect(file).toBe(join(root, PROJECT));
});

test('no file, no project: the fault says what to do', async () => {
	expect(await faultOf(folder({}))).toMatchObject({code: 'CONFIG_MISSING', nextSteps: ['orchestra init']});
});

test('a mistake in a strategy is told with its file', async () => {
	const fault = await faultOf(folder({[PROJECT]: '{}', 'orchestration/strategies/x.json': '{"steps": [}'}));
	expect(fault.headline).toBe('orchestration/strategies/x.json is not valid');
	expect(fault.details[0]).toContain('Line 1, column 12');
});

test('an unknown strategy name is refused with the one that was meant', async () => {
	const fault = await faultOf(folder({[PROJECT]: '{"strategy": "canarry"}'}));
	expect(fault.details[0]).toContain('Did you mean "canary"?');
});

test('two strategies of one name are refused', async () => {
	const text = '{"name": "x", "steps": [{"weight": 100, "watchSeconds": 1}]}';
	const root = folder({
		[PROJECT]: '{}',
		'orchestration/strategies/a.json': text,
		'orchestration/strategies/b.json': text,
	});
	expect((await faultOf(root)).details[0]).toContain('a.json already has a strategy called x');
});

test('a project file that is a link out of the repository, a folder, huge, or no text is not read', async () => {
	const outside = folder({'secret.json': '{"name": "secret"}'});
	const root = folder({'orchestration/x': ''});
	symlinkSync(join(outside, 'secret.json'), join(root, PROJECT));
	expect((await faultOf(root)).details[0]).toContain('leads out of the repository');
	expect((await faultOf(folder({[`${PROJECT}/x`]: ''}))).details[0]).toContain('not a plain file');
	expect((await faultOf(folder({[PROJECT]: `{"name":"${'x'.repeat(1_100_000)}"}`}))).details[0]).toContain(
		'larger than',
	);
	const binary = folder({[PROJECT]: ''});
	writeFileSync(join(binary, PROJECT), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
	expect((await faultOf(binary)).details[0]).toContain('not UTF-8');
});
