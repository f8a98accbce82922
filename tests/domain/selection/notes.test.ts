// Room: tests. What helps to decide and moves no figure: it is said, in the list where it speaks against the advice.

import {expect, test} from 'vitest';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS, type Patterns} from '../../../src/domain/pattern.ts';
import {driftNotes, elsewhereNotes} from '../../../src/domain/selection/notes.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import {lineOf} from '../../../src/stages/selection/lines.ts';
import {feature} from '../../kit/features.ts';

const texts = (reasons: readonly {readonly text: string}[]) => reasons.map(({text}) => text);

test('where the base has moved is said by its first place and the number of the others', () => {
	expect(driftNotes([])).toEqual([]);
	expect(texts(driftNotes([{path: 'a.ts', line: 12}]))).toEqual(['the base changed the same lines since at a.ts:12']);
	const many = [{path: 'a.ts', line: 12}, {path: 'a.ts', line: 12}, {path: 'a.ts', line: 40}, {path: 'b.ts'}];
	expect(texts(driftNotes(many))[0]).toMatch(/ at a\.ts:12 and 2 other places$/);
	expect(texts(driftNotes([{path: 'b.ts'}]))).toEqual(['the base changed the same file since: b.ts']);
	expect(texts(driftNotes([{path: 'a\u202e\u001b[2J.ts', line: 1}]))[0]).not.toMatch(/[\u202e\u001b]/);
});

test('what other lines of releases took is counted', () => {
	expect(elsewhereNotes(undefined)).toEqual([]);
	expect(texts(elsewhereNotes({elsewhere: {times: 2, first: 1}}))).toEqual([
		'2 other lines of releases took it already',
	]);
});

test('what a person usually leaves says so in the list, and in the journal’s line', () => {
	const rank = (choices: Patterns['choices'], scope: string) =>
		rankFeatures([feature('a', {kind: 'fix', scope})], {
			patterns: {...NO_PATTERNS, choices},
			preferences: DEFAULT_PREFERENCES,
		})[0];
	const choices = {'fix(api)': {good: 1, all: 4}, 'fix(web)': {good: 4, all: 4}, 'fix(new)': {good: 0, all: 2}};
	const left = rank(choices, 'api');
	expect(left?.reasons[0]?.text).toMatch(/; you left 3 of 4 like this$/);
	expect(left && lineOf(left).notes).toEqual(['so far you left 3 of 4 fixes in api that you were offered']);
	const took = rank(choices, 'web');
	expect(took?.reasons[0]?.text).not.toContain('like this');
	expect(took && lineOf(took).notes).toEqual(['so far you took 4 of 4 fixes in web that you were offered']);
	// Two choices are no habit.
	const unknown = rank(choices, 'new');
	expect(unknown && lineOf(unknown).notes).toBeUndefined();
});
