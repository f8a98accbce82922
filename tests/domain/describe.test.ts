import {expect, test} from 'vitest';
import {seconds} from '../../src/domain/deployment/describe.ts';

test('a duration is never written with sixty seconds', () => {
	expect([999, 1500, 59_940, 119_600, 3_599_700].map(seconds)).toEqual([
		'999 ms',
		'1.5 s',
		'59.9 s',
		'2 min 0 s',
		'60 min 0 s',
	]);
});
