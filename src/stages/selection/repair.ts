// Room: stages. Compile-guided repair: from what a compiler complains of to the changes outside the plan that would answer it.
// Pure; who compiles, closes and asks is elsewhere.

import type {Oid} from '../../domain/ids.ts';
import type {Patch} from '../../ports/repository.ts';
import {type Complaint, complaintsIn} from './complaints.ts';

/** Rounds of compiling and adding before it is given up. */
export const MOST_ROUNDS = 4;
/** What one round may add, before the closure. */
const MOST_ADDED = 8;

/** A change that was left out, as far as repair looks at it. */
export interface LeftChange {
	readonly oid: Oid;
	readonly patches: readonly Pick<Patch, 'path' | 'from' | 'added' | 'removed'>[];
}

export interface Addition {
	readonly change: Oid;
	/** What it brings: a name, or a file. */
	readonly symbol: string;
	/** Where it brings it. */
	readonly path: string;
	/** The complaint that it answers. */
	readonly complaint: Complaint;
}

const WORD = '[A-Za-z_$\\u00c0-\\uffff][\\w$\\u00c0-\\uffff]*';
const KEYWORD = new RegExp(
	`\\b(?:function\\*?|class|interface|type|enum|namespace|const|let|var|def|fn|func|fun|struct|trait|mod|module|record|object|val|protocol|typedef|union|macro_rules!|extension)\\s+(?:\\([^)]*\\)\\s*)?(${WORD})`,
	'g',
);
/** A member: `name(`, `name:`, `name?:`, `name =`, or a name alone on its line (enum members, lists of exports). */
const MEMBER = new RegExp(
	`^\\s*(?:(?:export|default|async|static|private|public|protected|readonly|override|abstract|declare|get|set|pub|final|mut|virtual)\\s+)*["']?(${WORD})["']?\\s*(?:\\(|<|\\??:(?!:)|=(?!=)|,|;|\\{|$)`,
);
const EXPORTED = /\b(?:export|import|use|from)\b.*/;
const NAME = new RegExp(WORD, 'g');
const TEXT = /["'`]([\w$.-]{2,60})["'`]/g;

/** How sure a line makes it that a change brings a name. */
const DEFINES = 3;
const MEMBERS = 2;
const MENTIONS = 1;
const USES = 0.3;
const TAKES_AWAY = 1;

interface Brings {
	readonly how: number;
	readonly path: string;
}

/** By name, what a change does with it at best. */
function broughtBy({patches}: LeftChange, wanted: ReadonlySet<string>): Map<string, Brings> {
	const found = new Map<string, Brings>();
	const note = (name: string, how: number, path: string) => {
		if (wanted.has(name) && (found.get(name)?.how ?? 0) < how) found.set(name, {how, path});
	};
	for (const {path, added, removed} of patches) {
		const discount = isTest(path) ? 0.2 : 1;
		for (const {text} of added) {
			const line = text.slice(0, 1000);
			for (const [, name = ''] of line.matchAll(KEYWORD)) note(name, DEFINES * discount, path);
			const member = MEMBER.exec(line)?.[1];
			if (member !== undefined) note(member, MEMBERS * discount, path);
			const how = EXPORTED.test(line) ? MENTIONS : USES;
			for (const [name] of line.matchAll(NAME)) note(name, how * discount, path);
			// A union of texts that grew.
			for (const [, name = ''] of line.matchAll(TEXT)) note(name, MENTIONS * discount, path);
		}
		for (const {text} of removed) {
			const line = text.slice(0, 1000);
			// What is asked for and gone, or what a signature no longer has.
			for (const [, name = ''] of line.matchAll(KEYWORD)) note(name, TAKES_AWAY * discount, path);
			const member = MEMBER.exec(line)?.[1];
			if (member !== undefined) note(member, TAKES_AWAY * discount, path);
		}
	}
	return found;
}

const isTest = (path: string) =>
	/(?:[._](?:test|spec)\.|_test\.|(?:^|\/)(?:tests?|__tests__|__mocks__|fixtures|e2e)\/)/.test(path);

const bare = (path: string) =>
	path.replace(/\.(?:d\.)?[cm]?[jt]sx?$|\.\w{1,6}$/, '').replace(/\/(?:index|mod|__init__)$/, '');

/** Whether a path may be the module that was asked for: the ends of both agree. */
function answersModule(path: string, module: string): boolean {
	const parts = bare(module)
		.split('/')
		.filter((part) => part !== '' && !/^\.+$/.test(part) && !part.startsWith('@'));
	const last = parts.at(-1);
	if (last === undefined) return false;
	const have = bare(path).split('/');
	if (have.at(-1) !== last) return false;
	const above = parts.at(-2);
	return above === undefined || have.at(-2) === above || /^\.\//.test(module);
}

/**
 * The fewest changes that answer the complaints, best first: names and files that they bring, a name counting the more the fewer
 * bring it.
 * @param left what is outside the plan, in branch order.
 * @param wide also changes that only work in the file that is complained of: for when nothing else has helped.
 */
export function additionsFor(complaints: readonly Complaint[], left: readonly LeftChange[], wide = false): Addition[] {
	const wanted = new Set(complaints.flatMap(({names}) => names.map(({name}) => name)));
	const brings = left.map((change) => broughtBy(change, wanted));
	const bringers = new Map<string, number>();
	for (const one of brings)
		for (const [name, {how}] of one) if (how >= MENTIONS) bringers.set(name, (bringers.get(name) ?? 0) + 1);

	/** By complaint, every change with its score. */
	const rated = complaints.map((complaint) =>
		left.map((change, i) => rate(complaint, change, brings[i] ?? new Map(), bringers, wide)),
	);
	const least = wide ? 0.25 : 0.5;
	const open = new Set(complaints.keys());
	const added: Addition[] = [];
	while (open.size > 0 && added.length < MOST_ADDED) {
		// The change that is (nearly) the best answer to the most complaints.
		let best: {i: number; covers: number[]; score: number} | undefined;
		for (const i of left.keys()) {
			const covers = [...open].filter((c) => {
				const score = rated[c]?.[i]?.score ?? 0;
				const top = Math.max(...(rated[c] ?? []).map((one) => one.score));
				return score >= least && score >= 0.9 * top;
			});
			const score = covers.reduce((sum, c) => sum + (rated[c]?.[i]?.score ?? 0), 0);
			if (covers.length > 0 && (best === undefined || score > best.score + 1e-9)) best = {i, covers, score};
		}
		const change = best && left[best.i];
		if (!best || !change) break;
		const [first] = best.covers;
		const complaint = first === undefined ? undefined : complaints[first];
		const why = first === undefined ? undefined : rated[first]?.[best.i];
		if (complaint && why) added.push({change: change.oid, symbol: why.symbol, path: why.path, complaint});
		for (const c of best.covers) open.delete(c);
	}
	return added;
}

function rate(
	complaint: Complaint,
	change: LeftChange,
	brings: ReadonlyMap<string, Brings>,
	bringers: ReadonlyMap<string, number>,
	wide: boolean,
): {score: number; symbol: string; path: string} {
	let best = {score: 0, symbol: '', path: ''};
	let sum = 0;
	const consider = (score: number, symbol: string, path: string) => {
		sum += score;
		if (score > best.score) best = {score, symbol, path};
	};
	for (const {name, weight} of complaint.names) {
		const found = brings.get(name);
		if (found === undefined) continue;
		consider((weight * found.how) / Math.sqrt(Math.max(1, bringers.get(name) ?? 1)), name, found.path);
	}
	for (const module of complaint.modules)
		for (const {path, from} of change.patches)
			if (answersModule(path, module) || (from !== undefined && answersModule(from, module)))
				consider(1.5, module, path);
	const there = change.patches.find(({path}) => complaint.path !== undefined && endsAlike(path, complaint.path));
	// The same file alone proves little; it decides between two that bring the name.
	if (there !== undefined) consider(sum > 0 ? 0.2 : wide ? 0.3 : 0, there.path, there.path);
	return {...best, score: sum};
}

/** Tools print paths from wherever they ran. */
function endsAlike(path: string, printed: string): boolean {
	return path === printed || path.endsWith(`/${printed}`) || printed.endsWith(`/${path}`);
}

export interface RepairParts<Plan> {
	/** What the compiler printed; undefined when it compiles. */
	compile(plan: Plan, round: number): Promise<readonly string[] | undefined>;
	/** What is outside the plan, in branch order. */
	left(plan: Plan): Promise<readonly LeftChange[]>;
	/** The plan with these and what they need; undefined when that may not be. */
	grow(plan: Plan, additions: readonly Addition[], round: number): Promise<Plan | undefined>;
}

export interface Repaired<Plan> {
	readonly plan: Plan;
	readonly compiles: boolean;
	/** Times it was compiled. */
	readonly tries: number;
	readonly added: readonly Addition[];
	/** What the last compiling printed, when it failed. */
	readonly output: readonly string[];
}

/** Compiles, adds what answers the complaints, and compiles again: at most four additions, each as small as it can be. */
export async function repair<Plan>(first: Plan, parts: RepairParts<Plan>): Promise<Repaired<Plan>> {
	let plan = first;
	const added: Addition[] = [];
	for (let round = 1; ; round++) {
		const output = await parts.compile(plan, round);
		if (output === undefined) return {plan, compiles: true, tries: round, added, output: []};
		const failed = {plan, compiles: false, tries: round, added, output};
		if (round > MOST_ROUNDS) return failed;
		const complaints = complaintsIn(output);
		const left = complaints.length === 0 ? [] : await parts.left(plan);
		let additions = additionsFor(complaints, left);
		if (additions.length === 0) additions = additionsFor(complaints, left, true);
		const grown = additions.length === 0 ? undefined : await parts.grow(plan, additions, round);
		if (grown === undefined) return failed;
		plan = grown;
		added.push(...additions);
	}
}
