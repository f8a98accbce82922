import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/tests-touched.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, added: string, removed = '') => {
	const one = patch(path, added, removed);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule} ${f.line ?? '-'}: ${f.what}`);
};

test('added and changed tests are notes, deleted ones a caution', () => {
	expect(look('tests/a.test.ts', "test('x', () => {});")).toEqual(['note tests-added 1: adds tests']);
	expect(look('tests/a.test.ts', "test('y', () => {});", "test('x', () => {});")).toEqual([
		'note tests-changed 1: changes tests',
	]);
	expect(look('tests/a.test.ts', '', "test('x', () => {});")).toEqual(['caution tests-deleted -: deletes tests']);
});

test('a test that is switched off, or runs alone, is a caution; one that was off before is not', () => {
	expect(look('a.test.ts', "it.skip('x');", "it('x');")).toContain('caution tests-off 1: switches a test off');
	expect(look('a.test.ts', "it.only('x');", "it('x');")).toContain('caution tests-only 1: lets only some tests run');
	expect(look('a.test.ts', "it.skip('y');", "it.skip('x');")).toEqual(['note tests-changed 1: changes tests']);
});

test('it wants tests of the usual languages, not their data and not code', () => {
	const wanted = ['tests/a.ts', 'src/a.test.tsx', 'pkg/a_test.go', 'test_a.py', 'spec/a_spec.rb', 'src/FooTest.java'];
	expect(wanted.filter((path) => !detector.wants(path))).toEqual([]);
	expect(
		['src/a.ts', 'tests/fixtures/a.json', 'src/latest.ts', 'contest/a.go'].filter((path) => detector.wants(path)),
	).toEqual([]);
});
