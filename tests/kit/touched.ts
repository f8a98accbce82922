// Room: tests. A file before and after, as a detector sees it: whole, and as the lines that differ.

import type {Detector} from '../../src/ports/detector.ts';
import type {Patch} from '../../src/ports/repository.ts';
import {change, oid} from './features.ts';

const linesOf = (text: string | undefined) => (text === undefined ? [] : text.split('\n'));

/** By whole lines, without moves: enough where a test says before and after. Undefined: the file is not there. */
export function touched(path: string, before: string | undefined, after: string | undefined): Patch {
	const [was, is] = [linesOf(before), linesOf(after)];
	const only = (some: readonly string[], others: readonly string[]) => {
		const left = [...others];
		return some.flatMap((text, i) => {
			const at = left.indexOf(text);
			if (at >= 0) left.splice(at, 1);
			return at >= 0 ? [] : [{line: i + 1, text}];
		});
	};
	return {
		path,
		change: oid('touched'),
		added: only(is, was),
		removed: only(was, is),
		...(before === undefined ? {} : {before}),
		...(after === undefined ? {} : {after}),
	};
}

const LOOK = {before: async () => undefined, after: async () => undefined, list: async () => []};

/** What a detector finds in one change of these files. */
export async function findingsIn(detector: Detector, ...patches: readonly Patch[]) {
	const sign = ({before, after}: Patch) => (before === undefined ? '+' : after === undefined ? '-' : '');
	const one = change('touched', {files: patches.map((patch) => `${sign(patch)}${patch.path}`)});
	return detector.detect(
		one,
		patches.filter(({path}) => detector.wants(path)),
		LOOK,
	);
}
