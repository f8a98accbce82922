// Room: adapters. The only writes into the user's repository: objects, one branch by compare-and-swap, one tag. Never
// forced, no hook runs, nothing that is checked out moves under anybody's feet.

import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {exists, writeObject} from './objects.ts';
import type {Place} from './place.ts';
import type {View} from './view.ts';

async function isOurs(view: View, oid: Oid): Promise<boolean> {
	return exists(join(view.objects, oid.slice(0, 2), oid.slice(2)));
}

/** Packs what the release adds and unpacks it there. What is there already is left alone. */
export async function publishObjects(place: Place, view: View, tip: Oid, commit: Oid): Promise<void> {
	const {stdout} = await view.run(['rev-list', '--first-parent', '--max-count=20000', commit]);
	const line = stdout.toString('latin1').trim().split('\n').map(asOid);
	let below: Oid | undefined;
	for (const oid of line) {
		if (await isOurs(view, oid)) continue;
		below = oid;
		break;
	}
	if (below === commit && tip === commit) return;
	const input = `${tip}\n${below === undefined ? '' : `^${below}\n`}`;
	const pack = await view.run(['pack-objects', '--revs', '--stdout', '-q', '--delta-base-offset'], {
		input,
		maxBytes: 1_000_000_000,
	});
	await place.real('unpack-objects', ['-q'], {input: pack.stdout});
}

/** The object id a full ref name has now; undefined when there is no such ref. */
async function readRef(place: Place, ref: string): Promise<Oid | undefined> {
	const {stdout} = await place.real('for-each-ref', ['--format=%(refname)%00%(objectname)', ref]);
	for (const line of stdout.toString('utf8').split('\n')) {
		const [name, oid] = line.split('\0');
		if (name === ref && oid !== undefined) return asOid(oid);
	}
	return undefined;
}

async function isRefName(place: Place, ref: string): Promise<boolean> {
	const {exit} = await place.real('check-ref-format', [ref], {answers: [0, 1]});
	return exit === 0;
}

/** Work trees hold a branch by checking it out, and also while they rebase or bisect it. */
async function isHeld(place: Place, ref: string): Promise<boolean> {
	const {stdout} = await place.real('worktree', ['list', '--porcelain', '-z']);
	if (stdout.toString('utf8').split('\0').includes(`branch ${ref}`)) return true;
	const own = join(place.commonDir, 'worktrees');
	const others = await readdir(own).catch(() => []);
	const files = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'];
	for (const folder of [place.commonDir, ...others.map((name) => join(own, name))]) {
		for (const file of files) {
			const text = (await readFile(join(folder, file), 'utf8').catch(() => '')).trim();
			if (text === ref || `refs/heads/${text}` === ref) return true;
		}
	}
	return false;
}

/** A branch may be another name of a branch: the one it stands for is the one that moves. */
async function followSymbolic(place: Place, ref: string): Promise<string> {
	const {exit, stdout} = await place.real('symbolic-ref', ['--quiet', ref], {answers: [0, 1]});
	const target = stdout.toString('utf8').trim();
	return exit === 0 && target.startsWith('refs/heads/') ? target : ref;
}

export async function advanceBranch(
	place: Place,
	branch: string,
	from: Oid,
	to: Oid,
): Promise<'moved' | 'already there' | 'checked out'> {
	const named = `refs/heads/${branch}`;
	if (!(await isRefName(place, named))) raise('REF_NOT_FOUND', {with: {ref: branch}});
	const ref = await followSymbolic(place, named);
	const now = await readRef(place, ref);
	if (now === undefined) raise('REF_NOT_FOUND', {with: {ref: branch}});
	if (now === to) return 'already there';
	if (now !== from) raise('REF_MOVED', {with: {ref: branch, from, to: now}});
	if (await isHeld(place, ref)) return 'checked out';
	const {exit} = await place.real('update-ref', ['-m', 'orchestra: release', ref, to, from], {answers: [0, 1, 128]});
	if (exit === 0) return 'moved';
	const after = await readRef(place, ref);
	if (after === to) return 'already there';
	if (after === from)
		raise('GIT_FAILED', {with: {command: 'update-ref'}, details: [`${branch} could not be moved; is it locked?`]});
	raise('REF_MOVED', {with: {ref: branch, from, to: after ?? 'nothing'}});
}

/** @param seconds since the epoch, for the tagger line. */
export async function makeTag(
	place: Place,
	view: View,
	tag: {name: string; commit: Oid; message: string; seconds: number},
): Promise<'made' | 'already there'> {
	const ref = `refs/tags/${tag.name}`;
	if (tag.name.startsWith('-') || !(await isRefName(place, ref)))
		raise('USAGE', {with: {message: `${tag.name} is no valid name for a tag`}});
	const there = async (): Promise<'already there' | undefined> => {
		const now = await readRef(place, ref);
		if (now === undefined) return undefined;
		const {exit, stdout} = await view.run(['rev-parse', '--verify', '--quiet', `${now}^{commit}`], {
			answers: [0, 1, 128],
		});
		const commit = exit === 0 ? stdout.toString('latin1').trim() : now;
		if (commit === tag.commit) return 'already there';
		raise('REF_MOVED', {with: {ref: tag.name, from: tag.commit, to: commit}});
	};
	const before = await there();
	if (before) return before;
	const head = [
		`object ${tag.commit}`,
		'type commit',
		`tag ${tag.name}`,
		`tagger Orchestra <orchestra@localhost> ${tag.seconds} +0000`,
	];
	const text = tag.message.replaceAll('\0', '').replace(/\s+$/, '');
	const body = Buffer.from(`${head.join('\n')}\n\n${text}\n`);
	const oid = await writeObject(view.objects, tag.commit, 'tag', body);
	await publishObjects(place, view, oid, tag.commit);
	const zero = '0'.repeat(tag.commit.length);
	const {exit} = await place.real('update-ref', ['-m', 'orchestra: release', ref, oid, zero], {answers: [0, 1, 128]});
	if (exit === 0) return 'made';
	return (await there()) ?? raise('GIT_FAILED', {with: {command: 'update-ref'}, details: [`${tag.name} was not made`]});
}
