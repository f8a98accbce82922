// Room: tests. What the demo says: short, true to the figures, and drawable whatever the folder is called.

import {expect, test} from 'vitest';
import {beginning, ending, noticed} from '../../src/demo/story.ts';
import {makeTally} from '../../src/demo/traffic/tally.ts';
import {asOid, featureIdOf} from '../../src/domain/ids.ts';
import {OUTCOMES} from '../../src/domain/outcome.ts';
import {safe} from '../../src/domain/safe.ts';

const oid = asOid('a'.repeat(40));
const bad = {subject: safe('feat(audit): look'), oid, feature: featureIdOf(oid)};
const repository = {folder: '/tmp/bakery', version: '1.0.1', changes: 59, dev: 'dev', bad} as const;

function traffic(answers: readonly [status: number, release: string | undefined][]) {
	const tally = makeTally();
	for (const [status, release] of answers) {
		tally.begun();
		tally.ended({kind: 'answered', status, release});
	}
	return tally;
}

test('the beginning says where it is, and names the bad change only when it is to fail', () => {
	const good = beginning({repository, ratePerSecond: 40, failing: false});
	expect(good.join('\n')).toContain('/tmp/bakery');
	expect(good.join('\n')).not.toContain('feat(audit)');
	expect(beginning({repository, ratePerSecond: 40, failing: true}).join('\n')).toContain('feat(audit): look');
});

test('errors of the service are told apart from requests that were lost', () => {
	const calm = traffic([[200, 'v2']]).report(1);
	expect(noticed(calm)).toEqual(['1 request: none was refused, reset or left without an answer.']);
	const rough = traffic([
		[200, 'v1'],
		[500, 'v2'],
		[500, 'v2'],
		[503, undefined],
	]);
	rough.begun();
	rough.ended({kind: 'refused'});
	expect(noticed(rough.report(1))).toEqual([
		'5 requests, 2 lost: 1 refused, 1 answered with an error by the front door.',
		'2 errors (5xx) of the service itself, release v2.',
	]);
	expect(noticed(makeTally().report(1))).toEqual(['No request was sent.']);
});

test.each([...OUTCOMES, undefined])(
	'the ending after %s has at most twelve lines, and commands to go on with',
	(outcome) => {
		const lines = ending({folder: '/tmp/bakery', outcome, traffic: traffic([[500, 'v2']]).report(1)});
		expect(lines.length).toBeLessThanOrEqual(12);
		expect(lines).toContain('  cd /tmp/bakery');
		expect(lines.join('\n')).toMatch(
			outcome === undefined ? /orchestra demo --in \. +goes on/ : /orchestra demo --in \. +the next/,
		);
		expect(lines.join('\n')).toMatch(/orchestra status --monitor/);
		expect(lines.join('\n')).toMatch(/orchestra history/);
	},
);

test('a folder of any name can be copied into a shell and draws nothing of its own', () => {
	const lines = ending({folder: "/tmp/it's \x1b[31m", outcome: 'promoted', traffic: makeTally().report(0)});
	expect(lines).toContain(String.raw`  cd '/tmp/it'\''s ␛[31m'`);
});
