import {expect, test} from 'vitest';
import type {FeatureLine} from '../../src/domain/deployment/event.ts';
import {safe} from '../../src/domain/safe.ts';
import {batchTable} from '../../src/report/batch-table.ts';

const line = (id: string, parts: Partial<FeatureLine> = {}): FeatureLine => ({
	id,
	title: safe(`Title of ${id}`),
	kind: 'fix',
	bucket: 'recommended',
	risk: 0.08,
	breaking: false,
	topics: [],
	changes: 1,
	why: safe('src/a.js, with tests'),
	...parts,
});
const lines = [
	line('f-1', {chosen: true}),
	line('f-2', {chosen: true, pulledIn: true, bucket: 'optional'}),
	line('f-3', {bucket: 'not recommended', risk: 0.8, why: safe('HIGH RISK: drops column old of the table notes')}),
];

test('a plan lists what goes and, by bucket, what waits, each with its reason in full', () => {
	const text = batchTable(lines, 60, true).join('\n');
	expect(text).toMatch(/Goes \(2\)\n.*\n +8 % +fix +Title of f-1 +f-1 +src/);
	expect(text).toContain('comes along');
	expect(text).toContain('Waits, not recommended (1)');
	expect(text.replaceAll(/\s+/g, ' ')).toContain('drops column old of the table notes');
	for (const row of text.split('\n')) expect(row.length).toBeLessThanOrEqual(60);
});

test('before a choice there are only buckets', () => {
	const text = batchTable([line('f-1', {scope: safe('login'), breaking: true, changes: 3})], 100, true).join('\n');
	expect(text).toMatch(
		/Recommended \(1\)\n.*\n +8 % +fix! +login: Title of f-1 +f-1 +src\/a.js, with tests; 3 changes/,
	);
	expect(text).not.toContain('Goes');
});

test('a deployment lists what goes and counts the rest', () => {
	const rows = batchTable(lines, 100, false);
	expect(rows.join('\n')).not.toContain('Title of f-3');
	expect(rows.at(-2)).toBe('  and 1 wait: orchestra deploy --plan lists them');
});

test('a title in a wide script leaves the ids of the others where they are', () => {
	const rows = batchTable([line('f-1'), line('f-2', {title: safe('漢字'.repeat(36))})], 98, true);
	expect(rows.find((row) => row.includes('Title of f-1'))).toMatch(/Title of f-1 +f-1 /);
	const [first = '', second = ''] = rows.slice(rows.findIndex((row) => row.includes('漢字')));
	expect(first).toMatch(/漢字? +f-2 /);
	expect(second).toMatch(/漢字?…/);
});

test('a title of one and a half lines goes on below, and leaves the reason its room', () => {
	const title = safe('Prevent argument injection in every git repository command');
	const rows = batchTable([line('f-1', {title})], 100, true);
	const at = rows.findIndex((row) => row.includes('Prevent argument'));
	const words = `${rows[at]} ${rows[at + 1]}`.replace(/f-1 +src\/a.js, with tests/, '').replaceAll(/ +/g, ' ');
	expect(words).toContain(title);
	expect(rows[at]).toContain('src/a.js, with tests');
});
