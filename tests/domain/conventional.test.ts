import {describe, expect, test} from 'vitest';
import {parseMessage, subjectKey} from '../../src/domain/conventional.ts';
import {guessKind, isBot} from '../../src/domain/kind.ts';
import fc from '../kit/check.ts';

describe('a subject', () => {
	test.each([
		[
			'feat(api)!: add users (#12)',
			{kind: 'feat', scope: 'api', breaking: true, conventional: true, pullRequest: 12, title: 'Add users'},
		],
		['fix: x', {kind: 'fix', breaking: false, conventional: true, title: 'X'}],
		['bugfix(web): `fooBar` fails', {kind: 'fix', scope: 'web', title: '`fooBar` fails'}],
		['✨ feat: sparkle', {kind: 'feat', title: 'Sparkle'}],
		[':bug: fix(core): it', {kind: 'fix', scope: 'core', title: 'It'}],
		['[Fix] broken link', {kind: 'fix', conventional: false, title: 'Broken link'}],
		[
			'server: close idle sockets',
			{kind: undefined, scope: 'server', conventional: false, title: 'server: close idle sockets'},
		],
		['https://example.com is down', {kind: undefined, scope: undefined, conventional: false}],
		['Feat/new constraint operators', {kind: 'feat', conventional: false, title: 'New constraint operators'}],
		['Add dark mode', {kind: undefined, conventional: false, title: 'Add dark mode'}],
		['camelCase stays', {title: 'camelCase stays'}],
		['', {conventional: false, title: ''}],
	])('%j is read as %j', (subject, expected) => {
		const message = parseMessage(subject);
		for (const [key, value] of Object.entries(expected))
			expect(message[key as keyof typeof message], key).toEqual(value);
	});

	test('with a breaking footer in its body is breaking', () => {
		expect(parseMessage('feat: x\n\nText\n\nBREAKING CHANGE: the old way is gone').breaking).toBe(true);
		expect(parseMessage('feat: x\n\nBREAKING-CHANGE: y').breaking).toBe(true);
		expect(parseMessage('feat: x\n\nnot a BREAKING CHANGE').breaking).toBe(false);
	});
});

describe('issue keys', () => {
	test.each([
		['fix: crash #3 (#9)', ['#3']],
		['ABC-34 add export', ['ABC-34']],
		['fix: x\n\nCloses #1, #2 and ABC-3', ['#1', '#2', 'ABC-3']],
		['fix: x\n\nFixes https://github.com/o/r/issues/77', ['#77']],
		['fix: x\n\nRefs https://linear.app/team/issue/CHE-12/some-title', ['CHE-12']],
		['fix: x\n\nCo-authored-by: Ann <ann@x>\nsee also #5 in passing', []],
		['use UTF-8 and SHA-256 for CVE-2024-1234', []],
		['docs: see page#3', []],
	])('in %j are %j', (text, issues) => {
		expect(parseMessage(text).issues).toEqual(issues);
	});
});

describe('a merge takes its title from where its host puts it', () => {
	test.each([
		[
			'Merge pull request #41 from me/topic-x\n\nfeat(web): add the page',
			{subject: 'feat(web): add the page', pullRequest: 41, kind: 'feat', scope: 'web'},
		],
		[
			"Merge branch 'fix/login' into 'main'\n\nRepair the login\n\nSee merge request group/app!7",
			{subject: 'Repair the login', pullRequest: 7},
		],
		['Merged in feature/x (pull request #8)\n\nDo x', {subject: 'Do x', pullRequest: 8}],
		['Merged PR 5: Add y', {subject: 'Add y', pullRequest: 5}],
		["Merge pull request 'Add z' (#6) from topic into main", {subject: 'Add z', pullRequest: 6}],
		["Merge branch 'feature/ABC-12-login-page' into dev", {subject: 'Login page', kind: 'feat', issues: ['ABC-12']}],
		["Merge remote-tracking branch 'origin/hotfix/crash'", {subject: 'Crash', kind: 'fix'}],
	])('%j', (text, expected) => {
		expect(parseMessage(text)).toMatchObject(expected);
	});
});

test('reverts, picks, fix-ups and follow-ups name what they belong to', () => {
	const sha = 'a'.repeat(40);
	expect(parseMessage(`Revert "feat: x (#1)" (#2)\n\nThis reverts commit ${sha}.`)).toMatchObject({
		kind: 'revert',
		revertsSubject: 'feat: x (#1)',
		revertsOids: [sha],
		pullRequest: 2,
	});
	expect(parseMessage('Reapply "feat: x"').revertsSubject).toBe('Revert "feat: x"');
	expect(parseMessage('revert: feat: x').revertsSubject).toBe('feat: x');
	expect(parseMessage('Revert "x"\n\nReverts owner/repo#12').revertsPullRequest).toBe(12);
	expect(parseMessage(`x\n\n(cherry picked from commit ${sha})`).pickedFrom).toEqual([sha]);
	expect(parseMessage('fixup! fixup! feat: x').fixupOf).toBe('fixup! feat: x');
	expect(parseMessage('fix: y\n\nFollow-up to #31').followsUp).toEqual([31]);
	expect(subjectKey(' feat:  x (#1) (#2) ')).toBe('feat: x');
});

test('any message is read, within a moment', () => {
	const nasty = fc.array(
		fc.constantFrom('(', ')', '#1', 'a', ' ', '\n', ': ', '!', 'fixes ', '"', 'Revert "', 'A-1', '\0', '\u202e', '['),
		{
			maxLength: 3000,
		},
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string({unit: 'binary', maxLength: 2000}),
				nasty.map((parts) => parts.join('')),
			),
			(text) => {
				const started = performance.now();
				const message = parseMessage(text);
				expect(performance.now() - started).toBeLessThan(500);
				expect(message.subject).not.toContain('\n');
				expect(new Set(message.issues).size).toBe(message.issues.length);
			},
		),
		{numRuns: 300},
	);
});

describe('without a type, the kind is guessed', () => {
	test.each([
		['Update the guide', ['docs/a.md', 'README.md'], 'docs'],
		['whatever', ['.github/workflows/x.yml'], 'ci'],
		['whatever', ['src/a.test.ts'], 'test'],
		['whatever', ['package.json', 'package-lock.json'], 'build'],
		['Fix crash on start', ['src/a.ts'], 'fix'],
		['Prevent double booking', ['src/a.ts'], 'fix'],
		['Add export button', ['src/a.ts'], 'feat'],
		['Rename the thing', ['src/a.ts'], 'refactor'],
		['Speed up search', ['src/a.ts'], 'perf'],
		['Revert the thing', ['src/a.ts'], 'revert'],
		['Bump express from 4 to 5', ['src/a.ts'], 'build'],
		['9.1.0', ['package.json'], 'chore'],
		['Lorem ipsum', ['src/a.ts'], 'other'],
	])('%j in %j is %s', (title, paths, kind) => {
		expect(guessKind(title, paths)).toBe(kind);
	});
});

test('robots are recognised, people are not', () => {
	const bot = (name: string, email = 'x@x') => isBot({name, email});
	expect(bot('dependabot[bot]')).toBe(true);
	expect(bot('renovate')).toBe(true);
	expect(bot('acme-bot')).toBe(true);
	expect(bot('x', '49699333+dependabot[bot]@users.noreply.github.com')).toBe(true);
	expect(bot('Abbot Smith')).toBe(false);
	expect(bot('Talbot')).toBe(false);
});
