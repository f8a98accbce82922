// The whole screen on a real terminal: keys in, cells out.

import {expect, test} from 'vitest';
import {openPlayer} from '../kit/screen.ts';

const SAFE_POINT = 'Stopping at the next safe point';

test('a person chooses features, answers the question, and reads the summary on the normal screen', async () => {
	const screen = openPlayer('promoted', 'tui', {cols: 120, rows: 40});
	await screen.waitFor('what goes together?');
	expect(screen.alternate()).toBe(true);

	screen.write('jjj ');
	await screen.waitFor('4/20 chosen from 10');
	screen.write('/schema');
	await screen.waitFor('1 of 10');
	screen.write('\r ');
	await screen.waitFor('5/20 chosen from 10');
	screen.write('\r');
	await screen.waitFor('5/20 chosen from 10'); // Enter in the list, not in the filter any more
	await screen.waitFor('Put v1.5.0+c0ffee00 into production?');
	await screen.waitFor(/❯ 2 {2}Stop here/); // the cautious answer has the focus
	screen.write('1');
	await screen.waitFor(/❯ 1 {2}Start the rollout/); // a digit only moves: 1 means a stage elsewhere
	screen.write('j');
	await screen.waitFor(/❯ 2 {2}Stop here/);
	screen.write('k');
	await screen.waitFor(/❯ 1 {2}Start the rollout/);
	screen.write('\r');

	expect(await screen.exited).toBe(0);
	const text = await screen.waitFor('orchestra rollback');
	expect(screen.alternate()).toBe(false);
	expect(screen.cursorHidden()).toBe(false);
	expect(text).toContain('✓ promoted shop 1.5.0 (5 features');
	expect(text).not.toContain('Your decision');
});

test('colour is used where it is allowed and nowhere with NO_COLOR; the words are the same', async () => {
	const coloured = openPlayer('promoted');
	const plain = openPlayer('promoted', 'tui', {env: {NO_COLOR: '1'}});
	const text = await coloured.waitFor('what goes together?');
	const same = await plain.waitFor('what goes together?');

	const frame = (whole: string) => whole.slice(whole.indexOf('━━'), whole.indexOf('── Activity'));
	expect(frame(same)).toBe(frame(text));
	const sgr = (raw: string) => [...raw.matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, codes]) => codes?.split(';') ?? []);
	const isColour = (code: string) => /^(3[0-8]|4[0-8]|9[0-7]|10[0-7])$/.test(code);
	expect(sgr(coloured.raw()).some(isColour)).toBe(true);
	expect(sgr(plain.raw()).filter(isColour)).toEqual([]);
});

test('no title, kind or topic ever makes the terminal do anything', async () => {
	const screen = openPlayer('hostile', 'tui', {cols: 120, rows: 40});
	await screen.waitFor('what goes together?');
	screen.write('\r');
	await screen.waitFor('Put v1.5.0+c0ffee00 into production?');
	expect(screen.alternate()).toBe(true);
	screen.write('1');
	await screen.waitFor(/❯ 1 {2}Start the rollout/); // a digit moves, it does not answer
	screen.write('\r');
	expect(await screen.exited).toBe(0);

	const raw = screen.raw();
	expect(raw).toContain('␛[2J');
	// What we and Ink use: cursor moves, erasing, SGR, and five private modes. Everything else is foreign.
	const allowed = /\u001b\[(?:\d*(?:;\d*)?[ABCDEFGHJK]|[\d;]*m|\?(?:25|1049|2004|2026)[hl])/g;
	const rest = raw.replaceAll(allowed, '');
	expect(rest).not.toContain('\u001b');
	expect(rest).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
	// The screen was left once by Ink and once by us, at the end, and cleared only at the beginning.
	expect(raw.split('\u001b[?1049l').length - 1).toBe(2);
	expect(raw.lastIndexOf('\u001b[2J')).toBeLessThan(raw.indexOf('what goes together?'));
});

test('Ctrl-C once stops at a safe point and says so; the deployment stays open', async () => {
	const screen = openPlayer('rolledBack', 'tui', {paceMs: 40});
	await screen.waitFor('Staging');
	screen.write('\u0003');

	expect(await screen.exited).toBe(130);
	const text = await screen.waitFor('orchestra deploy --resume');
	expect(text).toContain('■ interrupted');
	expect(screen.raw()).toContain(SAFE_POINT);
	expect(screen.alternate()).toBe(false);
});

test('Ctrl-C twice leaves at once, whatever the deployment still does', async () => {
	// The next event would come in ten minutes.
	const screen = openPlayer('rolledBack', 'tui', {paceMs: 600_000});
	await screen.waitFor('Discovery');
	screen.write('\u0003');
	await screen.waitFor(SAFE_POINT);
	screen.write('\u0003');

	expect(await screen.exited).toBe(130);
	expect(screen.alternate()).toBe(false);
	expect(screen.cursorHidden()).toBe(false);
});

test('when the process breaks, the normal screen and its cursor come back and the reason can be read', async () => {
	const screen = openPlayer('rolledBack', 'throw');

	expect(await screen.exited).not.toBe(0);
	await screen.waitFor('something broke on purpose');
	expect(screen.alternate()).toBe(false);
	expect(screen.cursorHidden()).toBe(false);
});

test('when drawing breaks, the deployment stops at a safe point and the summary says what broke', async () => {
	const screen = openPlayer('rolledBack', 'break', {paceMs: 20});

	expect(await screen.exited).toBe(130);
	const text = await screen.waitFor('drawing broke on purpose');
	expect(text).toContain('■ interrupted');
	expect(screen.alternate()).toBe(false);
	expect(screen.cursorHidden()).toBe(false);
});

test('keys arrive although a prompt has read the terminal before', async () => {
	const screen = openPlayer('promoted', 'prompt');
	await screen.waitFor('Ready?');
	screen.write('\r');
	await screen.waitFor('what goes together?');
	screen.write('c');

	await screen.waitFor('2/20 chosen from 10');
});

test('another size of the window is another layout, without leftovers', async () => {
	const screen = openPlayer('promoted', 'tui', {cols: 120, rows: 40});
	await screen.waitFor('what goes together?');
	for (const [cols, rows] of [
		[80, 24],
		[48, 16],
		[30, 8],
		[120, 40],
	] as const) {
		screen.resize(cols, rows);
		const text = await screen.waitFor((seen) => {
			const count = (what: string) => seen.split(what).length - 1;
			return rows === 8 ? /this is 30\s× 8/.test(seen) : count('MUST INCLUDE') === 1 && count('? help') === 1 && fits();
			function fits() {
				const wide = seen.includes('1 Discovery');
				return cols >= 100 ? wide : !wide;
			}
		});
		expect(text.split('\n').length).toBeLessThanOrEqual(rows);
	}
});

test('the monitor watches, and q leaves it', async () => {
	const screen = openPlayer('rolledBack', 'monitor', {paceMs: 20});
	await screen.waitFor('Features and risk');
	screen.write('r');
	await screen.waitFor('the monitor only watches');
	await screen.waitFor(/rolled back/);
	screen.write('q');

	expect(await screen.exited).toBe(0);
	expect(screen.alternate()).toBe(false);
});

test('the log pauses when scrolled, counts what is new, and G follows again', async () => {
	const screen = openPlayer('rolledBack', 'tui', {cols: 100, rows: 16, paceMs: 60});
	await screen.waitFor('compiled src/part-8.js');
	screen.write('\tk');
	await screen.waitFor(/paused — [2-9] new lines, G to follow/);
	screen.write('G');
	await screen.waitFor((text) => !text.includes('paused'));
});
