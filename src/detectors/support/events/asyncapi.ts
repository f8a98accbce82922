// Room: detectors. AsyncAPI documents, 2.x and 3.0, before and after: channels, operations, messages and what they carry.

import {entries, get, type Node, text, texts} from '../openapi/node.ts';
import type {Tell} from './tell.ts';

const DEEPEST = 20;

export const isAsyncApi = (node: Node): boolean => text(get(node, 'asyncapi')) !== undefined;

export function compareAsyncApi(tell: Tell, before: Node, after: Node): void {
	const pairs = (...path: readonly string[]) => {
		const at = (root: Node) => path.reduce<Node | undefined>((node, key) => get(node, key), root);
		return {was: entries(at(before)), is: entries(at(after))};
	};
	channels(tell, after, pairs('channels'));
	const parts = [
		['server', pairs('servers')],
		['operation', pairs('operations')],
		['message', pairs('components', 'messages')],
	] as const;
	for (const [word, {was, is}] of parts)
		for (const name of was.keys())
			if (!is.has(name)) tell(`asyncapi-${word}-removed`, after, name, `removes ${word} ${name}`);
	const messages = pairs('components', 'messages');
	for (const [name, was] of messages.was)
		payload(tell, name, get(was, 'payload'), get(messages.is.get(name), 'payload'), 0);
	const schemas = pairs('components', 'schemas');
	for (const [name, was] of schemas.was) payload(tell, name, was, schemas.is.get(name), 0);
}

function channels(
	tell: Tell,
	after: Node,
	{was, is}: {was: ReadonlyMap<string, Node>; is: ReadonlyMap<string, Node>},
): void {
	for (const [name, old] of was) {
		const now = is.get(name);
		if (now === undefined) {
			tell('asyncapi-channel-removed', after, name, `removes channel ${name}`, {
				before: text(get(old, 'address')) ?? name,
			});
			continue;
		}
		const address = {before: text(get(old, 'address')), after: text(get(now, 'address'))};
		if (address.before !== undefined && address.before !== address.after)
			tell(
				'asyncapi-address-changed',
				now,
				name,
				`moves channel ${name} from ${address.before} to ${address.after ?? 'nowhere'}`,
				address,
			);
		// In 2.x the directions are keys of the channel, and a message can be written out below each.
		for (const way of ['publish', 'subscribe']) {
			const [a, b] = [get(old, way), get(now, way)];
			if (a !== undefined && b === undefined)
				tell('asyncapi-operation-removed', now, `${name} ${way}`, `${name} no longer has ${way}`);
			payload(tell, `${name} ${way}`, get(get(a, 'message'), 'payload'), get(get(b, 'message'), 'payload'), 0);
		}
		const [a, b] = [entries(get(old, 'messages')), entries(get(now, 'messages'))];
		for (const [key, message] of a)
			if (!b.has(key)) tell('asyncapi-message-removed', now, `${name}.${key}`, `${name} no longer carries ${key}`);
			else payload(tell, `${name}.${key}`, get(message, 'payload'), get(b.get(key), 'payload'), 0);
	}
	for (const [name, now] of is) if (!was.has(name)) tell('asyncapi-channel-added', now, name, `adds channel ${name}`);
}

/** Two JSON schemas, as far as their properties go; what is referred to is compared under its own name. */
function payload(tell: Tell, object: string, was: Node | undefined, is: Node | undefined, depth: number): void {
	if (was === undefined || is === undefined || depth > DEEPEST) return;
	const type = {before: typeOf(was), after: typeOf(is)};
	if (type.before !== undefined && type.after !== undefined && type.before !== type.after)
		tell('asyncapi-payload-type-changed', is, object, `changes ${object} from ${type.before} to ${type.after}`, type);
	const [old, now] = [entries(get(was, 'properties')), entries(get(is, 'properties'))];
	for (const [key, property] of old) {
		const same = now.get(key);
		if (same === undefined)
			tell('asyncapi-payload-field-removed', is, `${object}.${key}`, `removes ${object}.${key}`, {
				before: typeOf(property),
			});
		else payload(tell, `${object}.${key}`, property, same, depth + 1);
	}
	const required = new Set(texts(get(was, 'required')));
	for (const key of texts(get(is, 'required')))
		if (!required.has(key))
			tell(
				'asyncapi-payload-field-required',
				now.get(key) ?? is,
				`${object}.${key}`,
				`makes ${object}.${key} required`,
			);
	for (const value of texts(get(was, 'enum')))
		if (get(is, 'enum') !== undefined && !texts(get(is, 'enum')).includes(value))
			tell('asyncapi-payload-value-removed', is, `${object}.${value}`, `${object} is no longer ${value}`, {
				before: value,
			});
	payload(tell, `${object}[]`, get(was, 'items'), get(is, 'items'), depth + 1);
}

function typeOf(node: Node): string | undefined {
	const type = get(node, 'type');
	return text(type) ?? (type?.kind === 'list' ? texts(type).sort().join('|') : text(get(node, '$ref')));
}
