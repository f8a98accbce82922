// Room: detectors. Dockerfiles, instruction by instruction, before and after: what the image is built on, as whom and how
// it runs. A multi-stage file runs its last stage; earlier ones only build.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {DOCKERFILE_RULES} from './support/ops/dockerfile-rules.ts';
import {floats, imageStep, readImage} from './support/ops/image.ts';
import {type Sighting, seenAs} from './support/rules.ts';

interface Instruction {
	readonly word: string;
	readonly text: string;
	readonly line: number;
	/** Number of its stage, from 0. */
	readonly stage: number;
}

/** Continuation lines joined, comments left out; `# escape=` is not honoured. */
function instructions(text: string): Instruction[] {
	const found: Instruction[] = [];
	let open: {text: string; line: number} | undefined;
	let stage = -1;
	for (const [i, raw] of text.split(/\r?\n/).entries()) {
		if (/^\s*#/.test(raw) || (raw.trim() === '' && open)) continue;
		const part: string = raw.replace(/\\\s*$/, ' ');
		open = open ? {...open, text: open.text + part} : {text: part, line: i + 1};
		if (/\\\s*$/.test(raw)) continue;
		const [, word = '', rest = ''] = /^\s*([A-Za-z]+)\s+([\s\S]*)$/.exec(open.text) ?? [];
		if (word.toUpperCase() === 'FROM') stage++;
		if (word !== '') found.push({word: word.toUpperCase(), text: rest.trim(), line: open.line, stage});
		open = undefined;
	}
	return found;
}

interface Read {
	readonly all: readonly Instruction[];
	readonly stages: readonly {readonly image: string; readonly name: string | undefined; readonly line: number}[];
	/** Of the last stage; the last one of its kind holds. */
	last(word: string): Instruction | undefined;
	each(word: string): readonly Instruction[];
}

function read(text: string): Read {
	const all = instructions(text);
	const stages = all
		.filter(({word}) => word === 'FROM')
		.map(({text: from, line}) => {
			const [, image = '', name] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(from) ?? [];
			return {image, name, line};
		});
	const own = all.filter(({stage}) => stage === stages.length - 1);
	return {
		all,
		stages,
		last: (word) => own.findLast((one) => one.word === word),
		each: (word) => own.filter((one) => one.word === word),
	};
}

const SECRET = /(?:^|_)(password|passwd|secret|token|api_?key|private_?key|credentials?)$/i;

/** `A=1 B="x y"` or the old `A value`. */
function pairsOf(text: string): {name: string; value: string}[] {
	const pairs = [...text.matchAll(/([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)].map(
		([, name = '', value = '']) => ({
			name,
			value: value.replace(/^["']|["']$/g, ''),
		}),
	);
	if (pairs.length > 0) return pairs;
	const [, name, value = ''] = /^([A-Za-z_]\w*)(?:\s+(.*))?$/.exec(text) ?? [];
	return name === undefined ? [] : [{name, value}];
}

function* bases(path: string, was: Read, is: Read): Iterable<Sighting> {
	const names = new Set(is.stages.map(({name}) => name));
	for (const [i, {image, line}] of is.stages.entries()) {
		if (names.has(image)) continue;
		const now = readImage(image);
		const old = was.stages[i];
		const see = (rule: string, what: string): Sighting => ({
			rule,
			path,
			line,
			what,
			object: now.name,
			before: old?.image,
			after: image,
		});
		if (floats(now) && old?.image !== image)
			yield see('docker-base-floating', `builds on ${image}, whatever that is at the time`);
		if (old === undefined || old.image === image) continue;
		const before = readImage(old.image);
		const step = imageStep(before, now);
		if (step === 'other') yield see('docker-base-other', `base image is now ${image}`);
		else if (step === 'major') yield see('docker-base-major', `base image is now ${image}`);
		else if (step === 'goes back') yield see('docker-base-back', `base image goes back to ${image}`);
		if (before.digest !== undefined && now.digest === undefined)
			yield see('docker-digest-dropped', `${now.name} is no longer pinned by digest`);
	}
	for (const {name} of was.stages) {
		if (name !== undefined && !names.has(name))
			yield {
				rule: 'docker-stage-gone',
				path,
				line: is.stages[0]?.line,
				what: `no stage is called ${name} any more`,
				object: name,
			};
	}
}

const ROOT = /^(root|0)(:|$)/;

function* running(path: string, was: Read, is: Read): Iterable<Sighting> {
	const start = is.stages.at(-1)?.line;
	const differ = (word: string) => {
		const [old, now] = [was.last(word), is.last(word)];
		return old?.text === now?.text
			? undefined
			: {old, now, path, line: now?.line ?? start, before: old?.text, after: now?.text};
	};
	const user = differ('USER');
	if (user) {
		const {old, now, ...at} = user;
		const root = now === undefined || ROOT.test(now.text);
		if (root && old !== undefined && !ROOT.test(old.text))
			yield {...at, rule: 'docker-runs-as-root', what: `no longer runs as ${old.text}, but as root`};
		else if (now && old) yield {...at, rule: 'docker-user-changed', what: `runs as ${now.text} instead of ${old.text}`};
	}
	for (const [word, rule, name] of [
		['ENTRYPOINT', 'docker-entrypoint-changed', 'the entry point'],
		['CMD', 'docker-command-changed', 'the start command'],
		['WORKDIR', 'docker-workdir-changed', 'the working folder'],
		['STOPSIGNAL', 'docker-stop-signal', 'the stop signal'],
	] as const) {
		const found = differ(word);
		if (!found) continue;
		const {old, now, ...at} = found;
		if (old) yield {...at, rule, what: now ? `changes ${name}` : `drops ${name}`};
		if (now && (word === 'CMD' || word === 'ENTRYPOINT') && !now.text.startsWith('[') && !old?.text.match(/^[^[]/))
			yield {...at, rule: 'docker-shell-form', what: `${word} is in shell form`};
	}
	const health = differ('HEALTHCHECK');
	if (health) {
		const {old, now, ...at} = health;
		const off = now === undefined || /^none$/i.test(now.text);
		if (old && off) yield {...at, rule: 'docker-healthcheck-gone', what: 'has no health check any more'};
		else if (old) yield {...at, rule: 'docker-healthcheck-changed', what: 'changes the health check'};
	}
}

const words = (list: readonly Instruction[]) =>
	list.flatMap(({text}) =>
		text.startsWith('[') ? [...text.matchAll(/"([^"]*)"/g)].map((m) => m[1] ?? '') : text.split(/\s+/),
	);

function* content(path: string, was: Read, is: Read): Iterable<Sighting> {
	const start = is.stages.at(-1)?.line;
	const gone = (word: string) => {
		const now = new Set(words(is.each(word)));
		return words(was.each(word)).filter((one) => !now.has(one));
	};
	for (const port of gone('EXPOSE'))
		yield {rule: 'docker-port-gone', path, line: start, what: `no longer exposes ${port}`, object: port};
	for (const volume of gone('VOLUME'))
		yield {rule: 'docker-volume-gone', path, line: start, what: `${volume} is no volume any more`, object: volume};
	const variables = (side: Read) =>
		side.each('ENV').flatMap(({text, line}) => pairsOf(text).map((pair) => ({...pair, line})));
	const now = variables(is);
	for (const {name} of variables(was)) {
		if (!now.some((one) => one.name === name))
			yield {rule: 'docker-env-gone', path, line: start, what: `no longer sets ${name}`, object: name};
	}
	const before = new Set(was.all.map(({word, text}) => `${word} ${text}`));
	for (const {word, text, line} of is.all) {
		if (before.has(`${word} ${text}`)) continue;
		if (word === 'ADD' && /(^|\s)(https?|git|ftp):\/\//i.test(text))
			yield {rule: 'docker-remote-add', path, line, what: 'adds a file from an address'};
		const declared = word === 'ENV' || word === 'ARG' ? pairsOf(text) : [];
		for (const {name, value} of declared)
			if (SECRET.test(name) && value !== '' && !/^\$/.test(value))
				yield {rule: 'docker-secret-in-image', path, line, what: `writes ${name} into the image`, object: name};
		if (
			word === 'ARG' &&
			!text.includes('=') &&
			!was.all.some((one) => one.word === 'ARG' && one.text.split('=')[0] === text)
		)
			yield {rule: 'docker-argument-required', path, line, what: `the build asks for ${text}`, object: text};
	}
}

function* inFile({path, before, after}: Patch): Iterable<Sighting> {
	if (after === undefined) return;
	const was = read(before ?? '');
	const is = read(after);
	yield* bases(path, was, is);
	if (before !== undefined) yield* running(path, was, is);
	yield* content(path, was, is);
}

const FILE = /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.(dockerfile|containerfile)$/i;
const wants = (path: string) => FILE.test(path) && !isTestPath(path);

export const detector = {
	name: 'dockerfile',
	topic: 'infra',
	rules: DOCKERFILE_RULES,
	reads: 'files',
	wants,
	detect(change, patches) {
		return seenAs(
			change,
			DOCKERFILE_RULES,
			patches.filter(({path}) => wants(path)).flatMap((patch) => [...inFile(patch)]),
		);
	},
} satisfies Detector;
