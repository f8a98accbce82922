import {expect, test} from 'vitest';
import {drawableJson} from '../../src/domain/drawable-json.ts';
import fc from '../kit/check.ts';

test('any text comes back as it was, and nothing a terminal could obey is in between', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string({unit: 'binary'}), fc.string({unit: 'binary'})), (value) => {
			const text = drawableJson(value, '\t');
			expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
			expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
		}),
	);
	expect(drawableJson('\u009b31m\u202e')).toBe('"\\u009b31m\\u202e"');
});
