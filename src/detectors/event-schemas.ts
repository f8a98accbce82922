// Room: detectors. What travels through queues and topics: AsyncAPI documents and Avro schemas. Both ends of a topic run in
// two versions while a release rolls out, and what is stored in it is read years later.

import type {Rule} from '../domain/rule.ts';
import type {Detector} from '../ports/detector.ts';
import {compareAsyncApi, isAsyncApi} from './support/events/asyncapi.ts';
import {compareAvro} from './support/events/avro.ts';
import type {Tell} from './support/events/tell.ts';
import {isTestPath} from './support/lines.ts';
import {readJson} from './support/openapi/json.ts';
import type {Node} from './support/openapi/node.ts';
import {readYaml} from './support/openapi/yaml.ts';
import {apiRules, findingsOf, type Sign, tableOf} from './support/rules.ts';
import {wholly} from './support/whole.ts';

const PHRASES = {
	READERS: 'consumers of the old version cannot read what the new one writes',
	WRITTEN: 'what was written by the old version, or is stored, can no longer be read',
	SILENT: 'consumers wait for what never comes, producers send where nobody listens',
	NOTHING: 'nothing to do',
	NEW: 'add a field under a new name, fill both, remove the old one when nobody reads it',
	BOTH: 'serve both until every consumer has moved',
	DEFAULT: 'give it a default value',
};
const RULES: readonly Rule[] = [
	...apiRules(
		'avro',
		'',
		PHRASES,
		`
field-added | note | a new field with a default | old messages read as the default | NOTHING
required-field-added | danger | a new field without a default | WRITTEN | DEFAULT
field-removed | danger | a field without a default is gone | READERS | give it a default first, release that, then remove it
defaulted-field-removed | caution | a field with a default is gone | consumers of the old version read the default instead | make sure the default is right for them
field-type-changed | danger | a field has a type that does not read the old one | WRITTEN | NEW
field-type-widened | caution | a field can hold more than before | READERS | release the consumers first
default-changed | caution | a field has another default | readers of the two versions see different values for what was not written | keep the default
symbol-removed | danger | a symbol of an enum is gone | WRITTEN | keep it
symbol-added | caution | an enum has a new symbol | READERS | give the enum a default, release the consumers first
record-renamed | danger | a schema has another name | WRITTEN | name the old one in aliases
`,
	),
	...apiRules(
		'asyncapi',
		'',
		PHRASES,
		`
channel-added | note | a new channel | nobody uses it yet | NOTHING
channel-removed | danger | a channel is gone | SILENT | BOTH
address-changed | danger | a channel lies at another address | SILENT | BOTH
operation-removed | danger | nobody sends to, or receives from, a channel any more | SILENT | BOTH
message-removed | danger | a message is gone | SILENT | BOTH
server-removed | caution | a server is gone | clients that connect to it fail | BOTH
payload-field-removed | danger | a field of a message is gone | consumers that read it fail or go on without | NEW
payload-field-required | caution | a field of a message must be there now | messages of the old version are refused | DEFAULT
payload-type-changed | danger | a field of a message has another type | consumers read it as what it was | NEW
payload-value-removed | caution | a value of a message is no longer allowed | messages of the old version are refused | keep it
`,
	),
];
const TABLE = tableOf(RULES);

const AVRO = /\.avsc$/i;
const ASYNC = /(^|\/)[^/]*asyncapi[^/]*\.(ya?ml|json)$|(^|\/)asyncapi\/.*\.(ya?ml|json)$/i;

async function read(path: string, text: string): Promise<Node | undefined> {
	try {
		return AVRO.test(path) || path.endsWith('.json') ? readJson(path, text) : (await readYaml(path, text)).root;
	} catch {
		return undefined;
	}
}

export const detector = {
	name: 'event-schemas',
	topic: 'api',
	rules: RULES,
	reads: 'files',
	wants: (path: string) => (AVRO.test(path) || ASYNC.test(path)) && !isTestPath(path),
	async detect(change, patches) {
		const signs: Sign[] = [];
		for (const {path, from, before, after} of wholly(change, patches)) {
			if (before === undefined || after === undefined) continue;
			const [was, is] = [await read(from ?? path, before), await read(path, after)];
			if (was === undefined || is === undefined) continue;
			const tell: Tell = (rule, at, object, what, sides = {}) =>
				signs.push({rule, path, line: at.line, object, what, ...sides});
			if (AVRO.test(path)) compareAvro(tell, was, is);
			else if (isAsyncApi(was) && isAsyncApi(is)) compareAsyncApi(tell, was, is);
		}
		return findingsOf(change, TABLE, signs);
	},
} satisfies Detector;
