// Room: adapters. A three-way merge of JSON by key, which keeps the formatting of our side: neighbours in a manifest are no
// conflict. Pure text in and out; knows no git.

interface Member {
	readonly key: string;
	/** Whitespace before the key. */
	readonly lead: string;
	/** From the key to the end of the value. */
	readonly text: string;
	/** From the key to the start of the value. */
	readonly head: string;
	readonly value: Node;
}
type Node =
	| {readonly kind: 'object'; readonly text: string; readonly members: readonly Member[]; readonly tail: string}
	| {readonly kind: 'other'; readonly text: string; readonly same: string};

const MOST_DEPTH = 100;
class NotPlain extends Error {}

/** Objects keep their text in pieces; what is in arrays is compared, never taken apart. */
class Reader {
	private at = 0;
	private readonly text: string;
	constructor(text: string) {
		this.text = text;
	}

	whole(): {before: string; node: Node; after: string} {
		const before = this.space();
		const node = this.value(0);
		const after = this.space();
		if (this.at !== this.text.length) throw new NotPlain();
		return {before, node, after};
	}

	private space(): string {
		const from = this.at;
		for (; this.at < this.text.length; this.at++) {
			const code = this.text.charCodeAt(this.at);
			if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
		}
		return this.text.slice(from, this.at);
	}

	private expect(char: string): void {
		if (this.text[this.at] !== char) throw new NotPlain();
		this.at++;
	}

	private scalar(): string {
		const pattern =
			/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text)?.[0];
		if (found === undefined) throw new NotPlain();
		this.at += found.length;
		return found;
	}

	private value(depth: number): Node {
		if (depth > MOST_DEPTH) throw new NotPlain();
		const from = this.at;
		const open = this.text[this.at];
		if (open === '{') return this.object(from, depth);
		if (open === '[') {
			const items = this.array(depth);
			return {kind: 'other', text: this.text.slice(from, this.at), same: `[${items.join()}]`};
		}
		const text = this.scalar();
		// A string may be written in many ways; a number means what stands there, to the last digit.
		return {kind: 'other', text, same: text.startsWith('"') ? JSON.stringify(JSON.parse(text)) : text};
	}

	private array(depth: number): string[] {
		const items: string[] = [];
		this.expect('[');
		this.space();
		if (this.text[this.at] === ']') {
			this.at++;
			return items;
		}
		for (;;) {
			this.space();
			items.push(sameness(this.value(depth + 1)));
			this.space();
			if (this.text[this.at] !== ',') break;
			this.at++;
		}
		this.expect(']');
		return items;
	}

	private object(from: number, depth: number): Node {
		const members: Member[] = [];
		const keys = new Set<string>();
		this.expect('{');
		let lead = this.space();
		if (this.text[this.at] === '}') {
			this.at++;
			return {kind: 'object', text: this.text.slice(from, this.at), members, tail: lead};
		}
		for (;;) {
			const start = this.at;
			const written = this.scalar();
			if (!written.startsWith('"')) throw new NotPlain();
			// `as`: what starts with a quote parses to a string.
			const key = JSON.parse(written) as string;
			if (keys.has(key)) throw new NotPlain();
			keys.add(key);
			this.space();
			this.expect(':');
			this.space();
			const head = this.text.slice(start, this.at);
			const value = this.value(depth + 1);
			members.push({key, lead, head, text: this.text.slice(start, this.at), value});
			const tail = this.space();
			if (this.text[this.at] !== ',') {
				this.expect('}');
				return {kind: 'object', text: this.text.slice(from, this.at), members, tail};
			}
			this.at++;
			lead = this.space();
		}
	}
}

const known = new WeakMap<Node, string>();

/** The same for what means the same: formatting and the order of keys do not count. */
function sameness(node: Node): string {
	if (node.kind === 'other') return node.same;
	const before = known.get(node);
	if (before !== undefined) return before;
	const parts = node.members.map(({key, value}) => `${JSON.stringify(key)}:${sameness(value)}`).sort();
	const same = `{${parts.join()}}`;
	known.set(node, same);
	return same;
}

function read(text: string) {
	try {
		return new Reader(text).whole();
	} catch (thrown) {
		if (thrown instanceof NotPlain) return undefined;
		throw thrown;
	}
}

/** Whether two texts hold the same JSON; false when one of them is none. */
export function sameJson(a: string, b: string): boolean {
	const [one, other] = [read(a), read(b)];
	return one !== undefined && other !== undefined && sameness(one.node) === sameness(other.node);
}

class Contradiction extends Error {}
type Rule = 'fail' | 'ours';

