import {expect, test} from 'vitest';
import type {DecisionRequest} from '../../src/domain/decision.ts';
import {safe} from '../../src/domain/safe.ts';
import {answerOf, isAnswer} from '../../src/engine/answers.ts';

const batch: DecisionRequest = {
	id: 'selection.batch',
	kind: 'batch',
	stage: 'selection',
	question: safe('Which?'),
	details: [],
	options: [{value: 'recommended', label: safe('All'), recommended: true}],
	free: 'feature-ids',
	flag: '--select recommended',
};

test('a list of features may leave some out, and a wish about groups is an answer too; nothing else is', () => {
	for (const good of [
		'recommended',
		'f-1a,f-2b',
		'f-1a,!f-2b',
		'group join f-1a,f-2b',
		'group rename f-1a Neuer Wägen!',
	])
		expect(isAnswer(batch, good), good).toBe(true);
	for (const bad of ['', 'f-1a f-2b', '!', 'f-1a,', 'group rename f-1a \u001b[2J', 'rm -rf /', 'group join ../x y'])
		expect(isAnswer(batch, bad), bad).toBe(false);
	const {free: _free, ...closed} = batch;
	expect(isAnswer(closed, 'f-1a')).toBe(false);
});

test('a flag answers which features go, but never what the groups are: that would be asked for ever', () => {
	const flags = {yes: false, trustHash: ''};
	expect(answerOf(batch, {...flags, select: 'f-1a'})).toEqual({value: 'f-1a', by: 'flag'});
	expect(answerOf(batch, {...flags, select: 'group pin f-1a'})).toBeUndefined();
	expect(answerOf(batch, {...flags, yes: true, select: 'group pin f-1a'})).toEqual({
		value: 'recommended',
		by: 'policy',
	});
});

test('a freeze is answered by a person or by --now, never by --yes', () => {
	const frozen: DecisionRequest = {
		id: 'production.timing.2026-12-24',
		kind: 'timing',
		stage: 'production',
		question: safe('Begin all the same?'),
		details: [],
		options: [
			{value: 'stop', label: safe('Stop')},
			{value: 'go', label: safe('Begin')},
		],
		flag: '--now',
	};
	expect(answerOf(frozen, {yes: true, trustHash: ''})).toBeUndefined();
	expect(answerOf(frozen, {yes: false, now: true, trustHash: ''})).toEqual({value: 'go', by: 'flag'});
});
