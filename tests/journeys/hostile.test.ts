// A hostile repository, met by everything a user would type. Nothing it brought along runs, before or after its commands
// were trusted; nothing of it is obeyed by a terminal, a browser, a Markdown viewer or a spreadsheet.

import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {type HostileProject, hostileProject} from '../kit/hostile.ts';
import {BIN} from '../kit/project.ts';
import {openScreen} from '../kit/screen.ts';

/** What a terminal may obey, or a person be deceived by: all controls but the line's end and tab, bidi, invisible ones. */
const OBEYED =
	/[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;

/**
 * Our own escape sequences, all of them: the alternate screen, the cursor, pasted text, whole frames; going home, erasing,
 * moving; and the attributes and colours of the theme. Everything else on a terminal is an attacker's.
 */
const OURS = /\x1b\[(?:\?(?:25|1049|2004|2026)[hl]|(?:1;1)?H|2?J|K|\d*[AEG]|(?:[0127]|22|27|3[0-7]|39)m)/g;

function around(text: string, at: number): string {
	return JSON.stringify(text.slice(Math.max(0, at - 60), at + 40));
}

function expectDeaf(text: string, where: string): void {
	const at = text.search(OBEYED);
	expect(at < 0 ? '' : around(text, at), `a terminal would obey ${where}`).toBe('');
}

const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<]*"|[\w#.-]+))?)*)\s*\/?>/g;
const ELEMENTS = new Set(
	'html head meta title style body main header footer section article nav h1 h2 h3 h4 p a ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td details summary pre code span strong em b i small div figure figcaption svg g rect path line circle polyline text tspan time br hr abbr'.split(
		' ',
	),
);

/** A rough parser, stricter than a browser: what it cannot read as a tag of ours is a finding. */
function expectOnlyOurElements(page: string): void {
	const text = page.replace(/^<!doctype html>/i, '').replace(/<style>[\s\S]*?<\/style>/, '');
	for (const [tag, , name = '', attributes = ''] of text.matchAll(TAG)) {
		expect(ELEMENTS, tag).toContain(name);
		for (const [, attribute = '', value = ''] of attributes.matchAll(/\s+([\w:-]+)(?:\s*=\s*"([^"]*)")?/g)) {
			expect(attribute, tag).not.toMatch(/^(?:on|style$|src|srcdoc$|action$|xlink|formaction)/i);
			if (attribute === 'href') expect(value, tag).toMatch(/^#/);
		}
	}
	expect(text.replace(TAG, '').match(/<.{0,60}/)?.[0]).toBeUndefined();
}

/** What Markdown would make of a document besides text: code is taken out first, then escaped characters. */
function expectOnlyText(name: string, document: string): void {
	const text = document
		.replace(/^( *)(`{3,}|~{3,}).*\n[\s\S]*?^\1\2`*~*$/gm, '')
		.replace(/(?<!\\)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
		.replace(/\\[!-/:-@[-`{-~]/g, '');
	for (const [what, pattern] of Object.entries({
		html: /<\/?[a-z!]/i,
		link: /\]\(|\]\[/,
		image: /!\[/,
		autolink: /https?:\/\/(?!127\.0\.0\.1)|www\./i,
		mention: /(?<!\w)@\w/,
	})) {
		const at = text.search(pattern);
		expect(at < 0 ? '' : around(text, at), `${name}: ${what}`).toBe('');
	}
}

function csvCells(text: string): string[] {
	return [...text.matchAll(/"((?:[^"]|"")*)"(?:,|\r?\n|$)/g)].map((found) => (found[1] ?? '').replaceAll('""', '"'));
}

const events = (text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);

/** Runs it, and looks at everything that came out. */
async function type(project: HostileProject, args: readonly string[]) {
	const ran = await project.orchestra(args);
	expectDeaf(ran.stdout, `stdout of ${args.join(' ')}`);
	expectDeaf(ran.stderr, `stderr of ${args.join(' ')}`);
	expect(project.marks(), args.join(' ')).toEqual([]);
	return ran;
}

/** A terminal ends its lines with both; beyond that, what is left without our sequences must be text. */
function expectOursOnly(raw: string): void {
	expectDeaf(raw.replace(OURS, '').replaceAll('\r', ''), 'of what was drawn');
}

test('nothing of a hostile repository runs or is obeyed, from the plan to the history and on the screens', async () => {
	const project = await hostileProject();

	// Before anybody trusted anything.
	await type(project, ['doctor']);
	const plan = await type(project, ['deploy', '--plan']);
	expect(plan, plan.stderr).toMatchObject({exit: 0, stdout: expect.stringContaining('␛]0;PWNED␇')});
	const listed = await type(project, ['deploy', '--plan', '--json']);
	const found = events(listed.stdout).findLast((event) => event.type === 'features.found');
	// `as`: the shape is checked by what is done with it
	const features = found?.features as {id: string; title: string}[];
	expect(features.length).toBeGreaterThan(15);
	for (const ref of ['--output=pwned', '--upload-pack=pwned', '-rf'])
		expect((await type(project, ['deploy', '--plan', `--dev=${ref}`])).exit).toBeGreaterThan(0);

	// A person trusts the commands: the commands, not the repository.
	expect((await type(project, ['config', 'set', 'require_staging', 'false'])).exit).toBe(0);
	const select = features.map(({id}) => id).join(',');
	const hash = await project.trust();
	const shipped = await type(project, ['deploy', '--yes', '--strategy', 'switch', '--trust', hash, '--select', select]);
	expect(shipped, shipped.stdout + shipped.stderr).toMatchObject({exit: 0});
	for (const args of [
		['status'],
		['status', '--json'],
		['history'],
		['analyze'],
		['doctor'],
		['gateway', 'status'],
		['gateway', 'logs', 'green'],
		['gateway', 'logs', 'blue'],
	])
		expect(await type(project, args)).toMatchObject({exit: 0});

	const history = join(project.root, 'deployment_memory/history');
	const [id = ''] = readdirSync(history).filter((name) => /^\d{8}_\d{6}$/.test(name));
	expect((await type(project, ['history', id])).stdout).toContain('<script>');
	const csv = await type(project, ['history', '--export', 'csv']);
	const cells = csvCells(csv.stdout);
	expect(cells.some((cell) => cell.includes('HYPERLINK'))).toBe(true);
	expect(cells.filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
	expectOnlyText('history.md', (await type(project, ['history', '--export', 'md'])).stdout);
	JSON.parse((await type(project, ['history', '--export', 'json'])).stdout);

	const folder = join(history, id);
	const files = readdirSync(folder, {recursive: true, encoding: 'utf8'});
	const read = (name: string) => readFileSync(join(folder, name), 'utf8');
	expectOnlyOurElements(read('report.html'));
	expect(read('report.html')).toContain('&lt;script&gt;pwn()');
	const documents = files.filter((name) => name.endsWith('.md'));
	expect(documents.length).toBeGreaterThan(2);
	for (const name of documents) expectOnlyText(name, read(name));
	for (const name of files.filter((file) => /\.(?:md|html|sh|txt|json|jsonl|log)$/.test(file)))
		expectDeaf(read(name), name);
	for (const name of files.filter((file) => file.endsWith('.sh'))) execFileSync('sh', ['-n', join(folder, name)]);
	expect(project.marks()).toEqual([]);

	// The screens, on a terminal whose every byte is looked at.
	const options = {cwd: project.root, cols: 120, rows: 40};
	const chosen = openScreen(process.execPath, [BIN, 'deploy', '--strategy', 'switch', '--dev', project.later], options);
	await chosen.waitFor('Enter ship these');
	chosen.write('\r');
	await chosen.waitFor('Put v');
	for (const [keys, seen] of [
		['\x1b', 'd decide'],
		['2', 'Selection'],
		['@', 'Commands run'],
		['\x1b', 'd decide'],
		['/', 'Enter keeps it'],
		['cmd', '/cmd'],
		['\r', 'd decide'],
	] as const) {
		chosen.write(keys);
		await chosen.waitFor(seen);
	}
	chosen.write('\x03');
	expect(await chosen.exited).toBe(130);
	expect(chosen.raw()).toContain('PWNED');
	expectOursOnly(chosen.raw());
	const shown = openScreen(process.execPath, [BIN, 'deploy', '--resume', '--yes'], options);
	expect(await shown.exited, shown.text()).toBe(0);
	expectOursOnly(shown.raw());
	expect(project.marks()).toEqual([]);
}, 120_000);

test('the traps are real: plain git falls into them', async () => {
	const project = await hostileProject();
	spawnSync('git', ['status'], {cwd: project.root, stdio: 'ignore'});
	expect(project.marks().length).toBeGreaterThan(0);
});