/**
 * The merged text, or undefined when one text is no JSON (or has a key twice), or both sides changed one value differently.
 * @param contradiction `ours`: there our side counts (lock files, which are made anew anyway). Default: no merge.
 */
export function mergeJson(
	base: string,
	ours: string,
	theirs: string,
	contradiction: Rule = 'fail',
): string | undefined {
	const [from, here, there] = [read(base), read(ours), read(theirs)];
	if (!from || !here || !there) return undefined;
	try {
		return here.before + mergeNode(from.node, here.node, there.node, contradiction) + here.after;
	} catch (thrown) {
		if (thrown instanceof Contradiction) return undefined;
		throw thrown;
	}
}

const EMPTY: Node = {kind: 'object', text: '{}', members: [], tail: ''};

function mergeNode(base: Node, ours: Node, theirs: Node, rule: Rule): string {
	const [b, o, t] = [sameness(base), sameness(ours), sameness(theirs)];
	if (t === b || o === t) return ours.text;
	if (o === b) return theirs.text;
	// Half of one version and half of another is a package that nobody ever published.
	if (rule === 'ours' && isPackage(ours) && isPackage(theirs) && versionOf(ours) !== versionOf(theirs))
		return ours.text;
	if (base.kind === 'object' && ours.kind === 'object' && theirs.kind === 'object')
		return mergeObject(base, ours, theirs, rule);
	return contradict(ours.text, rule);
}

function contradict<T>(ours: T, rule: Rule): T {
	if (rule === 'ours') return ours;
	throw new Contradiction();
}

type ObjectNode = Extract<Node, {kind: 'object'}>;

const memberOf = (node: Node, key: string): Node | undefined =>
	node.kind === 'object' ? node.members.find((member) => member.key === key)?.value : undefined;
const versionOf = (node: Node): string => memberOf(node, 'version')?.text ?? '';
/** A package as a lock file has it, fetched from somewhere: what lies in the repository itself has no digest. */
const isPackage = (node: Node): boolean =>
	memberOf(node, 'version') !== undefined && memberOf(node, 'integrity') !== undefined;

const byKey = (node: ObjectNode) => new Map(node.members.map((member) => [member.key, member]));

function mergeObject(base: ObjectNode, ours: ObjectNode, theirs: ObjectNode, rule: Rule): string {
	const [from, there] = [byKey(base), byKey(theirs)];
	const kept: Member[] = [];
	for (const member of ours.members) {
		const [before, other] = [from.get(member.key), there.get(member.key)];
		if (other !== undefined) {
			const text = member.head + mergeNode(before?.value ?? noValue(member, other), member.value, other.value, rule);
			kept.push({...member, text});
		} else if (before === undefined) kept.push(member);
		// They took it away: it stays only where we changed it and our side counts.
		else if (sameness(before.value) !== sameness(member.value)) kept.push(contradict(member, rule));
	}
	const here = byKey(ours);
	const sorted = ours.members.length > 1 && inOrder(ours.members);
	for (const [i, member] of theirs.members.entries()) {
		if (here.has(member.key)) continue;
		const before = from.get(member.key);
		if (before !== undefined) {
			// We took it away: it comes back for nobody.
			if (sameness(before.value) !== sameness(member.value)) contradict(member, rule);
			continue;
		}
		kept.splice(placeFor(member, kept, theirs.members.slice(0, i), sorted), 0, member);
	}
	return written(kept, ours, theirs);
}

/** Both added it: two objects merge from nothing, two other values must be the same. */
function noValue(member: Member, other: Member): Node {
	if (member.value.kind === 'object' && other.value.kind === 'object') return EMPTY;
	return {kind: 'other', text: '', same: ''};
}

function inOrder(members: readonly Member[]): boolean {
	return members.every((member, i) => i === 0 || (members[i - 1]?.key ?? '') < member.key);
}

function placeFor(member: Member, kept: readonly Member[], before: readonly Member[], sorted: boolean): number {
	if (sorted) {
		const at = kept.findIndex((other) => other.key > member.key);
		return at < 0 ? kept.length : at;
	}
	for (const {key} of [...before].reverse()) {
		const at = kept.findIndex((other) => other.key === key);
		if (at >= 0) return at + 1;
	}
	return 0;
}

function written(members: readonly Member[], ours: ObjectNode, theirs: ObjectNode): string {
	if (members.length === 0) return '{}';
	const lead = ours.members[0]?.lead ?? theirs.members[0]?.lead ?? '';
	const tail = ours.members.length > 0 ? ours.tail : theirs.tail;
	const foreign = new Set(theirs.members);
	return `{${members.map((member) => (foreign.has(member) ? lead : member.lead) + member.text).join(',')}${tail}}`;
}
