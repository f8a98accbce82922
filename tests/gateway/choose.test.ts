// Which slot gets a request: by weight, and never an unproven release in place of a proven one.

import {expect, test} from 'vitest';
import {createChooser} from '../../src/gateway/choose.ts';
import {createLane} from '../../src/gateway/lane.ts';
import {EMPTY_STATE, type GatewayState} from '../../src/gateway/state.ts';
import fc from '../kit/check.ts';

function setting(blue: number, serving: {blue: boolean; green: boolean}, stable: 'blue' | 'green', chance: number) {
	const lanes = {blue: createLane('blue'), green: createLane('green')};
	lanes.blue.serving = serving.blue;
	lanes.green.serving = serving.green;
	const state: GatewayState = {...EMPTY_STATE, weights: {blue, green: 100 - blue}, stable};
	return createChooser(
		() => state,
		lanes,
		() => chance,
	);
}

const cases = {
	blue: fc.integer({min: 0, max: 100}),
	serving: fc.record({blue: fc.boolean(), green: fc.boolean()}),
	stable: fc.constantFrom('blue' as const, 'green' as const),
	chance: fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
};

test('a slot without weight gets a request only when it is the stable one and the other cannot serve', () => {
	fc.assert(
		fc.property(fc.record(cases), ({blue, serving, stable, chance}) => {
			const chosen = setting(blue, serving, stable, chance).choose();
			const weight = chosen.name === 'blue' ? blue : 100 - blue;
			if (weight > 0) return;
			expect(chosen.name).toBe(stable);
			expect(chosen.serving).toBe(true);
			expect(serving[chosen.name === 'blue' ? 'green' : 'blue']).toBe(false);
		}),
	);
});

test('while both serve, exactly the weight decides', () => {
	const both = {blue: true, green: true};
	for (let blue = 0; blue <= 100; blue++) {
		let seen = 0;
		for (let i = 0; i < 100; i++) if (setting(blue, both, 'blue', (i + 0.5) / 100).choose().name === 'blue') seen++;
		expect(seen).toBe(blue);
	}
});

test('a broken connection is tried again where something lives', () => {
	const alive = setting(100, {blue: true, green: true}, 'blue', 0);
	expect(alive.again(alive.choose())?.name).toBe('blue');
	expect(alive.instead(alive.choose())).toBeUndefined();
});
