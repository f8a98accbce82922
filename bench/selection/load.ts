// Room: bench. A table and its repository made ready: rows, history, and what applies by itself. The last takes a merge per row,
// so it is kept in the temporary folder until the table or the code that asks changes.

import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {type Row, readRows} from './csv.ts';
import {type Release, releasesOf} from './data.ts';
import {type History, readHistory} from './history.ts';
import {conflictsOf} from './independence.ts';

const CACHE = join(tmpdir(), 'orchestra-bench-selection');
/** Changes when the meaning of what is kept does. */
const VERSION = '1';

const keyOf = (row: Row) => `${row.release} ${row.sha}`;

async function independence(file: string, repo: string, rows: readonly Row[], history: History) {
	// What the table says already is not asked again.
	const open = rows.filter(({conflicts}) => conflicts === undefined);
	if (open.length === 0) return new Map<string, boolean>();
	const hash = createHash('sha256').update(VERSION).update(resolve(repo)).update(readFileSync(file)).digest('hex');
	const kept = join(CACHE, `${hash.slice(0, 32)}.json`);
	try {
		// `as`: written below, in this form.
		return new Map<string, boolean>(JSON.parse(readFileSync(kept, 'utf8')) as [string, boolean][]);
	} catch {
		// Not there yet, or not whole.
	}
	const questions = open.flatMap((row) => {
		const facts = history.facts.get(row.sha);
		const onto = history.commitOf(row.previous);
		return facts && onto ? [{key: keyOf(row), onto, sha: row.sha, parent: facts.parent, at: row.at}] : [];
	});
	mkdirSync(CACHE, {recursive: true, mode: 0o700});
	const scratch = mkdtempSync(join(CACHE, 'scratch-'));
	try {
		const found = await conflictsOf(repo, questions, scratch);
		writeFileSync(join(scratch, 'found.json'), JSON.stringify([...found]));
		renameSync(join(scratch, 'found.json'), kept);
		return found;
	} finally {
		rmSync(scratch, {recursive: true, force: true});
	}
}

/** All releases of the table, in the order of time. */
export async function loadReleases(file: string, repo: string): Promise<Release[]> {
	const rows = readRows(file);
	const history = await readHistory(repo, rows);
	const conflicts = await independence(file, repo, rows, history);
	return releasesOf(rows, history, (row) => conflicts.get(keyOf(row)));
}
