import {expect, test} from 'vitest';
import type {Change} from '../../src/domain/change.ts';
import {parseMessage} from '../../src/domain/conventional.ts';
import {groupChanges, MOST_CHANGES} from '../../src/domain/grouping.ts';
import {asOid} from '../../src/domain/ids.ts';
import {guessKind} from '../../src/domain/kind.ts';
import {pairReverts} from '../../src/domain/reverts.ts';
import {safe} from '../../src/domain/safe.ts';
import fc from '../kit/check.ts';

const DAY = 86_400;
const id = (n: number, digits = 8) => asOid(n.toString(16).padStart(digits, '0').padEnd(40, 'f'));

let count = 0;
function change(text: string, paths: readonly string[], more: Partial<Change> & {day?: number} = {}): Change {
	const {day = 0, ...rest} = more;
	const message = parseMessage(text);
	count++;
	return {
		oid: id(count),
		parent: id(0),
		tree: id(0),
		form: 'commit',
		subject: safe(message.subject),
		body: text.slice(text.indexOf('\n\n') + 2),
		author: {name: safe('Ann'), email: 'ann@x'},
		authoredAt: day * DAY,
		committedAt: day * DAY,
		kind: message.kind ?? guessKind(message.title, paths),
		conventional: message.conventional,
		...(message.scope === undefined ? {} : {scope: safe(message.scope)}),
		breaking: message.breaking,
		issues: message.issues,
		...(message.pullRequest === undefined ? {} : {pullRequest: message.pullRequest}),
		files: paths.map((path) => ({path, status: 'modified'})),
		bot: false,
		cancelled: false,
		...rest,
	};
}

const shape = (changes: readonly Change[]) =>
	groupChanges(changes).map((feature) => [feature.title, feature.changes.map((c) => c.subject)]);

test('one pull request, a fix-up, a shared issue and a follow-up are one feature each, and say why', () => {
	const list = [
		change('feat: a (#1)', ['a.ts']),
		change('feat: b ABC-7', ['b.ts'], {author: {name: safe('Bo'), email: 'bo@x'}}),
		change('fixup! feat: a', ['z.ts'], {day: 90}),
		change('fix: later ABC-7', ['c.ts'], {day: 60}),
		change('fix: again (#1)', ['d.ts'], {day: 70}),
		change('fix: more\n\nFollow-up to #1', ['e.ts'], {day: 80}),
	];
	const features = groupChanges(list);
	expect(features.map((feature) => [feature.title, feature.kind, feature.changes.length])).toEqual([
		['A', 'feat', 4],
		['B ABC-7', 'feat', 2],
	]);
	expect(features[0]?.grouping).toEqual(
		expect.arrayContaining(['Marked as a fix-up of another change', 'Same pull request #1', 'Follows up #1']),
	);
	expect(features[1]).toMatchObject({issues: ['ABC-7'], grouping: ['Same issue ABC-7'], files: 2});
	expect(features[0]?.id).toBe(`f-${list[0]?.oid.slice(0, 8)}`);
});

test('a small fix by the same author on the same files joins; another author, weeks later, or another issue does not', () => {
	const feat = change('feat(web): page', ['p.ts', 'q.ts']);
	const near = change('fix(web): typo in page', ['p.ts'], {day: 1});
	const other = change('fix(web): page again', ['p.ts'], {day: 1, author: {name: safe('Bo'), email: 'bo@x'}});
	const late = change('fix(web): page late', ['p.ts'], {day: 40});
	expect(shape([feat, near])).toEqual([['Page', ['feat(web): page', 'fix(web): typo in page']]]);
	expect(shape([feat, other])).toHaveLength(2);
	expect(shape([feat, late])).toHaveLength(2);
	expect(shape([change('fix: a #1', ['p.ts']), change('fix: b #2', ['p.ts'])])).toHaveLength(2);
});

test('files that everybody touches, and issues that everything names, join nothing', () => {
	const hot = Array.from({length: 20}, (_, i) => change(`fix: ${i} thing`, ['index.ts']));
	expect(shape(hot)).toHaveLength(20);
	const roof = Array.from({length: 20}, (_, i) => change(`fix: ${i} part EPIC-1`, [`f${i}.ts`]));
	expect(shape(roof)).toHaveLength(20);
});

