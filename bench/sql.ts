// Room: bench. What the SQL of a real project's migrations gives: statements, the share that a grammar reads, findings by rule.
// `npx node bench/sql.ts REPO [--at COMMIT] [--under FOLDER] [--facts FILE] [--show] [--json]`. Facts: which dangerous rules a
// person found by hand, per file; every one must be found.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {detector} from '../src/detectors/sql-migrations.ts';
import {dialectOfPath, dialectOfText} from '../src/detectors/support/sql/dialect.ts';
import {isJournal, isSnapshot, wantsPath} from '../src/detectors/support/sql/families.ts';
import {readMigration} from '../src/detectors/support/sql/read-migration.ts';
import type {Change} from '../src/domain/change.ts';
import {asOid} from '../src/domain/ids.ts';
import {safe} from '../src/domain/safe.ts';

const args = process.argv.slice(2);
const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const repo = args[0];
if (repo === undefined || repo.startsWith('--')) {
	console.error('usage: npx node bench/sql.ts REPO [--at COMMIT] [--under FOLDER] [--facts FILE] [--show] [--json]');
	process.exit(2);
}
const at = option('--at') ?? 'HEAD';
const under = option('--under') ?? '';
const git = (...rest: string[]) => execFileSync('git', ['-C', repo, ...rest], {encoding: 'utf8', maxBuffer: 1 << 30});

const paths = git('ls-tree', '-r', '-z', '--name-only', at)
	.split('\0')
	.filter((path) => path.startsWith(under) && wantsPath(path) && !isSnapshot(path) && !isJournal(path));

const zero = asOid('0'.repeat(40));
const changeFor = (path: string): Change => ({
	oid: zero,
	parent: zero,
	tree: zero,
	form: 'commit',
	subject: safe('bench'),
	body: '',
	author: {name: safe('bench'), email: ''},
	authoredAt: 0,
	committedAt: 0,
	kind: 'other',
	conventional: false,
	breaking: false,
	issues: [],
	files: [{path, status: 'added'}],
	bot: false,
	cancelled: false,
});
const nothing = {before: async () => undefined, after: async () => undefined, list: async () => []};

let statements = 0;
const unparsed: string[] = [];
const byRule = new Map<string, number>();
const found = new Map<string, Set<string>>();
let readable = 0;
const started = performance.now();
for (const path of paths) {
	const source = git('show', `${at}:${path}`);
	const read = await readMigration(path, source, dialectOfText(source) ?? dialectOfPath(path) ?? 'unknown');
	statements += read.statements;
	if (read.ops.length > 0) readable++;
	for (const {line, text} of read.unparsed) unparsed.push(`${path}:${line} ${text}`);
	const patch = {
		path,
		change: zero,
		added: source.split('\n').map((text, i) => ({line: i + 1, text})),
		removed: [],
		after: source,
	};
	for (const finding of await detector.detect(changeFor(path), [patch], nothing)) {
		byRule.set(finding.rule, (byRule.get(finding.rule) ?? 0) + 1);
		if (finding.severity === 'note') continue;
		const rules = found.get(path) ?? new Set();
		found.set(path, rules.add(finding.rule));
		if (args.includes('--show'))
			console.log(
				`${finding.severity.padEnd(8)}${finding.class} ${path}:${finding.line} ${finding.rule}: ${finding.what}`,
			);
	}
}
const seconds = (performance.now() - started) / 1000;

interface Facts {
	readonly files: Readonly<Record<string, readonly string[]>>;
}
// `as`: the fixture's own shape.
const facts = option('--facts') ? (JSON.parse(readFileSync(option('--facts') ?? '', 'utf8')) as Facts) : undefined;
const missed: string[] = [];
const extra: string[] = [];
let expected = 0;
for (const [path, rules] of Object.entries(facts?.files ?? {})) {
	expected += rules.length;
	const here = found.get(path) ?? new Set();
	for (const rule of rules) if (!here.has(rule)) missed.push(`${path}: ${rule}`);
	for (const rule of here) if (!rules.includes(rule)) extra.push(`${path}: ${rule}`);
}
const share = statements === 0 ? null : 1 - unparsed.length / statements;
const result = {
	repo,
	files: paths.length,
	readable,
	statements,
	parsed: statements - unparsed.length,
	share,
	seconds: Math.round(seconds * 100) / 100,
	rules: Object.fromEntries([...byRule].sort((a, b) => b[1] - a[1])),
	...(facts ? {hand: {files: Object.keys(facts.files).length, expected, missed, extra}} : {}),
};
if (args.includes('--json')) console.log(JSON.stringify(result));
else {
	console.log(
		`${paths.length} files, ${readable} with operations; ${statements} statements, ${share === null ? '-' : `${(share * 100).toFixed(2)} %`} parsed, ${seconds.toFixed(1)} s with git`,
	);
	for (const line of unparsed.slice(0, 40)) console.log(`  not parsed: ${line}`);
	for (const [rule, count] of Object.entries(result.rules)) console.log(`  ${String(count).padStart(5)} ${rule}`);
	if (result.hand) {
		console.log(
			`by hand: ${result.hand.files} files, ${expected} dangers, ${missed.length} missed, ${extra.length} more than the hand found`,
		);
		for (const line of missed) console.log(`  missed: ${line}`);
		for (const line of extra) console.log(`  extra: ${line}`);
	}
}
