// Room: detectors. The rules, asked about each operation of a change's migrations in the order in which they run.

import type {Finding} from '../../../domain/feature.ts';
import type {Rule} from '../../../domain/rule.ts';
import {type Op, plain} from './op.ts';
import type {MigrationRead} from './read-migration.ts';
import {S0} from './rules-s0.ts';
import {S1} from './rules-s1.ts';
import {S2_BUILDING} from './rules-s2.ts';
import {locks, S2_LOCKING} from './rules-s2-locks.ts';
import {S3} from './rules-s3.ts';
import {S4} from './rules-s4.ts';
import {S5} from './rules-s5.ts';
import {type Around, columnName, type SqlRule} from './sql-rule.ts';

export const OP_RULES: readonly SqlRule[] = [...S0, ...S1, ...S2_BUILDING, ...S2_LOCKING, ...S3, ...S4];
export const SQL_RULES: readonly Rule[] = [
	...OP_RULES.map(({id, topic, class: kind, severity, what, why, instead, like}) => ({
		id,
		topic,
		class: kind,
		severity,
		what,
		why,
		instead,
		like,
	})),
	...S5,
];
const BY_ID = new Map(SQL_RULES.map((rule) => [rule.id, rule]));
const BY_KIND = new Map<string, SqlRule[]>();
for (const rule of OP_RULES) for (const kind of rule.on) BY_KIND.set(kind, [...(BY_KIND.get(kind) ?? []), rule]);

export interface Sign {
	readonly rule: Rule;
	readonly severity: Finding['severity'];
	readonly path: string;
	readonly line?: number | undefined;
	readonly object: string;
	readonly what: string;
	readonly before?: string | undefined;
	readonly after?: string | undefined;
}

/** A sign of a rule by its id. Throws for an id that is in no table. */
export function sign(
	id: string,
	path: string,
	object: string,
	what: string,
	rest: {line?: number; severity?: Finding['severity']; before?: string; after?: string} = {},
): Sign {
	const rule = BY_ID.get(id);
	if (!rule) throw new Error(`no rule is called ${id}`);
	return {
		rule,
		severity: rest.severity ?? rule.severity,
		path,
		line: rest.line,
		object,
		what,
		before: rest.before,
		after: rest.after,
	};
}

/** What the migrations of one change have made so far. */
export class Made {
	private readonly tables = new Set<string>();
	private readonly columns = new Set<string>();
	private readonly constraints = new Map<string, string>();
	private readonly proven = new Set<string>();

	fresh(table: string): boolean {
		return this.tables.has(plain(table));
	}
	freshColumn(table: string, column: string): boolean {
		return this.columns.has(`${plain(table)}.${column.toLowerCase()}`);
	}
	notNullProven(table: string, column: string): boolean {
		return this.proven.has(`${plain(table)}.${column.toLowerCase()}`);
	}

	note(op: Op): void {
		const key = plain(op.object);
		const column = op.column ? `${key}.${columnName(op).toLowerCase()}` : '';
		if (op.kind === 'create-table' || (op.kind === 'create-other' && /view|schema|sequence/.test(op.of ?? '')))
			this.tables.add(key);
		if (op.kind === 'rename-table' && op.to !== undefined && this.tables.delete(key)) this.tables.add(plain(op.to));
		if (op.kind === 'rename-type' && op.to !== undefined) this.tables.delete(key);
		if (op.kind === 'add-column') this.columns.add(column);
		if (op.kind === 'rename-column' && op.to !== undefined && this.columns.delete(column))
			this.columns.add(`${key}.${op.to.toLowerCase()}`);
		if (op.kind === 'drop-table') this.tables.delete(key);
		if (op.kind === 'add-constraint' && op.form === 'check' && op.keys?.length === 1) {
			const tested = `${key}.${op.keys[0]?.toLowerCase()}`;
			if (op.name !== undefined && op.notValid === true) this.constraints.set(`${key}.${op.name}`, tested);
			else this.proven.add(tested);
		}
		const waiting = op.kind === 'validate-constraint' ? this.constraints.get(`${key}.${op.name ?? ''}`) : undefined;
		if (waiting !== undefined) this.proven.add(waiting);
	}
}

export interface Judged {
	readonly path: string;
	readonly read: MigrationRead;
	/** Operations that were there before the change are not news. */
	readonly isNews: (op: Op) => boolean;
	/** No migration but a file that loads or resets something: nothing in it is more than a caution. */
	readonly script: boolean;
}

/** Signs of one migration; `made` goes on to the next one of the change. */
export function judge({path, read, isNews, script}: Judged, made: Made): Sign[] {
	const signs: Sign[] = [];
	const {ops} = read;
	const inside = explicitTransactions(ops);
	const sizes = new Map<number, number>();
	for (const {group, kind} of ops)
		if (group !== undefined && kind !== 'set') sizes.set(group, (sizes.get(group) ?? 0) + 1);
	const seen = new Overview(ops);
	for (const [i, written] of ops.entries()) {
		const wrapped = read.transaction === 'file';
		const op =
			wrapped && (written.kind === 'begin' || written.kind === 'commit') ? {...written, transaction: true} : written;
		const several = read.transaction === 'call' && op.group !== undefined && (sizes.get(op.group) ?? 0) > 1;
		const around: Around = {
			postgres: read.dialect === 'postgresql' || read.dialect === 'unknown',
			mysql: read.dialect === 'mysql' || read.dialect === 'mariadb',
			fresh: (table) => made.fresh(table),
			freshColumn: (table, column) => made.freshColumn(table, column),
			inTransaction: wrapped || several || inside.has(i),
			get before() {
				return ops.slice(Math.max(0, i - 500), i);
			},
			get after() {
				return ops.slice(i + 1, i + 501);
			},
			get madeAgain() {
				return seen.makers.some(([at, other]) => at > i && makesAgain(op, other));
			},
			get rebuild() {
				return rebuilds(op, seen, i);
			},
			notNullProven: op.column !== undefined && made.notNullProven(op.object, op.column.name),
			script,
		};
		if (isNews(op))
			for (const rule of BY_KIND.get(op.kind) ?? []) {
				if (rule.when && !rule.when(op, around)) continue;
				const severity = script && rule.severity === 'danger' ? 'caution' : rule.severity;
				const object = op.column ? `${op.object}.${columnName(op)}` : op.object;
				signs.push({rule, severity, path, line: op.line, object, what: rule.say(op), after: op.text});
			}
		made.note(op);
	}
	return signs;
}

