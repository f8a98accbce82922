import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import {feature} from '../../kit/features.ts';

test('it hands back what it got, says that the rules did it, and why', async () => {
	const ranked = rankFeatures([feature('a'), feature('b')], {patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES});
	const answer = await rulesOnly('AI off: no key').rank(ranked, new AbortController().signal);
	expect(answer).toEqual({features: ranked, by: 'rules', note: 'AI off: no key'});
});
