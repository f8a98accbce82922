import {expect, test} from 'vitest';
import type {Kind} from '../../../src/domain/change.ts';
import {whyCritical} from '../../../src/domain/selection/critical.ts';
import {change, feature} from '../../kit/features.ts';

const why = (subject: string, kind: Kind = 'fix') => whyCritical(feature(subject, {subject, kind}));

test.each([
	['fix(security): check the token', 'a security fix'],
	['fix: CVE-2026-1234 in the parser', 'a security fix'],
	['fix: XSS in order notes', 'a security fix'],
	['fix: leaks the session token in logs', 'a security fix'],
	['Fix IDOR for reports', 'a security fix'],
	['fix: sanitize expansion and prevent injection', 'a security fix'],
	['fix(security): rate limit to mitigate DDoS via prompt injection', 'a security fix'],
	['fix: crash on the security tab', 'a fix against crashes'],
	['fix: security advisory for the parser', 'a security fix'],
	['fix: permission bypass in shared boards', 'a security fix'],
	['fix(ssr): prevent malicious URL from overriding host', 'a security fix'],
	['fix: data loss on restart', 'a fix against data loss'],
	['fix: index corruption', 'a fix against data loss'],
	['fix: crashes without a config', 'a fix against crashes'],
	['fix: memory leak in the pool', 'a fix against crashes'],
	['fix: critical bug in checkout', 'a hotfix'],
	['fix: survive an odd path (critical, ABC-1)', 'a hotfix'],
])('“%s” is %s', (subject, expected) => {
	expect(why(subject)).toBe(expected);
});

test.each([
	['feat: crash reports', 'feat'],
	['test: crash on empty input', 'test'],
	['docs: security policy', 'docs'],
	['fix: typo in crash page', 'fix'],
	['fix: inline critical CSS', 'fix'],
	['fix: dependency injection container docs', 'fix'],
	['Crash course for new people', 'other'],
	['fix: align the security tab', 'fix'],
	['fix(ui): links on the security settings page', 'fix'],
	['fix: removed null security context from values', 'fix'],
	['fix(ci): use a commit hash in security insights', 'fix'],
	['fix: run loaders in the correct injection context', 'fix'],
	['fix(core): dynamic session ID injection to resume', 'fix'],
	['fix: load the SDK lazily to avoid eager script injection', 'fix'],
	['fix: add test for erroneous XSS errors', 'fix'],
] as const)('“%s” is not critical', (subject, kind) => {
	expect(why(subject, kind)).toBeUndefined();
});

test('one critical change makes its feature critical', () => {
	const changes = [change('a', {kind: 'feat'}), change('b', {subject: 'fix: crash in it'})];
	expect(whyCritical(feature('f', {changes, kind: 'feat', title: 'feat: thing'}))).toBe(
		'a fix against crashes (“fix: crash in it”)',
	);
	const own = [change('a', {subject: 'fix: crash in it'}), change('b', {kind: 'feat'})];
	expect(whyCritical(feature('g', {changes: own, title: 'crash in it', kind: 'fix'}))).toBe('a fix against crashes');
});
