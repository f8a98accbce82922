import {expect, test} from 'vitest';
import {firstPaint} from '../../src/tui/first-paint.ts';
import {themeFor} from '../../src/tui/theme.ts';
import fc from '../kit/check.ts';

test('the first paint fits the width and lets no escape of the project name through', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 250}), fc.string({unit: 'binary'}), (columns, project) => {
			const paint = firstPaint(columns, `${project}\u001b[31m`);
			const shown = paint.replaceAll(/\u001b\[(?:\?1049h|\?25l|H|2J|1m|22m)/g, '');

			expect(shown).not.toContain('\u001b');
			for (const line of shown.split('\r\n')) expect(line.length).toBeLessThanOrEqual(columns);
		}),
	);
});

test('NO_COLOR takes colours away and keeps bold; a plain console gets ASCII of the same width', () => {
	expect(themeFor({}).look({text: '', tone: 'bad'})).toEqual({color: 'red', bold: true});
	expect(themeFor({NO_COLOR: '1'}).look({text: '', tone: 'bad'})).toEqual({bold: true});
	expect(themeFor({TERM: 'linux'}).glyphs('✓ 5 % ── ●')).toBe('+ 5 % -- *');
});
