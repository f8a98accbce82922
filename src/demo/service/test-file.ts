// Room: demo. A test file of the sample service with one test in it.

import {source} from '../history/edits.ts';

/** @param lines the body of the test, indented by one tab; `ask` is there. */
export const testOf = (title: string, lines: string) =>
	source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('${title}', async (t) => {
	const {ask} = await bakery(t);
${lines}});
`;
