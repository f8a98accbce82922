import {expect, test} from 'vitest';
import {eventLine, runLines} from '../../src/headless/lines.ts';
import {
	brokenStaging,
	cannedLive,
	HOSTILE,
	heldAtProduction,
	promoted,
	rolledBack,
	type Scenario,
} from '../kit/canned.ts';
import {collect} from '../kit/collect.ts';

async function run(scenario: Scenario, colour = false) {
	const {io, out, err} = collect();
	const ending = await runLines(cannedLive(scenario, {interactive: false}), {...io, colour});
	return {out: out(), err: err(), ending};
}

test('the story goes to stdout and what commands print goes to stderr', async () => {
	const {out, err, ending} = await run(promoted());

	expect(ending.exit).toBe(0);
	expect(out).toContain('Suite unit passed: 214 passed, 0 failed, 2 skipped');
	expect(out).not.toContain('compiled src/part-1.js');
	expect(err).toContain('build | compiled src/part-1.js');
	expect(err).not.toContain('Suite unit');
});

test('each line has a time, a mark, a stage and words, and no escape at all', async () => {
	const {out, err} = await run(promoted());

	const story = out.split('\n').filter((line) => /^\d/.test(line));
	expect(story.length).toBeGreaterThan(40);
	for (const line of story) expect(line).toMatch(/^\d\d:\d\d:\d\dZ [·!✗✓●?⇄↺] [a-z ]{10} \S/);
	expect(story.find((line) => line.includes('Slot green: v1.5.0+c0ffee00 healthy'))).toContain(' production ');
	expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('what goes is listed with risk and reason, what waits is counted', async () => {
	const {out} = await run(promoted());

	expect(out).toMatch(/Goes \(5\)\n +Risk +Kind +Feature +Id +Why\n +\d+ % /);
	expect(out).toContain('and 5 wait: orchestra deploy --plan lists them');
});

test('colour is only there when it was allowed, and only around warnings and errors', async () => {
	const {out} = await run(rolledBack, true);

	const coloured = out.split('\n').filter((line) => line.includes('\u001b'));
	expect(coloured.length).toBeGreaterThan(0);
	for (const line of coloured) expect(line).toMatch(/^\u001b\[(31|33)m[^\u001b]+\u001b\[39m$/);
	expect((await run(rolledBack)).out).not.toContain('\u001b');
});

test('an unanswered decision ends held and says with which command it goes on', async () => {
	const {out, err, ending} = await run(heldAtProduction);

	expect(ending.exit).toBe(8);
	expect(out).toContain('‖ held');
	expect(out).toContain('orchestra deploy --resume --yes');
	expect(err).toContain('answers: go (Start the rollout, recommended) · stop (Stop here; nothing was changed)');
});

test('a fault ends with what happened, what it means for users and what to do', async () => {
	const {out, ending} = await run(brokenStaging);

	expect(ending.exit).toBe(1);
	expect(out).toMatch(/because +The release could not be built/);
	expect(out).toMatch(/for users +no traffic was touched: everybody is on 1\.4\.1/);
	expect(out).toMatch(/next +orchestra/);
});

test('hostile text in an event is drawn, not obeyed', () => {
	const line = eventLine({
		type: 'note',
		level: 'info',
		text: HOSTILE as never,
		seq: 1,
		fence: 1,
		mono: 0,
		utc: '2026-11-21T06:01:00.000Z',
	});

	expect(line).toContain('␛[2J');
	expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});
