// Room: detectors. Protocol buffers: what a change does to bytes on the wire and in storage, to JSON, and to generated code.
// All .proto files of a change are compared together, so that what moves between them is not lost.

import type {Detector} from '../ports/detector.ts';
import {isTestPath} from './support/lines.ts';
import {diffProtos, type Pair} from './support/protobuf/diff.ts';
import {parseProto} from './support/protobuf/parse.ts';
import {LEFT_OUT, RULES} from './support/protobuf/rules.ts';
import {findingsOf, tableOf} from './support/rules.ts';
import {wholly} from './support/whole.ts';

const TABLE = tableOf(RULES);
/** Copies of other people's files; their changes are an update of a dependency. */
const VENDORED = /(^|\/)(vendor|third_party|node_modules)\/|(^|\/)google\/(protobuf|api|rpc|type)\//;

export const detector = {
	name: 'protobuf',
	topic: 'api',
	rules: RULES,
	leavesOut: LEFT_OUT,
	reads: 'files',
	wants: (path: string) => /\.proto$/i.test(path) && !isTestPath(path) && !VENDORED.test(path),
	detect(change, patches) {
		const pairs = wholly(change, patches).flatMap(({path, from, before, after}): Pair[] => {
			const [was, is] = [before, after].map((text, i) =>
				text === undefined ? undefined : parseProto(i === 0 ? (from ?? path) : path, text),
			);
			// A side that cannot be read is unknown, not absent.
			const unread = (before !== undefined && was === undefined) || (after !== undefined && is === undefined);
			return unread ? [] : [{before: was, after: is}];
		});
		return findingsOf(change, TABLE, diffProtos(pairs));
	},
} satisfies Detector;
