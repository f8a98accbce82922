// Room: tests. The recommendation of a batch that selection built: what is journalled, who is asked, and what a resume keeps.

import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {DEFAULT_WEIGHTS} from '../../../src/domain/advice/factors.ts';
import type {Batch} from '../../../src/domain/batch.ts';
import type {Body, DeploymentEvent} from '../../../src/domain/deployment/event.ts';
import {foldAll} from '../../../src/domain/deployment/fold.ts';
import type {Feature} from '../../../src/domain/feature.ts';
import {BUILT_IN_STRATEGIES} from '../../../src/domain/rollout/strategy.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Summary} from '../../../src/domain/summary.ts';
import {type Recommending, rollbackSeconds} from '../../../src/stages/selection/recommend.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {closed} from '../../kit/deployments.ts';
import {fakeRepository} from '../../kit/fake-repository.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {change, discovered, feature, finding, oid} from '../../kit/features.ts';

const named = (name: string) => {
	const found = BUILT_IN_STRATEGIES.find((one) => one.name === name);
	if (!found) throw new Error(name);
	return found;
};
const fix = (danger = false): Feature => {
	const one = change('mend', {parent: oid('base')});
	const found = danger ? [finding('schema', 'danger', {change: one.oid, what: safe('drops a table')})] : [];
	return feature('mend', {changes: [one], findings: found});
};

interface Setting {
	readonly attended?: boolean;
	readonly answers?: Parameters<typeof fakeStand>[0];
	readonly more?: Partial<Recommending>;
	readonly past?: readonly Summary[];
	readonly journal?: readonly DeploymentEvent[];
	readonly features?: readonly Feature[];
}

async function select({attended = false, answers, more, past = [], journal, features = [fix()]}: Setting = {}) {
	const stand = {...fakeStand({batch: features[0]?.id ?? '', ...answers}), attended};
	const stage = createSelection({
		repository: {...fakeRepository({}), authors: async () => new Map([['ada@example.com', 40]])},
		memory: {...fakeMemory(), history: async () => past, read: async () => journal},
		ranker: rulesOnly('AI off'),
		tag: 'v{version}',
		recommending: {
			project: {commands: {test: {}}, port: 8080, target: 'local', risk: {weights: DEFAULT_WEIGHTS}},
			calendar: {timeZone: 'UTC', windows: [], freeze: []},
			strategies: BUILT_IN_STRATEGIES,
			disk: async () => {
				throw new Error('a disk that cannot be looked at stops nobody');
			},
			...more,
		},
	});
	const movement = await stage.perform({discovery: discovered(features)}, stand);
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	const batch: Batch = movement.output;
	return {batch, stand, of: (type: Body['type']) => stand.events.filter((event) => event.type === type)};
}

test('where nobody sits and nobody named one, the strategy is chosen by risk and nothing is held up', async () => {
	const {batch, stand, of} = await select();
	expect(stand.asked.map(({kind}) => kind)).toEqual(['batch']);
	expect(of('recommendation.made')).toEqual([{type: 'recommendation.made', recommendation: batch.recommendation}]);
	const chosen = batch.recommendation?.strategy;
	expect(of('strategy.chosen')).toEqual([
		expect.objectContaining({
			strategy: chosen?.name,
			chosenBy: 'risk',
			steps: named(chosen?.name ?? '').steps,
			because: chosen?.because,
		}),
	]);
});

test('a person is asked, may take another one, and their reason is recorded', async () => {
	const answers = {
		strategy: ({id}: {id: string}) => (id === 'selection.strategy' ? 'graduated' : 'more care than the risk asks for'),
	};
	const {batch, stand, of} = await select({attended: true, answers});
	expect(batch.recommendation?.strategy).toMatchObject({
		name: 'graduated',
		chosenBy: 'person',
		because: expect.stringContaining('more care than the risk asks for; level '),
	});
	expect(of('strategy.chosen')).toEqual([expect.objectContaining({strategy: 'graduated', chosenBy: 'person'})]);
	expect(batch.recommendation?.resources.join(' ')).toContain('at least 2 h 20 min');
	// The screens draw the last one.
	expect(of('recommendation.made').at(-1)).toMatchObject({recommendation: batch.recommendation});
	const question = stand.asked.find(({kind}) => kind === 'strategy');
	expect(question?.options.filter(({recommended}) => recommended)).toHaveLength(1);
	expect(question?.options.map(({value}) => value)).not.toContain('demo');
});