function explicitTransactions(ops: readonly Op[]): Set<number> {
	const inside = new Set<number>();
	let open = false;
	for (const [i, {kind}] of ops.entries()) {
		if (kind === 'commit') open = false;
		if (open) inside.add(i);
		if (kind === 'begin') open = true;
	}
	return inside;
}

/** `b` makes what `a` drops. A trigger or policy is dropped as `table.name`, or by its name alone. */
function makesAgain(a: Op, b: Op): boolean {
	if (a.kind === 'drop-table')
		return (b.kind === 'create-table' || b.of?.endsWith('view') === true) && plain(a.object) === plain(b.object);
	if (a.kind !== 'drop-other' || (b.kind !== 'create-other' && b.kind !== 'replace-other')) return false;
	const what = a.of === 'routine' ? 'function' : a.of;
	if (what !== b.of && !(what?.endsWith('view') && b.of?.endsWith('view'))) return false;
	const name = plain(b.name ?? b.object);
	return (
		plain(a.object) === name ||
		plain(a.object) === `${plain(b.object)}.${name}` ||
		(b.name !== undefined && plain(a.object).endsWith(`.${name}`))
	);
}

/** The few operations of a file that others are looked up in, with their places. */
class Overview {
	readonly makers: readonly (readonly [number, Op])[];
	readonly renames: readonly Op[];
	readonly inserts: readonly (readonly [number, Op])[];
	readonly drops: readonly (readonly [number, Op])[];
	readonly created: ReadonlySet<string>;

	constructor(ops: readonly Op[]) {
		const numbered = ops.map((op, i) => [i, op] as const);
		const some = (wanted: RegExp) => numbered.filter(([, {kind}]) => wanted.test(kind)).slice(0, 1000);
		this.makers = some(/^(create-table|create-other|replace-other)$/);
		this.renames = some(/^rename-table$/).map(([, op]) => op);
		this.inserts = some(/^insert$/).filter(([, {from}]) => from !== undefined);
		this.drops = some(/^drop-table$/);
		this.created = new Set(
			this.makers.filter(([, {kind}]) => kind === 'create-table').map(([, op]) => plain(op.object)),
		);
	}

	copied(from: string, to: string): boolean {
		return this.inserts.some(([, other]) => plain(other.from ?? '') === from && plain(other.object) === to);
	}
}

/** SQLite's way: make a new one, copy, drop the old one, rename or copy back; or rename aside, make anew, copy, drop. */
function rebuilds(op: Op, seen: Overview, at: number): boolean {
	const {renames, created} = seen;
	const name = plain(op.object);
	if (op.kind === 'drop-table') {
		if (renames.some((other) => plain(other.to ?? '') === name && created.has(plain(other.object)))) return true;
		// Renamed aside before, and copied from since.
		if (renames.some((other) => plain(other.to ?? '') === name && seen.copied(name, plain(other.object)))) return true;
		return seen.inserts.some(
			([i, other]) =>
				i < at &&
				plain(other.from ?? '') === name &&
				created.has(plain(other.object)) &&
				seen.copied(plain(other.object), name),
		);
	}
	if (op.kind === 'rename-table') {
		// The name is given to another one at once, or the table is made anew under it.
		if (renames.some((other) => other !== op && plain(other.to ?? '') === name)) return true;
		if (seen.makers.some(([i, other]) => i > at && other.kind === 'create-table' && plain(other.object) === name))
			return true;
		const to = plain(op.to ?? '');
		return created.has(name) && seen.drops.some(([, other]) => plain(other.object) === to);
	}
	if (op.kind === 'insert') {
		const from = plain(op.from ?? '');
		return from !== '' && created.has(name) && seen.drops.some(([i, other]) => i > at && plain(other.object) === from);
	}
	if (op.kind === 'set') return seen.drops.some(([i, other]) => rebuilds(other, seen, i));
	return false;
}

/** Whether one that fails halfway leaves the schema half changed. */
export const halfway = ({ops, transaction, dialect}: MigrationRead, source: string): boolean =>
	dialect === 'postgresql' &&
	transaction === 'none' &&
	/transaction/i.test(source) &&
	ops.filter(
		(op) =>
			(locks(op) || op.concurrently === true || /^(create|drop)-/.test(op.kind)) &&
			op.ifExists !== true &&
			op.ifNotExists !== true,
	).length > 1;

/** The same operation, wherever it stands and however it is laid out. */
export const keyOf = (op: Op): string =>
	JSON.stringify([
		op.kind,
		op.of,
		plain(op.object),
		op.column,
		op.to,
		op.form,
		op.name,
		op.where,
		op.concurrently,
		op.unique,
		op.from,
		op.kind === 'insert' || op.kind === 'call' ? op.text : '',
	]);
