// Room: adapters. One more commit on top of a release, with other contents of a few files that it has: what tools made anew.

import type {Oid} from '../../domain/ids.ts';
import {committerDate} from './build.ts';
import {readObjects, writeObject} from './objects.ts';
import type {Entry} from './reader.ts';
import type {View} from './view.ts';
import {openWalk} from './walk.ts';

/** @param onto a commit; it becomes the parent, and its committer's date the new one's. */
export async function appendCommit(
	view: View,
	onto: Oid,
	files: ReadonlyMap<string, Uint8Array>,
	message: string,
): Promise<{commit: Oid; tree: Oid}> {
	const walk = openWalk(view, view.objects, []);
	try {
		const before = await walk.treeOf(onto);
		const entries = new Map<string, Entry>();
		for (const [path, bytes] of files) {
			const entry = await walk.reader.entry(before, path);
			if (entry === undefined || !/^100/.test(entry.mode)) throw new Error(`${path} is no file of the release`);
			entries.set(path, {mode: entry.mode, oid: await writeObject(view.objects, onto, 'blob', Buffer.from(bytes))});
		}
		const tree = await walk.reader.exchange(before, entries, view.objects);
		const [parent] = await readObjects(view, [onto]);
		const by = `Orchestra <orchestra@localhost> ${committerDate(parent?.body)} +0000`;
		const head = [`tree ${tree}`, `parent ${onto}`, `author ${by}`, `committer ${by}`].join('\n');
		const body = Buffer.from(`${head}\n\n${message.replace(/\n*$/, '\n')}`);
		return {commit: await writeObject(view.objects, onto, 'commit', body), tree};
	} finally {
		await walk.close();
	}
}
