// Room: adapters. The best common ancestor of two commits, asked once: on a long history git walks far for it, and discovery,
// the scan and the graph all want to know.

import {asOid, type Oid} from '../../domain/ids.ts';
import type {View} from './view.ts';

const KNOWN = new WeakMap<View, Map<string, Oid | undefined>>();

function knownOf(view: View): Map<string, Oid | undefined> {
	const known = KNOWN.get(view) ?? new Map<string, Oid | undefined>();
	KNOWN.set(view, known);
	return known;
}

/** Undefined when the histories are unrelated. */
export async function mergeBaseOf(view: View, a: Oid, b: Oid, signal?: AbortSignal): Promise<Oid | undefined> {
	const known = knownOf(view);
	const key = `${a} ${b}`;
	if (known.has(key)) return known.get(key);
	const {exit, stdout} = await view.run(['merge-base', a, b], {answers: [0, 1], signal});
	const found = exit === 0 ? asOid(stdout.toString('latin1').trim()) : undefined;
	known.set(key, found);
	return found;
}

/** Whether somebody found out before that the first contains nothing that the second lacks. Asks nobody. */
export function isKnownAncestor(view: View, a: Oid, of: Oid): boolean {
	return knownOf(view).get(`${a} ${of}`) === a;
}
