// Room: tests. The sample history under selection: what applies alone, what needs another change, and what stays green.

import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoRepository} from '../../src/demo/repository.ts';
import {git, makeOnce, ownTests} from './kit.ts';

const once = makeOnce('orchestra-demo-picks-');
let demo: DemoRepository;
let work: string;
let changes: {oid: string; merge: boolean; subject: string}[];

beforeAll(async () => {
	demo = await once.made;
	work = join(demo.folder, '../work');
	git(demo.folder, 'worktree', 'add', '-q', '--detach', work, 'main');
	changes = git(demo.folder, 'log', '--first-parent', '--reverse', '--format=%H%x01%P%x01%s', 'main..dev')
		.split('\n')
		.map((line) => {
			const [oid = '', parents = '', subject = ''] = line.split('\x01');
			return {oid, merge: parents.includes(' '), subject};
		});
});
afterAll(() => {
	rmSync(work, {recursive: true, force: true});
	once.remove();
});

/** Applies changes in the order of their branch on top of main; returns the subject of the first that does not apply. */
function build(wanted: (subject: string) => boolean): string | undefined {
	git(work, 'reset', '-q', '--hard', 'main');
	for (const {oid, merge, subject} of changes.filter((change) => wanted(change.subject))) {
		try {
			git(work, 'cherry-pick', '--allow-empty', '--keep-redundant-commits', ...(merge ? ['-m', '1'] : []), oid);
		} catch {
			git(work, 'cherry-pick', '--abort');
			return subject;
		}
	}
	return undefined;
}

const dangerous = /^feat\((audit|customers|api|cache)\)|^Revert|BAK-11/;

test('everything but the dangerous changes applies on main and passes the tests', {timeout: 60_000}, () => {
	expect(build((subject) => !dangerous.test(subject))).toBeUndefined();
	expect(ownTests(work)).toBe('green');
});

test('the bad change applies on main alone, and no test finds it', {timeout: 60_000}, () => {
	expect(build((subject) => /\(audit\)/.test(subject))).toBeUndefined();
	expect(ownTests(work)).toBe('green');
});

test('the critical fixes apply on main alone and pass the tests', {timeout: 60_000}, () => {
	const critical = demo.critical.map(({subject}): string => subject);
	expect(build((subject) => critical.includes(subject))).toBeUndefined();
	expect(ownTests(work)).toBe('green');
});

test('some changes do not apply without what they build on', () => {
	const alone = changes.map(({subject}) => subject).filter((subject) => build((one) => one === subject) !== undefined);
	expect(alone).toEqual([
		expect.stringMatching(/^fixup! feat\(search\)/),
		expect.stringMatching(/^feat\(loyalty\): a free roll/),
		expect.stringMatching(/^feat\(vouchers\)/),
		expect.stringMatching(/^feat\(export\): let the caller/),
		expect.stringMatching(/^fix\(delivery\)/),
		expect.stringMatching(/^perf\(products\)/),
		expect.stringMatching(/^feat\(customers\)/),
		expect.stringMatching(/^feat\(api\)!/),
		expect.stringMatching(/^fix\(hours\)/),
		expect.stringMatching(/^fixup! feat\(metrics\)/),
	]);
});

test('one change applies without what it needs, and only its tests say so', {timeout: 60_000}, () => {
	expect(build((subject) => /^feat\(receipts\)/.test(subject))).toBeUndefined();
	expect(ownTests(work)).toMatch(/not ok/);
	expect(build((subject) => /^feat\(receipts\)|^fix\(money\)/.test(subject))).toBeUndefined();
	expect(ownTests(work)).toBe('green');
});

test('the version before can live with every migration but the dangerous one', {timeout: 60_000}, () => {
	const env = {PATH: process.env.PATH, DATABASE: join(demo.folder, '../shared.db')};
	const migrate = () => execFileSync(process.execPath, ['migrate.js'], {cwd: work, env, encoding: 'utf8'});
	const old = `
		import {openDatabase} from './src/db.js';
		import {addOrder, listOrders} from './src/orders.js';
		const db = openDatabase(process.env.DATABASE);
		addOrder(db, {customer: 'Ada', product: 'rye', quantity: 1});
		console.log(listOrders(db, 'Ada').length);
	`;
	const versionBefore = () => {
		git(work, 'reset', '-q', '--hard', 'main');
		return execFileSync(process.execPath, ['--input-type=module', '-e', old], {
			cwd: work,
			env,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	};
	build((subject) => !dangerous.test(subject));
	expect(migrate()).toMatch(/^applied 001_orders.sql, .*007_greetings.sql$/m);
	expect(migrate()).toBe('nothing to migrate\n');
	expect(versionBefore()).toBe('1\n');
	build((subject) => !dangerous.test(subject) || /\(customers\)/.test(subject));
	expect(migrate()).toBe('applied 006_customer_name.sql\n');
	expect(versionBefore).toThrow(/no such column|has no column/);
});
