// Lessons and advice as a person meets them: as notes of the stage, in the features, and in what the next stage is given.

import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {detector as lessons} from '../../../src/detectors/lessons.ts';
import type {Circumstances} from '../../../src/domain/advice/circumstances.ts';
import type {Finding} from '../../../src/domain/feature.ts';
import {safe} from '../../../src/domain/safe.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {fakeRepository} from '../../kit/fake-repository.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {change, discovered, feature, finding, patch} from '../../kit/features.ts';

const TUESDAY: Circumstances = {suites: ['smoke'], weekday: 2, hour: 10, rolloutMinutes: 16, daysSinceLast: 1};
const SQL = 'migrations/007.sql';
const one = change('one', {files: [`+${SQL}`, 'src/orders.js'], minute: 1});
const two = change('two', {files: ['src/two.js'], parent: one.oid, minute: 2});
const dropped: Finding = finding('schema', 'danger', {
	rule: 'drop-column',
	class: 'S0',
	change: one.oid,
	path: SQL,
	object: safe('orders.phone_number'),
	what: safe('drops column phone_number of orders'),
});

async function select(ids: readonly string[], around?: Circumstances) {
	const features = [feature('one', {changes: [one], findings: [dropped]}), feature('two', {changes: [two]})];
	const stand = fakeStand({
		batch: features
			.filter((_, i) => ids.includes(`${i}`))
			.map(({id}) => id)
			.join(','),
	});
	const read: string[] = [];
	const code = {...patch('src/orders.js', 'show(order)', 'show(order.phoneNumber)'), change: one.oid};
	const stage = createSelection({
		repository: {
			...fakeRepository({}),
			async *patches(changes, wanted) {
				read.push(...changes);
				if (changes.includes(one.oid) && wanted(code.path)) yield code;
			},
			paths: async () => [],
		},
		memory: fakeMemory(),
		ranker: rulesOnly('AI off'),
		tag: 'v{version}',
		detectors: [lessons],
		...(around === undefined ? {} : {circumstances: async () => around}),
	});
	const movement = await stage.perform({discovery: discovered(features)}, stand);
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return {batch: movement.output, notes: stand.notes, read};
}

test('a lesson comes with the feature that it is about, says what to do, and goes when the feature stays', async () => {
	const {batch, notes, read} = await select(['0']);
	expect(notes.filter((note) => note.startsWith('Lesson: '))).toEqual([
		`Lesson: ${SQL} drops column phone_number of orders (drop-column), and nothing here tries the way back. ` +
			'Run the way down, or restore a backup, on a copy of production, and keep that as a test. [lesson-rollback-untested]',
		`Lesson: ${SQL} drops column phone_number of orders (drop-column) in the release in which src/orders.js stops using it. ` +
			'Ship the code first. Let the migration wait until that release has proven itself. [lesson-contract-with-code]',
	]);
	const [first] = batch.ranked.filter(({feature: {changes}}) => changes.includes(one));
	expect(first?.feature.findings.map(({rule}) => rule)).toContain('lesson-contract-with-code');
	expect(first?.reasons.some(({text}) => text.startsWith('lesson: '))).toBe(true);
	expect(read, 'lines are read again only where there may be a lesson').toEqual([one.oid]);
	expect((await select(['1'])).notes.join('\n')).not.toContain('Lesson');
});

test('advice is said with its id and handed on; where nobody knows when it would go there is none', async () => {
	const night = {...TUESDAY, hour: 23};
	const {batch, notes} = await select(['0'], night);
	expect(batch.advice?.map(({rule}) => rule)).toEqual(['principle-3-am']);
	expect(notes.filter((note) => note.startsWith('Advice: '))).toEqual([
		expect.stringMatching(
			/^Advice: It would go at 23:00 o’clock or later, on a Tuesday, with a risk of \d+ %.* \[principle-3-am\]$/,
		),
	]);
	expect((await select(['1'], TUESDAY)).batch.advice).toBeUndefined();
	expect((await select(['0'])).batch.advice).toBeUndefined();
});
