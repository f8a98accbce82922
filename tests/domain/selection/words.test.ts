import {expect, test} from 'vitest';
import {riskWords} from '../../../src/domain/selection/words.ts';

test('a risk is said in whole percent with the word of its level', () => {
	expect([0, 0.05, 0.194, 0.196, 0.5, 0.8, 1].map(riskWords)).toEqual([
		'0 % low',
		'5 % low',
		'19 % low',
		'20 % medium',
		'50 % high',
		'80 % very high',
		'100 % very high',
	]);
});
