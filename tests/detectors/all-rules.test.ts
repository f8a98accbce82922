// The rules of all detectors together: one id each, words that fit a table, and a folding of foreign ids that loses none.

import {expect, test} from 'vitest';
import {folded} from '../../scripts/rule-tables.ts';
import {detectors} from '../../src/cli/extensions.ts';
import {expand} from '../../src/detectors/support/openapi/rules/make.ts';

const RULES = detectors.flatMap(({name, topic, rules = []}) => rules.map((rule) => ({name, chip: topic, ...rule})));

test('an id is lower-case words, and of one rule alone', () => {
	expect(RULES.map(({id}) => id).filter((id) => !/^[a-z\d]+(-[a-z\d]+)*$/.test(id))).toEqual([]);
	expect(RULES.map(({id}) => id).filter((id, i, all) => all.indexOf(id) !== i)).toEqual([]);
	expect(RULES.length).toBeGreaterThanOrEqual(350);
});

test('words of a rule are short, on one line, and say something', () => {
	for (const {id, what, why, instead} of RULES)
		for (const text of [what, why, instead])
			expect([id, text.length > 3, text.length <= 200, /[\n|]/.test(text)]).toEqual([id, true, true, false]);
	expect(RULES.filter(({what}) => what.endsWith('.')).map(({id}) => id)).toEqual([]);
});

test('a rule of another tool is named with its tool, and is covered or left out, not both', () => {
	const covered = new Set(RULES.flatMap(({like}) => like));
	const left = detectors.flatMap(({leavesOut = []}) => leavesOut);
	for (const rule of [...covered, ...left.map((each) => each.rule)]) expect(rule).toMatch(/^[\w.-]+:\S+$/);
	expect(left.map(({rule}) => rule).filter((rule) => covered.has(rule))).toEqual([]);
});

test('folded ids unfold to the same ids', () => {
	for (const {rules = []} of detectors) {
		const ids = [...new Set(rules.flatMap(({like}) => like))].filter((id) => !/[{},]/.test(id));
		expect(folded(ids).flatMap(expand).sort()).toEqual(ids.sort());
	}
	expect(folded(['a-b-c', 'a-d-c', 'x'])).toEqual(['a-{b,d}-c', 'x']);
	expect(folded(['A', 'B'])).toEqual(['A', 'B']);
});
