// Room: tests. fast-check as the tests use it: the suite draws the same examples every time, so that a red run can be
// repeated and a green commit stays green. `npm run explore` draws new ones, and many more of them.

import fc from 'fast-check';

const seed =
	process.env.ORCHESTRA_CHECK_SEED === 'random'
		? Date.now() | 0
		: Number(process.env.ORCHESTRA_CHECK_SEED) || 20_261_121;
/** How many times what a test asks for is drawn: half in the suite, where the examples are the same every time. */
const more = Number(process.env.ORCHESTRA_CHECK_TIMES) || 0.5;

const assert: typeof fc.assert = (property, parameters) =>
	fc.assert(
		property as never,
		{seed, ...parameters, numRuns: Math.ceil((parameters?.numRuns ?? 100) * more)} as never,
	) as never;

const check: typeof fc = {...fc, assert};

export default check;
