import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {detector} from '../../../src/detectors/sql-migrations.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {fakeRepository} from '../../kit/fake-repository.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {change, discovered, feature, finding, oid, patch} from '../../kit/features.ts';

const FILES = {eleven: 'migrations/011_orders.sql', twelve: 'migrations/012_note.sql'};
const eleven = change('eleven', {subject: 'fix: eleven', files: [`+${FILES.eleven}`], parent: oid('base'), minute: 1});
const twelve = change('twelve', {subject: 'fix: twelve', files: [`+${FILES.twelve}`], parent: eleven.oid, minute: 2});

function repository(): Repository {
	const texts = [
		{...patch(FILES.eleven, 'ALTER TABLE orders ADD COLUMN kind text;'), change: eleven.oid},
		{...patch(FILES.twelve, 'CREATE INDEX i ON orders (kind);'), change: twelve.oid},
	];
	return {
		...fakeRepository({}),
		async *patches(changes, wanted) {
			for (const one of texts) if (changes.includes(one.change) && wanted(one.path)) yield one;
		},
		paths: async () => ['migrations/010_start.sql'],
	};
}

async function select(left: 'eleven' | 'nothing', detectors = [detector], answer?: string) {
	const features = [
		feature('eleven', {changes: [eleven], findings: left === 'eleven' ? [finding('schema', 'danger')] : []}),
		feature('twelve', {changes: [twelve]}),
	];
	const stand = fakeStand({batch: answer ?? 'recommended'});
	const stage = createSelection({
		repository: repository(),
		memory: fakeMemory(),
		ranker: rulesOnly('AI off'),
		tag: 'v{version}',
		detectors,
	});
	const movement = await stage.perform({discovery: discovered(features)}, stand);
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return {batch: movement.output, question: stand.asked[0]};
}

test('a migration before an earlier one is not recommended; whoever takes it is told so in the plan and in the risk', async () => {
	const {batch, question} = await select('eleven', [detector], feature('twelve', {changes: [twelve]}).id);
	expect(question?.details[0]).toContain('0 recommended, 1 optional');
	const waits = batch.ranked.find((one) => one.feature.changes[0]?.oid === twelve.oid);
	expect(waits?.bucket).toBe('optional');
	expect(waits?.reasons[0]?.text).toContain('waits for what stays: goes without 011_orders.sql');
	const went = batch.ranked.find((one) => one.feature.changes[0]?.oid === twelve.oid);
	expect(went?.feature.findings.map(({rule, class: kind}) => [rule, kind])).toEqual([['selection-gap', 'S5']]);
	expect(went?.reasons.some(({code, text}) => code === 'batch' && text.includes('both touch orders'))).toBe(true);
	expect(went?.risk).toBeGreaterThanOrEqual(0.8);
	expect(batch.risk.value).toBeGreaterThanOrEqual(0.8);
});

test('a selection that takes both says nothing, and one that fails stops nobody', async () => {
	const {batch, question} = await select('nothing');
	expect(question?.details.join('\n')).not.toContain('goes without');
	expect(batch.ranked.flatMap(({feature: one}) => one.findings)).toEqual([]);
	const broken = {
		...detector,
		detectBatch: () => {
			throw new Error('broken');
		},
	};
	expect((await select('eleven', [broken])).batch.chosen).toHaveLength(1);
});
