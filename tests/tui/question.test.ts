import {expect, test} from 'vitest';
import type {DecisionRequest} from '../../src/domain/decision.ts';
import {safe} from '../../src/domain/safe.ts';
import {firstFocus, questionRows} from '../../src/tui/overlays/question.ts';
import {rowWidth} from '../../src/tui/rows.ts';
import {startQuestion} from '../kit/canned.ts';
import fc from '../kit/check.ts';

const textOf = (request: DecisionRequest, width: number, height: number, scroll = 0) =>
	questionRows(request, {width, height}, scroll).rows.map((row) => row.map(({text}) => text).join(''));
const long = {...startQuestion(), details: Array.from({length: 30}, (_, n) => safe(`command ${n}`))};

test('Enter does nothing dangerous by accident: the cautious answer has the focus', () => {
	const options = (...values: string[]) => values.map((value) => ({value, label: safe(value)}));
	const ask = (kind: DecisionRequest['kind'], ...values: string[]) =>
		firstFocus({...startQuestion(), kind, options: options(...values)});

	expect(firstFocus(startQuestion())).toBe(1);
	expect(ask('thin-evidence', 'wait', 'go on', 'roll back')).toBe(0);
	expect(ask('trust', 'trust', 'refuse')).toBe(1);
	expect(ask('waive-staging', 'waive', 'something else')).toBe(1);
});

test('a harmless question focuses what is recommended', () => {
	const options = [
		{value: 'no', label: safe('Leave it')},
		{value: 'yes', label: safe('Move it'), recommended: true},
	];

	expect(firstFocus({...startQuestion(), kind: 'advance-base', options})).toBe(1);
});

test('details that do not fit are counted and can be read to the last line', () => {
	const seen = new Set<string>();
	for (let scroll = 0; scroll < 40; scroll++) {
		for (const line of textOf(long, 60, 12, scroll)) seen.add(line.trim());
	}

	expect(textOf(long, 60, 12).at(-1)).toMatch(/\d+ more lines: PgDn/);
	for (const line of long.details) expect(seen).toContain(line);
});

test('the question never takes the room of every option, at any size', () => {
	fc.assert(
		fc.property(fc.integer({min: 40, max: 200}), fc.integer({min: 6, max: 60}), fc.nat(50), (width, height, scroll) => {
			const {rows} = questionRows(long, {width, height}, scroll);

			expect(rows.length).toBeLessThan(height);
			for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(width);
			expect(rows.map((row) => row.map(({text}) => text).join('')).join('\n')).toContain('Put v1.5.0');
		}),
	);
});
