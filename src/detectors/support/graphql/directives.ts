// Room: detectors. Directives in use, put on or taken from something. Most only decorate; those whose names speak of access,
// limits or checks change what a client may do.

import type {ConstDirectiveNode} from 'graphql';
import type {Print, Tell} from './members.ts';
import type {Place} from './read.ts';

const MATTERS =
	/auth|access|permi|role|scope|polic|secur|admin|guard|protect|public|private|internal|inaccessible|hidden|rate|limit|throttle|valid|constraint|length|range|pattern|oneOf|feature|flag|cache/i;

/** `on` is the word in the rule: directive-put-on-field. What `deprecated` says has rules of its own. */
export function directiveUses(
	tell: Tell,
	print: Print,
	on: string,
	object: string,
	place: Place,
	before: readonly ConstDirectiveNode[],
	after: readonly ConstDirectiveNode[],
): void {
	const [old, now] = [byName(before), byName(after)];
	for (const name of new Set([...old.keys(), ...now.keys()])) {
		if (name === 'deprecated' && on !== 'argument' && on !== 'input-field') continue;
		const [were, are] = [old.get(name) ?? [], now.get(name) ?? []];
		const atMost = MATTERS.test(name) ? undefined : 'note';
		// Repeated directives are paired in their order; the rest came or went.
		for (const [i, was] of were.entries()) {
			const is = are[i];
			if (is === undefined)
				tell(`directive-taken-from-${on}`, place, object, `takes @${name} from ${object}`, {
					before: use(was, print),
					atMost,
				});
			else changed(was, is);
		}
		for (const is of are.slice(were.length)) {
			const oneOf = on === 'input' && name === 'oneOf';
			tell(oneOf ? 'input-became-one-of' : `directive-put-on-${on}`, place, object, `puts @${name} on ${object}`, {
				after: use(is, print),
				atMost,
			});
		}
	}

	function changed(was: ConstDirectiveNode, is: ConstDirectiveNode): void {
		const atMost = MATTERS.test(is.name.value) ? undefined : 'note';
		const [a, b] = [was, is].map(
			(one) => new Map((one.arguments ?? []).map((arg) => [arg.name.value, print(arg.value)])),
		);
		for (const name of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
			const [before, after] = [a?.get(name), b?.get(name)];
			if (before === after) continue;
			const how = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
			const what = `changes ${name} of @${is.name.value} on ${object}`;
			tell(`directive-use-argument-${how}`, place, object, what, {before, after, atMost});
		}
	}
}

function byName(uses: readonly ConstDirectiveNode[]): Map<string, ConstDirectiveNode[]> {
	const map = new Map<string, ConstDirectiveNode[]>();
	for (const use of uses) {
		const same = map.get(use.name.value);
		if (same) same.push(use);
		else map.set(use.name.value, [use]);
	}
	return map;
}

function use(node: ConstDirectiveNode, print: Print): string {
	const args = (node.arguments ?? []).map((arg) => `${arg.name.value}: ${print(arg.value)}`);
	return `@${node.name.value}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
}