test('documentation, CI, lock files, robots and release numbers are folded into one group each', () => {
	const bot = {bot: true, author: {name: safe('dependabot[bot]'), email: 'b@x'}};
	const list = [
		change('docs: a', ['docs/a.md']),
		change('chore(deps): bump x from 1 to 2 (#3)', ['package.json', 'package-lock.json'], bot),
		change('typo (#4)', ['README.md']),
		change('build(deps): bump y (#5)', ['package-lock.json'], bot),
		change('ci: faster', ['.github/workflows/a.yml']),
		change('ci: slower', ['.github/workflows/b.yml']),
		change('feat: real', ['src/a.ts']),
		change('1.2.3', ['package.json']),
		change('1.2.4', ['package.json', 'CHANGELOG.md']),
		change('docs!: a breaking one is never folded', ['docs/b.md']),
	];
	expect(groupChanges(list).map((feature) => [feature.title, feature.kind])).toEqual([
		['Real', 'feat'],
		['A breaking one is never folded', 'docs'],
		['2 documentation changes', 'docs'],
		['2 dependency updates', 'build'],
		['2 CI changes', 'ci'],
		['2 release commits', 'chore'],
	]);
});

test('what a title closes is not part of it', () => {
	const titles = ['feat: support wildcards Closes #40', 'fix: it closes tabs (fixes #1, #2)', 'fix: closes #3'];
	expect(titles.map((title, i) => groupChanges([change(title, [`${i}.ts`])])[0]?.title)).toEqual([
		'Support wildcards',
		'It closes tabs',
		'Closes #3',
	]);
});

test('a title that says nothing says where instead', () => {
	expect(shape([change('wip', ['src/api/a.ts', 'src/api/b.ts'])])[0]?.[0]).toBe('wip (src/api/)'.replace('wip', 'Wip'));
	expect(shape([change('Update', ['src/a.ts'])])[0]?.[0]).toBe('Update (src/a.ts)');
});

test('every change ends in exactly one feature, none above the cap, ids are distinct and order does not matter to them', () => {
	const one = fc.record({
		subject: fc.constantFrom(
			'feat: a',
			'fix: b (#1)',
			'fixup! feat: a',
			'c ABC-1',
			'd ABC-2',
			'chore: e',
			'fix(x): f #1',
			'docs: g',
		),
		path: fc.constantFrom('a.ts', 'b.ts', 'docs/c.md', 'package-lock.json', '.github/workflows/d.yml'),
		day: fc.integer({min: 0, max: 30}),
		bot: fc.boolean(),
	});
	fc.assert(
		fc.property(fc.array(one, {maxLength: 60}), (items) => {
			const list = items.map(({subject, path, day, bot}) => change(subject, [path], {day, bot}));
			const features = groupChanges(list);
			const seen = features.flatMap((feature) => feature.changes.map((c) => c.oid));
			expect([...seen].sort()).toEqual(list.map((c) => c.oid).sort());
			expect(new Set(features.map((feature) => feature.id)).size).toBe(features.length);
			for (const feature of features) {
				const folded = feature.grouping.some((why) => / only$|robots$|releases$/.test(why));
				if (!folded) expect(feature.changes.length).toBeLessThanOrEqual(MOST_CHANGES);
			}
		}),
		{numRuns: 100},
	);
});

test('two changes whose ids begin alike still make two features', () => {
	const [a, b] = [change('feat: a', ['a.ts']), change('feat: b', ['b.ts'])];
	const twin = {...b, oid: asOid(`${a.oid.slice(0, 8)}${'e'.repeat(32)}`)};
	expect(new Set(groupChanges([a, twin]).map((feature) => feature.id)).size).toBe(2);
});

test('reverts pair by id, by pull request and by subject, with parity, and several at once cancel nothing', () => {
	const fact = (n: number, subject: string, more: object = {}) => ({
		oid: id(n),
		subject,
		revertsOids: [] as string[],
		...more,
	});
	const list = [
		fact(1, 'feat: a (#1)', {pullRequest: 1}),
		fact(2, 'feat: b'),
		fact(3, 'Revert "feat: b"', {revertsSubject: 'feat: b'}),
		fact(4, 'Reapply "feat: b"', {revertsSubject: 'Revert "feat: b"'}),
		fact(5, 'take it out', {revertsPullRequest: 1}),
		fact(6, 'feat: c'),
		fact(7, 'feat: d'),
		fact(8, 'undo both', {revertsOids: [id(6), id(7)]}),
		fact(9, 'undo', {revertsOids: [id(7).slice(0, 9)]}),
	];
	const {cancelled, reverts} = pairReverts(list);
	expect([...cancelled].sort()).toEqual([1, 3, 4, 5, 7, 9].map((n) => id(n)).sort());
	expect(reverts.get(id(4))).toBe(id(3));
	expect(reverts.get(id(3))).toBe(id(2));
});

