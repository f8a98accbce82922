// Room: detectors. API contracts: GraphQL schemas and protobuf. Reads the patch line by line: what was removed and did not
// come back under the same name breaks clients; what is new is a note. OpenAPI has a detector of its own.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {findings, type Sighting} from './support/finding.ts';
import {compare, isTestPath, named} from './support/lines.ts';

const GRAPHQL = /\.(graphqls?|gql)$/i;
const PROTO = /\.proto$/i;
const CLIENTS = 'clients that use it break: keep it, mark it deprecated, remove it in a later release';

type Naming = (text: string) => string | undefined;

/** What is gone is a danger, what is born a note. A name on both sides was moved or reworded. */
function* difference(patch: Patch, what: string, rule: string, naming: Naming): Iterable<Sighting> {
	const {gone, born} = compare(named(patch.removed, naming), named(patch.added, naming));
	const near = patch.added[0]?.line;
	for (const {name} of gone)
		yield {
			rule: `${rule}-removed`,
			severity: 'danger',
			path: patch.path,
			line: near,
			what: `removes ${what} ${name}`,
			advice: CLIENTS,
		};
	for (const {name, line} of born)
		yield {rule: `${rule}-added`, severity: 'note', path: patch.path, line, what: `adds ${what} ${name}`};
}

const GRAPHQL_TYPE = /^\s*(?:extend\s+)?(type|interface|input|enum|union|scalar|directive)\s+(@?\w+)/;
const GRAPHQL_FIELD = /^\s+(\w+)\s*(?:\([^)]*\))?\s*:\s*([\w![\]]+)/;

function* graphql(patch: Patch): Iterable<Sighting> {
	// Query documents of a client select fields; a schema gives them types. Only the second has `name: Type`.
	yield* difference(patch, 'type', 'type', (text) => GRAPHQL_TYPE.exec(text)?.[2]);
	const field = (text: string) => (GRAPHQL_TYPE.test(text) ? undefined : GRAPHQL_FIELD.exec(text)?.[1]);
	yield* difference(patch, 'field', 'field', field);
	const {both} = compare(named(patch.removed, field), named(patch.added, field));
	for (const {was, is} of both) {
		const [before, after] = [GRAPHQL_FIELD.exec(was.text)?.[2], GRAPHQL_FIELD.exec(is.text)?.[2]];
		if (before !== undefined && after !== undefined && before !== after)
			yield {
				rule: 'field-type-changed',
				severity: after === `${before}!` ? 'caution' : 'danger',
				path: patch.path,
				line: is.line,
				what: `changes ${is.name} from ${before} to ${after}`,
			};
	}
}

const PROTO_BLOCK = /^\s*(message|service|enum)\s+(\w+)/;
const PROTO_RPC = /^\s*rpc\s+(\w+)\s*\(/;
const PROTO_FIELD = /^\s*(?:repeated\s+|optional\s+|required\s+)?((?:map\s*<[^>]+>)|[\w.]+)\s+(\w+)\s*=\s*(\d+)\s*[;[]/;

function* proto(patch: Patch): Iterable<Sighting> {
	yield* difference(patch, 'definition', 'definition', (text) => PROTO_BLOCK.exec(text)?.[2]);
	yield* difference(patch, 'rpc', 'rpc', (text) => PROTO_RPC.exec(text)?.[1]);
	const field = (text: string) => {
		const match = PROTO_FIELD.exec(text);
		return match === null || ['option', 'syntax', 'package'].includes(match[1] ?? '') ? undefined : match;
	};
	const [before, after] = [patch.removed, patch.added].map((lines) =>
		lines.flatMap(({line, text}) => {
			const [, type, name, number] = field(text) ?? [];
			return type && name && number ? [{type, name, number, line, text}] : [];
		}),
	);
	yield* difference(patch, 'field', 'field', (text) => field(text)?.[2]);
	for (const is of after ?? []) {
		const was = before?.find((old) => old.number === is.number);
		if (was !== undefined && was.name !== is.name && !before?.some((old) => old.name === is.name))
			yield {
				rule: 'field-number-reused',
				severity: 'danger',
				path: patch.path,
				line: is.line,
				what: `gives number ${is.number} of ${was.name} to ${is.name}`,
				advice: 'old messages are read wrongly: reserve the number, take a new one',
			};
		if (was !== undefined && was.name === is.name && was.type !== is.type)
			yield {
				rule: 'field-type-changed',
				severity: 'danger',
				path: patch.path,
				line: is.line,
				what: `changes ${is.name} from ${was.type} to ${is.type}`,
			};
	}
}

const wants = (path: string) => (GRAPHQL.test(path) || PROTO.test(path)) && !isTestPath(path);

export const detector = {
	name: 'api-contracts',
	topic: 'api',
	wants,
	detect(change, patches) {
		const sightings = patches.flatMap((patch) => {
			if (!wants(patch.path)) return [];
			if (GRAPHQL.test(patch.path)) return [...graphql(patch)];
			return [...proto(patch)];
		});
		return findings(change, 'api', sightings);
	},
} satisfies Detector;