test('more care is offered as a reason only for a strategy that takes more', async () => {
	const reasonsFor = async (strategy: string) => {
		const {stand} = await select({
			features: [fix(true)],
			attended: true,
			answers: {strategy: ({id, options}) => (id === 'selection.strategy' ? strategy : options[0]?.value)},
			more: {strategies: [...BUILT_IN_STRATEGIES, {...named('graduated'), name: 'slower'}]},
		});
		return stand.asked.find(({id}) => id === 'selection.strategy.why')?.options.map(({value}) => value);
	};
	expect(await reasonsFor('slower')).toContain('more care than the risk asks for');
	const reasons = await reasonsFor('blue-green');
	expect(reasons).toContain('it has to be out soon');
	expect(reasons).not.toContain('more care than the risk asks for');
});

test('a person who agrees, or whose answer is the recommended one, is asked nothing else', async () => {
	const {batch, stand} = await select({
		attended: true,
		answers: {strategy: ({options}) => options.find(({recommended}) => recommended)?.value},
	});
	expect(stand.asked.map(({id}) => id)).toEqual(['selection.batch', 'selection.strategy']);
	expect(batch.recommendation?.strategy.chosenBy).toBe('risk');
});

test('a named strategy that is less careful is kept, and said', async () => {
	const {batch, stand} = await select({
		features: [fix(true)],
		attended: true,
		more: {named: {strategy: named('blue-green'), chosenBy: 'project'}},
	});
	expect(stand.asked.map(({kind}) => kind)).toEqual(['batch']);
	expect(batch.recommendation).toMatchObject({
		risk: {level: 'high risk', class: 'high'},
		strategy: {name: 'blue-green', advised: 'graduated', chosenBy: 'project'},
		monitoring: {tickSeconds: 2.5},
	});
	expect(stand.notes.join('\n')).toContain('Strategy blue-green is less careful than the risk asks for');
});

test('a resume goes on with what an earlier life settled, in its words', async () => {
	const {batch, of} = await select({
		attended: true,
		more: {named: {strategy: named('graduated'), chosenBy: 'risk', because: safe('cautious: as it was')}},
	});
	expect(batch.recommendation?.strategy).toMatchObject({
		name: 'graduated',
		chosenBy: 'risk',
		because: 'cautious: as it was',
	});
	expect(of('strategy.chosen')).toHaveLength(1);
});

test('what deployments to other targets did says nothing about this one', async () => {
	const elsewhere = [closed(1, {target: safe('other'), outcome: 'rolled_back'})];
	const {batch} = await select({past: elsewhere});
	expect(batch.recommendation?.risk.factors.find(({factor}) => factor === 'stability')).toMatchObject({known: false});
});

const stamp = (body: Body, mono: number, fence = 1): DeploymentEvent => ({...body, seq: mono, fence, mono, utc: ''});
const begun: Body = {type: 'step.intended', stage: 'production', step: 'rollback', title: safe('back')};
const done: Body = {type: 'step.confirmed', stage: 'production', step: 'rollback', result: {}};

test('how long a rollback takes is measured within one process, or not at all', async () => {
	expect(rollbackSeconds([stamp(begun, 1000), stamp(done, 2240)])).toBe(1.2);
	expect(rollbackSeconds([stamp(begun, 1000), stamp(done, 2240, 2)])).toBeUndefined();
	expect(rollbackSeconds([stamp(begun, 1000)])).toBeUndefined();
	const past = [closed(1, {outcome: 'rolled_back'})];
	const {batch} = await select({past, journal: [stamp(begun, 1000), stamp(done, 2240)]});
	expect(batch.recommendation?.rollback.seconds).toBe(1.2);
});

test('a journal of before strategies were chosen folds as it did, and a chosen one takes the place of "by risk"', () => {
	const opened: Body = {
		type: 'deployment.opened',
		id: '20260105_090000' as never, // `as`: has that form
		project: safe('shop'),
		base: safe('main'),
		dev: safe('dev'),
		target: safe('local'),
		strategy: 'canary',
		face: 'lines',
		by: safe('ada'),
		planOnly: false,
	};
	const old = foldAll([stamp(opened, 1)]);
	expect([old.strategy, old.chosen, old.recommendation]).toEqual(['canary', undefined, undefined]);
	const chosen: Body = {
		type: 'strategy.chosen',
		strategy: 'graduated',
		steps: named('graduated').steps,
		chosenBy: 'risk',
		because: safe('cautious'),
		tickSeconds: 5,
	};
	const now = foldAll([stamp({...opened, strategy: 'by risk'}, 1), stamp(chosen, 2)]);
	expect(now).toMatchObject({strategy: 'graduated', chosen: {by: 'risk', because: 'cautious'}});
	expect(now.rollout).toHaveLength(5);
});
