// Room: detectors. Types compared by their text: no compiler knows both sides of a change. What cannot be told stays untold.

import type {Member, Signature, Type} from './model.ts';

const TOKEN =
	/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[A-Za-z_$][\w$]*|\d[\w.]*|=>|./gs;
const isWord = (token: string | undefined) => token !== undefined && /^[\w$]/.test(token);

/** One form for all layouts: no comments, single quotes, no separators between members, no leading bars. */
export function normalised(text: string): string {
	const brackets: string[] = [];
	const out: string[] = [];
	for (const [token] of text.matchAll(TOKEN)) {
		if (/^(\s|\/\/|\/\*)/.test(token)) continue;
		const last = out.at(-1);
		if (token === ';' || (token === ',' && brackets.at(-1) === '{')) {
			// Members of an object type: a separator and a line break mean the same.
			continue;
		}
		if (/^[})\]>]$/.test(token)) {
			if (last === ',') out.pop();
			brackets.pop();
		}
		if ((token === '|' || token === '&') && (last === undefined || /^([({[<,:=?|&]|=>)$/.test(last))) continue;
		if (/^[({[<]$/.test(token)) brackets.push(token);
		if (isWord(token) && isWord(last)) out.push(' ');
		out.push(token.startsWith('"') && !token.includes("'") ? `'${token.slice(1, -1)}'` : token);
	}
	return out.join('').trim();
}

export type Relation = 'same' | 'narrower' | 'wider' | 'grown' | 'other' | 'unknown';

const holds = (wide: string, narrow: string) =>
	wide === narrow ||
	wide === 'any' ||
	wide === 'unknown' ||
	narrow === 'never' ||
	(wide === 'string' && /^['`]/.test(narrow)) ||
	(wide === 'number' && /^-?\d/.test(narrow)) ||
	(wide === 'bigint' && /^-?\d+n$/.test(narrow)) ||
	(wide === 'void' && narrow === 'undefined');

const within = (narrow: readonly string[], wide: readonly string[]) =>
	narrow.every((one) => wide.some((other) => holds(other, one)));

/** Unions of more members than this are compared as text: it is a table, not a type. */
const MOST_MEMBERS = 500;

/**
 * How the type after stands to the one before. `grown`: only optional members were added to an object type.
 * `unknown` when one side is left to the compiler.
 */
export function relation(was: Type | undefined, is: Type | undefined): Relation {
	if (was === undefined || is === undefined) return was === is ? 'same' : 'unknown';
	if (was.text === is.text) return 'same';
	if (was.object && is.object) return ofObjects(was.object, is.object);
	if (was.inner && is.inner) return ofHolders(was.inner, is.inner);
	if (was.members.length > MOST_MEMBERS || is.members.length > MOST_MEMBERS) return 'other';
	const [down, up] = [within(is.members, was.members), within(was.members, is.members)];
	if (down && up) return 'same';
	return down ? 'narrower' : up ? 'wider' : 'other';
}

function ofHolders(was: NonNullable<Type['inner']>, is: NonNullable<Type['inner']>): Relation {
	const inside = relation(was.type, is.type);
	if (was.of === is.of) return inside;
	// A list that cannot be written can be any list: it promises less.
	const turn =
		was.of === 'Array' && is.of === 'ReadonlyArray'
			? 'wider'
			: was.of === 'ReadonlyArray' && is.of === 'Array'
				? 'narrower'
				: 'other';
	return inside === 'same' || inside === turn ? turn : inside === 'unknown' ? 'unknown' : 'other';
}

function ofObjects(was: ReadonlyMap<string, Member>, is: ReadonlyMap<string, Member>): Relation {
	const found = new Set<Relation>();
	for (const [name, old] of was) {
		const now = is.get(name);
		if (now === undefined) {
			found.add('wider');
			continue;
		}
		if (old.optional !== now.optional) found.add(now.optional ? 'wider' : 'narrower');
		if (old.kind !== now.kind) found.add('other');
		else if (old.signatures.length > 0 || now.signatures.length > 0) {
			const text = (member: Member) =>
				member.signatures
					.map((one) => signatureText(one))
					.sort()
					.join('\n');
			found.add(text(old) === text(now) ? 'same' : 'other');
		} else found.add(relation(old.type, now.type));
	}
	for (const [name, now] of is) if (!was.has(name)) found.add(now.optional ? 'grown' : 'narrower');
	found.delete('same');
	found.delete('unknown');
	const [only] = found;
	if (found.size === 0) return 'same';
	if (found.size === 1 && only !== undefined) return only;
	found.delete('grown');
	const [left] = found;
	return found.size === 1 && left !== undefined ? left : 'other';
}

/** A signature in one line: normalised to compare, or as written to read. */
export function signatureText(
	{parameters, returns, generics, async}: Signature,
	form: 'text' | 'written' = 'text',
): string {
	const generic = generics.map(({name, constraint}) => (constraint ? `${name} extends ${constraint}` : name));
	const words = parameters.map(
		({name, type, optional, rest}) =>
			`${rest ? '...' : ''}${name}${optional ? '?' : ''}${type ? `: ${type[form]}` : ''}`,
	);
	return `${async ? 'async ' : ''}${generic.length > 0 ? `<${generic.join(', ')}>` : ''}(${words.join(', ')})${returns ? `: ${returns[form]}` : ''}`;
}
