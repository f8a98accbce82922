import {expect, test} from 'vitest';
import {calmTap} from '../../../src/stages/testing/calm.ts';

const shown = (text: string) => text.split('\n').filter(calmTap());

test('of a passed case only its line is shown; of a failed one everything', () => {
	const text = `TAP version 13
# Subtest: adds
ok 1 - adds
  ---
  duration_ms: 1
  ...
# Subtest: divides
not ok 2 - divides
  ---
  error: 'by zero'
  ...
1..2
# fail 1`;
	expect(shown(text)).toEqual([
		'TAP version 13',
		'ok 1 - adds',
		'not ok 2 - divides',
		'  ---',
		"  error: 'by zero'",
		'  ...',
		'1..2',
		'# fail 1',
	]);
});

test('output that is not TAP is shown as it is', () => {
	const text = 'ok\n---\nsomething\n...\n# Subtest: no';
	expect(shown(text)).toEqual(text.split('\n'));
});
