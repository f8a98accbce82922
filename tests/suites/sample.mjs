// Room: tests. A small suite with every kind of ending; the readers' tests run it for real through node --test.
import assert from 'node:assert';
import {describe, it, test} from 'node:test';

test('adds # two', () => {});
test('fails <b>', () => assert.equal(1, 2));
test.skip('skipped one', () => {});
test.todo('todo one');
describe('group', () => {
	it('inner ok', () => {});
	describe('deeper', () => {
		it('inner bad', () => {
			throw new Error('boom\nsecond line');
		});
	});
});
test('parent', async (t) => {
	await t.test('sub', () => {});
});
