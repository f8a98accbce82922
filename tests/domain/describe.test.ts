import {expect, test} from 'vitest';
import {describe, seconds} from '../../src/domain/deployment/describe.ts';
import {safe} from '../../src/domain/safe.ts';

test('a duration is never written with sixty seconds', () => {
	expect([999, 1500, 59_940, 119_600, 3_599_700].map(seconds)).toEqual([
		'999 ms',
		'1.5 s',
		'59.9 s',
		'2 min',
		'60 min',
	]);
});

test('what a person reads of a suite and of a choice by hand are no bare zeros and no list of ids', () => {
	const result = {
		name: safe('unit'),
		command: safe('make'),
		required: true,
		status: 'passed',
		exit: 0,
		ms: 900,
	} as const;
	const text = describe({type: 'suite.finished', result: {...result, passed: 0, failed: 0, skipped: 0}})?.text;
	expect(text).toBe('Suite unit passed: exit 0 in 900 ms');
	const answer = {id: 'selection.batch', by: 'person', value: 'f-12345678,f-2345678a,f-3456789b,f-4567890c'} as const;
	expect(describe({type: 'decision.answered', answer})?.text).toBe('Answered by person: 4 features by hand');
});
