// Room: adapters. The patches of some changes, streamed from one pass. Hunk headers say how many lines follow, and only
// so many are read as content, so that no line of a file can pose as a header.

import {asOid, isOid, type Oid} from '../../domain/ids.ts';
import type {Patch} from '../../ports/repository.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** Generated files that cost most of a diff. */
const LOCKFILES = [
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'Cargo.lock',
	'Gemfile.lock',
	'poetry.lock',
	'composer.lock',
	'go.sum',
] as const;
/** Lock files are half of all diff time, and pictures have no lines: git need not read them unless somebody asks. */
const BINARY = 'png jpg jpeg gif webp ico bmp pdf zip gz tgz woff woff2 ttf otf eot mp3 mp4 mov webm jar wasm'.split(
	' ',
);

function excluded(wanted: (path: string) => boolean): string[] {
	const names = LOCKFILES.filter((name) => !wanted(name)).map((name) => `:(top,exclude,glob)**/${name}`);
	const kinds = BINARY.filter((kind) => !wanted(`x.${kind}`)).map((kind) => `:(top,exclude,glob)**/*.${kind}`);
	return [...names, ...kinds];
}

const MOST_LINES = 2000;
const LINE_CAP = 4000;

interface Open {
	path: string;
	change: Oid;
	added: {line: number; text: string}[];
	removed: {line: number; text: string}[];
}

/** git writes odd paths as C strings: `"a\tb\303\244"`. */
export function unquotePath(text: string): string {
	if (!text.startsWith('"') || !text.endsWith('"')) return text;
	const bytes: number[] = [];
	const plain: Readonly<Record<string, number>> = {a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13};
	for (let i = 1; i < text.length - 1; i++) {
		const char = text.charAt(i);
		if (char !== '\\') {
			bytes.push(...Buffer.from(String.fromCodePoint(text.codePointAt(i) ?? 0)));
			continue;
		}
		const octal = /^[0-3][0-7]{2}/.exec(text.slice(i + 1, i + 4));
		if (octal) {
			bytes.push(Number.parseInt(octal[0], 8));
			i += 3;
		} else {
			const next = text.charAt(++i);
			bytes.push(plain[next] ?? next.charCodeAt(0));
		}
	}
	return Buffer.from(bytes).toString('utf8');
}

/** The path in `--- a/x` or `+++ b/x`; undefined for /dev/null. */
function pathOf(line: string): string | undefined {
	// git ends a name that holds a space with a tab.
	const written = unquotePath(line.slice(4).replace(/\t$/, ''));
	return written === '/dev/null' ? undefined : written.slice(2);
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/;

export async function* readPatches(
	view: View,
	changes: readonly Oid[],
	wanted: (path: string) => boolean,
	signal?: AbortSignal,
): AsyncGenerator<Patch> {
	if (changes.length === 0) return;
	const args = [
		...[
			'log',
			'--no-walk=unsorted',
			'--stdin',
			'-p',
			'-U0',
			'-M',
			'--first-parent',
			'-m',
			'--no-color',
			'--no-decorate',
		],
		...['--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H', '--', ':(top)'],
		...excluded(wanted),
	];
	let change: Oid | undefined;
	let open: Open | undefined;
	let before: string | undefined;
	let left = {removed: 0, added: 0, oldLine: 0, newLine: 0};
	const take = (list: Open['added'], line: number, bytes: Buffer) => {
		if (list.length < MOST_LINES) list.push({line, text: bytes.toString('utf8', 1).replace(/\r$/, '')});
	};
	const ready = () => (open && open.added.length + open.removed.length > 0 ? open : undefined);
	for await (const lines of tokens(view.stream(args, {input: `${changes.join('\n')}\n`, signal}), 10, LINE_CAP)) {
		for (const bytes of lines) {
			const sign = bytes[0];
			if (left.removed + left.added > 0) {
				if (sign === 0x2d && left.removed > 0) {
					left.removed--;
					if (open) take(open.removed, left.oldLine, bytes);
					left.oldLine++;
				} else if (sign === 0x2b && left.added > 0) {
					left.added--;
					if (open) take(open.added, left.newLine, bytes);
					left.newLine++;
				}
				continue;
			}
			if (sign === 0) {
				const whole = ready();
				if (whole) yield whole;
				open = undefined;
				const text = bytes.toString('latin1', 1);
				if (isOid(text)) change = asOid(text);
				continue;
			}
			const text = bytes.toString('utf8');
			if (text.startsWith('diff --git ')) {
				const whole = ready();
				if (whole) yield whole;
				open = undefined;
			} else if (text.startsWith('--- ')) {
				before = pathOf(text);
			} else if (text.startsWith('+++ ')) {
				const path = pathOf(text) ?? before;
				if (path !== undefined && change !== undefined && wanted(path)) open = {path, change, added: [], removed: []};
			} else {
				const hunk = HUNK.exec(text);
				if (!hunk) continue;
				left = {
					removed: Number(hunk[2] ?? 1),
					added: Number(hunk[4] ?? 1),
					oldLine: Number(hunk[1]),
					newLine: Number(hunk[3]),
				};
			}
		}
	}
	const whole = ready();
	if (whole) yield whole;
}
