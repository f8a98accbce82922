// Room: detectors. Security: which credentials an operation asks for, and what the schemes are.

import type {Api, Operation, Requirement} from '../model.ts';
import {entries, get, type Node, shown, signature, text} from '../node.ts';
import type {Place} from '../report.ts';
import type {RuleName} from '../rules.ts';
import {type Context, joined, sides} from './context.ts';

const PUBLIC: readonly Requirement[] = [new Map()];

/** What holds for an operation: its own list, else that of the document; none or an empty one means everybody. */
function effective(api: Api, operation: Operation): readonly Requirement[] {
	const list = operation.security ?? api.security ?? [];
	return list.length === 0 ? PUBLIC : list;
}

const words = (requirement: Requirement) =>
	requirement.size === 0
		? 'no credentials'
		: [...requirement]
				.map(([name, scopes]) => (scopes.size === 0 ? name : `${name} (${joined(scopes)})`))
				.join(' and ');

/** Whether who holds `held` passes where `asked` is asked for. */
const suffices = (held: Requirement, asked: Requirement) =>
	[...asked].every(([scheme, scopes]) => {
		const mine = held.get(scheme);
		return mine !== undefined && [...scopes].every((scope) => mine.has(scope));
	});
const schemesOf = (requirement: Requirement) => [...requirement.keys()].sort().join('\n');

export function compareSecurity(
	context: Context,
	before: Api,
	after: Api,
	was: Operation,
	is: Operation,
	own: Place,
): void {
	const names = renamedSchemes(before, after);
	const old = effective(before, was).map(
		(requirement): Requirement => new Map([...requirement].map(([name, scopes]) => [names.get(name) ?? name, scopes])),
	);
	const now = effective(after, is);
	const general = was.security === undefined && is.security === undefined;
	// What the document says for all is told once, not at each operation.
	const place: Place = general ? {of: 'all operations', within: ''} : own;
	const at = general ? (get(after.library.root, 'security') ?? after.library.root) : (get(is.at, 'security') ?? is.at);
	const say = (rule: RuleName, from: string, to: string) =>
		context.report.add({rule, place, at, before: from, after: to, group: `${from} → ${to}`});
	const all = joined(now.map(words));
	for (const requirement of old) {
		if (now.some((asked) => suffices(requirement, asked))) continue;
		const alike = now.some((asked) => schemesOf(asked) === schemesOf(requirement));
		const beyond = now.some((asked) => [...requirement.keys()].every((name) => asked.has(name)));
		const rule: RuleName =
			requirement.size === 0
				? 'security-required'
				: alike
					? 'security-scope-added'
					: beyond
						? 'security-strengthened'
						: 'security-alternative-removed';
		say(rule, words(requirement), all);
	}
	const open = (list: readonly Requirement[]) => list.some((requirement) => requirement.size === 0);
	if (open(now) && !open(old)) say('security-dropped', joined(old.map(words)), 'no credentials');
	else
		for (const requirement of now)
			if (requirement.size > 0 && !old.some((held) => suffices(requirement, held)) && !open(old))
				say('security-relaxed', joined(old.map(words)), words(requirement));
}

/** Schemes that only got another name. */
function renamedSchemes(before: Api, after: Api): ReadonlyMap<string, string> {
	const {gone, born} = sides(before.schemes, after.schemes);
	const homes = new Map(born.map(([name, node]) => [signature(node), name]));
	return new Map(
		gone.flatMap(([name, node]) => {
			const to = homes.get(signature(node));
			return to === undefined ? [] : [[name, to] as const];
		}),
	);
}

/** The kind of a credential and where it is sent; `basic` of 2.0 is `http basic` of 3.x. */
function kindOf(node: Node): string {
	const type = text(get(node, 'type')) ?? '';
	if (type === 'basic') return 'http basic';
	if (type === 'http') return `http ${(text(get(node, 'scheme')) ?? '').toLowerCase()}`;
	if (type === 'apiKey') {
		const place = text(get(node, 'in')) ?? '';
		const name = text(get(node, 'name')) ?? '';
		return `apiKey in ${place} ${place === 'header' ? name.toLowerCase() : name}`;
	}
	return type;
}

const OLD_FLOWS: Readonly<Record<string, string>> = {application: 'clientCredentials', accessCode: 'authorizationCode'};

/** Flows by the names of 3.x. */
function flowsOf(node: Node): ReadonlyMap<string, Node> {
	const old = text(get(node, 'flow'));
	return old === undefined ? entries(get(node, 'flows')) : new Map([[OLD_FLOWS[old] ?? old, node]]);
}

export function compareSchemes(context: Context, before: Api, after: Api): void {
	const {report} = context;
	const names = renamedSchemes(before, after);
	const {gone, born, both} = sides(before.schemes, after.schemes);
	const place = (name: string): Place => ({of: `security ${name}`, within: ''});
	const resolved = (api: Api, node: Node) => api.library.resolve(node) ?? node;
	for (const [name, node] of gone)
		if (!names.has(name))
			report.add({rule: 'security-scheme-removed', place: place(name), before: kindOf(node), after: 'absent'});
	const renamedTo = new Set(names.values());
	for (const [name, node] of born)
		if (!renamedTo.has(name))
			report.add({rule: 'security-scheme-added', place: place(name), at: node, before: 'absent', after: kindOf(node)});
	for (const {name, was, is} of both) {
		const [old, now] = [resolved(before, was), resolved(after, is)];
		const [from, to] = [kindOf(old), kindOf(now)];
		if (from !== to) {
			report.add({rule: 'security-scheme-changed', place: place(name), at: is, before: from, after: to});
			continue;
		}
		compareUrls(context, place(name), old, now, is, ['openIdConnectUrl']);
		const flows = sides(flowsOf(old), flowsOf(now));
		for (const [flow] of flows.gone)
			report.add({rule: 'oauth-flow-removed', place: place(name), at: is, before: flow, after: 'absent'});
		for (const each of flows.both) {
			compareUrls(context, place(name), each.was, each.is, is, ['authorizationUrl', 'tokenUrl', 'refreshUrl']);
			const scopes = sides(entries(get(each.was, 'scopes')), entries(get(each.is, 'scopes'))).gone;
			if (scopes.length > 0)
				report.add({
					rule: 'oauth-scope-removed',
					place: place(name),
					at: get(each.is, 'scopes') ?? is,
					before: joined(scopes.map(([scope]) => scope)),
					after: 'gone',
				});
		}
	}
}

function compareUrls({report}: Context, place: Place, was: Node, is: Node, at: Node, keys: readonly string[]): void {
	for (const key of keys) {
		const [old, now] = [get(was, key), get(is, key)];
		if (old !== undefined && text(old) !== text(now))
			report.add({rule: 'oauth-url-changed', place, at: now ?? at, before: shown(old), after: shown(now)});
	}
}
