// Room: adapters. What of the features goes to the model, and as what: the one place that decides what leaves this machine.
//
// Sent: titles, subjects, the beginnings of bodies, names of touched files, findings in words, counts, and what the rules
// say. Not sent: diffs, file contents, authors, addresses, dates, branch and repository names, versions, anything learned.
// Ids and fences are random for each request; the content that decides the answer is kept apart from them, to be hashed.

import {randomBytes} from 'node:crypto';
import type {RankedFeature} from '../../domain/feature.ts';
import {cut, scrub, withoutTrailers} from './scrub.ts';
import {withoutSecrets} from './secrets.ts';

export const LIMITS = {
	features: 80,
	title: 200,
	subjects: 6,
	subject: 160,
	/** Of all the bodies of a feature together. */
	body: 600,
	files: 10,
	path: 120,
	findings: 6,
	finding: 160,
	/** Of the whole text. */
	characters: 80_000,
} as const;

/** One feature as it is sent, without its id: our own words, and the strangers' words in named spans. */
export interface Sent {
	readonly facts: string;
	readonly spans: readonly {readonly name: string; readonly text: string}[];
}

export interface Payload {
	/** Same order as `features`. */
	readonly sent: readonly Sent[];
	/** Those of the given features that go, in the order given. */
	readonly features: readonly RankedFeature[];
	readonly left: number;
}

export interface Worded {
	readonly text: string;
	/** Request id of each feature, in order. */
	readonly ids: readonly string[];
}

/** Not even their names are worth it: they tell of secrets, or of nothing. */
const UNNAMED =
	/(?:^|\/)(?:\.env[^/]*|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|png|jpe?g|gif|webp|ico|pdf|zip|gz|tgz|jar|wasm|woff2?|ttf|so|dylib|dll|exe|bin|lock)|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum)$/i;

function filesOf({changes}: RankedFeature['feature']): string[] {
	const all = [...new Set(changes.flatMap(({files}) => files.map(({path}) => path)))];
	const named = all.filter((path) => !UNNAMED.test(path)).slice(0, LIMITS.files);
	const rest = all.length - named.length;
	return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])];
}

/** Oldest words first; a title that is a subject is not said twice. */
function textsOf(ranked: RankedFeature): {name: string; text: string; limit: number}[] {
	const {feature} = ranked;
	const {changes, findings, title} = feature;
	// A title is made of a subject: where there is only one, it is not said twice.
	const all = [...new Set(changes.map(({subject}) => subject as string))];
	const subjects = all.length === 1 ? [] : all.filter((subject) => subject !== title);
	const bodies = changes.map(({body}) => scrub(withoutTrailers(body))).filter((body) => body !== '');
	const grave = findings.filter(({severity}) => severity !== 'note');
	const found = grave.map(({topic, severity, what, path}) => `${topic} ${severity}: ${what} (${path})`);
	const lines = (texts: readonly string[], most: number, limit: number) =>
		texts
			.slice(0, most)
			.map((text) => cut(scrub(text).replaceAll('\n', ' '), limit))
			.join('\n');
	return [
		{name: 'title', text: all.length === 1 ? (all[0] ?? title) : title, limit: LIMITS.title},
		{name: 'subjects', text: lines(subjects, LIMITS.subjects, LIMITS.subject), limit: Number.POSITIVE_INFINITY},
		{name: 'text', text: bodies.join('\n'), limit: LIMITS.body},
		{name: 'files', text: lines(filesOf(feature), LIMITS.files + 1, LIMITS.path), limit: Number.POSITIVE_INFINITY},
		{name: 'findings', text: lines(found, LIMITS.findings, LIMITS.finding), limit: Number.POSITIVE_INFINITY},
	];
}

function factsOf({feature, bucket, risk}: RankedFeature): string {
	const {kind, breaking, changes, files} = feature;
	return [
		`bucket: ${bucket}`,
		`risk: ${Math.round(risk * 100)} %`,
		`kind: ${kind}${breaking ? ', declared breaking' : ''}`,
		`changes: ${changes.length}`,
		`files: ${files}`,
	].join('; ');
}

/** @param known values that are secret here. Throws when the secrets cannot be looked for: then nothing may be sent. */
export async function payloadOf(ranked: readonly RankedFeature[], known: readonly string[]): Promise<Payload> {
	const some = ranked.slice(0, LIMITS.features);
	const spans = some.map((one) => textsOf(one).map(({text, ...rest}) => ({...rest, text: scrub(text)})));
	const clean = await withoutSecrets(
		spans.flat().map(({text}) => text),
		known,
	);
	let next = 0;
	const sent: Sent[] = [];
	let characters = 0;
	for (const [i, one] of some.entries()) {
		// Cut only now: half a secret would not have been recognised.
		const own = (spans[i] ?? []).map(({name, limit}) => ({name, text: cut(clean[next++] ?? '', limit)}));
		const made = {facts: factsOf(one), spans: own.filter(({text}) => text !== '')};
		characters += 300 + made.spans.reduce((sum, {text}) => sum + text.length + 60, 0);
		if (characters > LIMITS.characters) break;
		sent.push(made);
	}
	return {sent, features: some.slice(0, sent.length), left: ranked.length - sent.length};
}

/** @param random 16 hex digits that nobody could have known, new at each call. */
export function wordsOf({sent}: Payload, random = () => randomBytes(8).toString('hex')): Worded {
	const all = sent.flatMap(({spans}) => spans.map(({text}) => text)).join('\n');
	const used = new Set<string>();
	const fresh = () => {
		for (;;) {
			const word = random();
			if (used.has(word) || all.includes(word)) continue;
			used.add(word);
			return word;
		}
	};
	const ids: string[] = [];
	const blocks = sent.map(({facts, spans}) => {
		const id = `f${fresh()}`;
		ids.push(id);
		const fenced = spans.map(({name, text}) => {
			const key = fresh();
			const lines = text.split('\n').map((line) => `| ${line}`);
			return [`${name} ⟦${key}⟧`, ...lines, `⟦/${key}⟧`].join('\n');
		});
		return [`FEATURE ${id}`, facts, ...fenced].join('\n');
	});
	const head = `${sent.length} features wait. The rules put them in this order.`;
	return {text: [head, ...blocks, 'Answer now.'].join('\n\n'), ids};
}
