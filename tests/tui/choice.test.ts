import {describe, expect, test} from 'vitest';
import type {FeatureLine} from '../../src/domain/deployment/event.ts';
import {safe} from '../../src/domain/safe.ts';
import {bringsText, type Choice, cut, marksFor, toggle, whyAlong} from '../../src/tui/choice.ts';
import fc from '../kit/check.ts';

const NOTHING: Choice = {wanted: new Set(), without: new Set()};

/** Features by letter; `a: 'b c?'` needs b hard and c softly. */
const world = (needs: Record<string, string>): FeatureLine[] =>
	Object.entries(needs).map(([id, text]) => ({
		id,
		title: safe(id.toUpperCase()),
		kind: 'fix',
		bucket: 'optional',
		risk: 0.1,
		breaking: false,
		topics: [],
		changes: 1,
		links: text
			.split(' ')
			.filter((word) => word !== '')
			.map((word) => ({
				needs: word.replace('?', ''),
				why: safe(`uses \`${word.replace('?', '')}\``),
				...(word.endsWith('?') ? {soft: true} : {}),
			})),
	}));

const press = (features: readonly FeatureLine[], ...ids: string[]): Choice =>
	ids.reduce((choice, id) => toggle(features, choice, id).choice, NOTHING);
const goes = (features: readonly FeatureLine[], choice: Choice) => [...marksFor(features, choice)].sort().join('');

describe('taking and leaving', () => {
	const features = world({a: 'b', b: 'c?', c: '', d: 'c'});

	test('taking one brings what it needs, and says what, why, and what it does to the risk', () => {
		const {choice, says} = toggle(features, NOTHING, 'a');
		expect(goes(features, choice)).toBe('abc');
		expect([...choice.wanted]).toEqual(['a']);
		expect(says).toBe(
			'Risk 0 % → 10 % · Brings 2 features along, “B”, “C”: uses `b`, more than it is worth? u cuts it short',
		);
		expect(whyAlong(features, choice, 'c')).toBe('comes along: “B” uses `c`');
		expect(bringsText(features, 'a')).toBe('brings “B” (uses `b`) · 2 in all, 2 deep');
	});

	test('leaving it again leaves what only it brought', () => {
		expect(goes(features, press(features, 'a', 'a'))).toBe('');
		expect(goes(features, press(features, 'a', 'd', 'a'))).toBe('cd');
	});

	test('leaving what another needs leaves both and says so', () => {
		const {choice, says} = toggle(features, press(features, 'a'), 'b');
		expect(goes(features, choice)).toBe('');
		expect(says).toContain('Leaves out 2 features with it, “A”, “C”');
	});

	test('a soft need can be cut: the needy stays, with a warning, and the cut one does not come back', () => {
		const {choice, says} = toggle(features, press(features, 'a'), 'c');
		expect(goes(features, choice)).toBe('ab');
		expect(says).toContain('“B” may not compile without it');
		expect([...choice.without]).toEqual(['c']);
		// Whoever needs it hard brings it back.
		expect(goes(features, toggle(features, choice, 'd').choice)).toBe('abcd');
	});

	test('needs that go in a circle end', () => {
		const circle = world({a: 'b', b: 'a'});
		expect(goes(circle, press(circle, 'a'))).toBe('ab');
		expect(goes(circle, press(circle, 'a', 'b'))).toBe('');
	});
});

describe('cutting short', () => {
	test('leaves out the one thing that brings most, and what cannot go without it', () => {
		const features = world({x: '', a: 'b m', b: '', m: 'n o p', n: '', o: '', p: 'q', q: '', z: 'b'});
		const choice = press(features, 'x', 'z', 'a');
		const {choice: next, says} = cut(features, choice, 'a');
		expect(goes(features, next)).toBe('bxz');
		expect(says).toContain('Cut at “M”');
		expect(says).toContain('Leaves out 5 features with it, “A”, “N” and 3 more');
	});

	test('a soft need is the better place: nothing is lost', () => {
		const features = world({a: 'm?', m: 'n', n: 'o', o: ''});
		const {choice} = cut(features, press(features, 'a'), 'a');
		expect(goes(features, choice)).toBe('a');
	});

	test('says so when there is nothing to cut', () => {
		const features = world({a: 'b', b: ''});
		expect(cut(features, press(features, 'a'), 'a').says).toContain('no cut');
	});
});

test('whatever is pressed, what goes is closed under its hard needs', () => {
	const letters = [...'abcdefgh'];
	fc.assert(
		fc.property(
			fc.record(
				Object.fromEntries(
					letters.map((one) => [
						one,
						fc
							.subarray(
								letters.flatMap((other) => [other, `${other}?`]),
								{maxLength: 3},
							)
							.map((some) => some.filter((word) => !word.startsWith(one)).join(' ')),
					]),
				),
			),
			fc.array(fc.tuple(fc.constantFrom(...letters), fc.boolean()), {maxLength: 12}),
			(needs, presses) => {
				const features = world(needs);
				let choice = NOTHING;
				for (const [id, cuts] of presses) {
					choice = (cuts ? cut : toggle)(features, choice, id).choice;
					const marks = marksFor(features, choice);
					for (const {id: one, links = []} of features) {
						if (!marks.has(one)) continue;
						for (const link of links)
							if (!link.soft) expect(marks.has(link.needs), `${one} needs ${link.needs}`).toBe(true);
					}
				}
			},
		),
	);
});

test('on a long list each feature is read once, however often a screen asks', () => {
	let reads = 0;
	const features = world(
		Object.fromEntries(Array.from({length: 200}, (_, n) => [`f${n}`, n === 0 ? '' : `f${n - 1} f${n >> 1}?`])),
	).map((feature) => ({
		...feature,
		get links() {
			reads++;
			return feature.links ?? [];
		},
	}));
	const {choice, says} = toggle(features, NOTHING, 'f199');
	expect(marksFor(features, choice).size).toBe(200);
	expect(says).toContain('Brings 199 features along');
	expect(cut(features, choice, 'f199').says).toBe('There is no cut here that leaves out more than it loses');
	for (const {id} of features) bringsText(features, id);
	expect(reads).toBe(features.length);
});