test.each([
	['[Bugfix release] Allow class-based helpers (#12)', 'Allow class-based helpers'],
	['[Backport 2.x] fix: keep the socket', 'Keep the socket'],
	['[DOC @glimmer/tracking] update docs for @tracked', 'Update docs for @tracked'],
	['ui(polish) blend background color (#12)', 'Blend background color'],
	['feat(cart): fix: show totals. Closes #12', 'Show totals'],
	['Mixonic/update blueprints', 'Update blueprints'],
	['useEffect is called twice', 'useEffect is called twice'],
	['v3.1.0', 'Release v3.1.0'],
	[
		'fix(patch): cherry-pick 188e255 to release/v0.55.0-pr-28 to patch version v0.55.0 and create version 0.55.1 (#29)',
		'Pick of 188e255 for 0.55.1 (a.ts)',
	],
	['patch: cherry-pick aa9163d to release/v1', 'Pick of aa9163d for release/v1 (a.ts)'],
	['fix: cherry-pick a range', 'cherry-pick a range'],
	[`feat: ${'one two three '.repeat(10)}`, 'One two three one two three one two three one two three one two three…'],
])('%s is called %s', (subject, title) => {
	const [feature] = groupChanges([change(subject, ['a.ts'])]);
	expect(feature?.title).toBe(title);
	expect([...(feature?.title ?? '')].length).toBeLessThanOrEqual(72);
});

test('lines say what continues what, whoever wrote it, and the package stands for a scope', () => {
	const bo = {name: safe('Bo'), email: 'bo@x'};
	const first = change('feat: show the cart (#1)', ['packages/shop/cart.ts']);
	const fix = change('fix: round totals (#2)', ['packages/shop/cart.ts'], {author: bo, day: 3});
	const late = change('fix: round again (#3)', ['packages/shop/cart.ts'], {author: bo, day: 40});
	const more = change('feat: cart as a guest (#4)', ['packages/shop/cart.ts'], {author: bo, day: 4});
	const edge = (from: Change, to: Change, kind: 'edit' | 'birth') => ({
		from: from.oid,
		to: to.oid,
		kind,
		strength: 'hard' as const,
		why: {path: 'packages/shop/cart.ts', symbol: 'totalOf'},
	});
	const edges = [edge(fix, first, 'edit'), edge(late, first, 'edit'), edge(more, first, 'edit')];
	const graphOf = (list: readonly ReturnType<typeof edge>[]) => ({
		needs: (oid: string) => list.filter((one) => one.from === oid),
		drifted: () => [],
		suspects: () => [],
	});
	const list = [first, fix, more, late];
	const shapes = (graph?: ReturnType<typeof graphOf>) =>
		groupChanges(list, {graph}).map((feature) => feature.changes.map(({pullRequest}) => pullRequest));
	expect(shapes()).toEqual([[1], [2], [4], [3]]);
	expect(shapes(graphOf(edges))).toEqual([[1, 2], [4], [3]]);
	expect(groupChanges(list, {graph: graphOf(edges)})[0]).toMatchObject({
		scope: 'shop',
		grouping: ['Reworks lines of it within 3 days'],
	});
	// Names of an earlier one, used on the same files of the same package, join whatever kind it is.
	expect(shapes(graphOf([edge(more, first, 'birth')]))).toEqual([[1, 4], [2], [3]]);
});

test('what is folded stays folded, however it is mentioned', () => {
	const list = [
		change('feat: the cart (#1)', ['a.ts'], {pullRequest: 1}),
		change('docs: explain the cart, see #1', ['README.md']),
		change('chore(deps): bump x\n\nFollow-up to #1', ['package.json', 'package-lock.json']),
		change('Post-release version bump', ['package.json']),
		change('chore(i18n): new words', ['src/locales/de.json']),
	];
	expect(groupChanges(list).map((feature) => feature.changes.length)).toEqual([1, 1, 1, 1, 1]);
});
