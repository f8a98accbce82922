// Room: bench. The table of what release managers chose: one row per change that waited for a release.

import {readFileSync} from 'node:fs';

export interface Row {
	readonly release: string;
	readonly branch: string;
	readonly previous: string;
	readonly sha: string;
	/** Seconds since the epoch. */
	readonly at: number;
	readonly type: string;
	readonly scope: string;
	readonly subject: string;
	readonly selected: boolean;
	readonly pickedAs: string;
	/** Columns that only some tables have; undefined where the table says nothing. */
	readonly conflicts: boolean | undefined;
	/** Object ids of earlier changes whose lines it builds on and that were not on the branch. */
	readonly missing: readonly string[] | undefined;
}

/** RFC 4180: quotes double inside quotes; a quoted field may hold line breaks. */
export function* csvRecords(text: string): Generator<string[]> {
	let fields: string[] = [];
	let at = 0;
	while (at < text.length) {
		let field = '';
		if (text[at] === '"') {
			for (at++; ; ) {
				const end = text.indexOf('"', at);
				if (end < 0) {
					field += text.slice(at);
					at = text.length;
					break;
				}
				field += text.slice(at, end);
				at = end + 1;
				if (text[at] !== '"') break;
				field += '"';
				at++;
			}
		} else {
			const end = /[,\r\n]/g;
			end.lastIndex = at;
			const stop = end.exec(text)?.index ?? text.length;
			field = text.slice(at, stop);
			at = stop;
		}
		fields.push(field);
		if (text[at] === ',') {
			at++;
			if (at === text.length) fields.push('');
			else continue;
		}
		while (text[at] === '\r' || text[at] === '\n') at++;
		yield fields;
		fields = [];
	}
}

/** The rows in the order of the file. Throws when a needed column is missing: then it is another table. */
export function readRows(file: string): Row[] {
	const records = csvRecords(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
	const head = records.next().value ?? [];
	const column = new Map<string, number>(head.map((name: string, i: number) => [name, i]));
	for (const name of ['release', 'branch', 'sha', 'committed_at', 'subject', 'selected'])
		if (!column.has(name)) throw new Error(`${file} has no column ${name}`);
	const rows: Row[] = [];
	for (const record of records) {
		const get = (name: string) => record[column.get(name) ?? -1] ?? '';
		const at = Date.parse(get('committed_at')) / 1000;
		if (get('sha') === '' || !Number.isFinite(at)) continue;
		rows.push({
			release: get('release'),
			branch: get('branch'),
			previous: get('previous_release'),
			sha: get('sha'),
			at,
			type: get('type'),
			scope: get('scope'),
			subject: get('subject'),
			selected: get('selected') === '1',
			pickedAs: get('picked_as'),
			conflicts: column.has('naive_conflict') ? get('naive_conflict') === '1' : undefined,
			missing: column.has('missing_deps') ? (get('missing_deps').match(/[0-9a-f]{7,40}(?=:)/g) ?? []) : undefined,
		});
	}
	return rows;
}
