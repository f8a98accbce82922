// Room: detectors. A file that says how the schema is, before and after, as the operations that lead from one to the other.

import type {Patch} from '../../../ports/repository.ts';
import {isPrisma} from './families.ts';
import {readHost} from './host-calls.ts';
import {difference, type Model, modelOfCalls, modelOfOps, modelOfPrisma} from './model.ts';
import type {Op} from './op.ts';
import {readSql} from './read-sql.ts';

async function modelOf(path: string, source: string): Promise<Model | undefined> {
	if (isPrisma(path)) return modelOfPrisma(source);
	if (/\.rb$/.test(path)) return modelOfCalls(readHost(source, 'ruby').calls);
	const {ops} = await readSql({text: source, line: 1, dialect: 'unknown', whole: true});
	return modelOfOps(ops);
}

/** Undefined when a side is not known. A file that is new is nothing that anybody has. */
export async function snapshotOps({path, from, before, after}: Patch): Promise<Op[] | undefined> {
	if (before === undefined || after === undefined) return undefined;
	const was = await modelOf(from ?? path, before);
	const is = await modelOf(path, after);
	return was && is ? difference(was, is) : undefined;
}
