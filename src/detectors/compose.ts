// Room: detectors. Compose files, service by service, before and after.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {COMPOSE_RULES} from './support/ops/compose-rules.ts';
import {floats, imageStep, readImage} from './support/ops/image.ts';
import {asList, asTree, dig, readYaml, shown, type Tree, type YamlDocument} from './support/ops/yaml.ts';
import {type Sighting, seenAs} from './support/rules.ts';

type Note = Omit<Sighting, 'path' | 'line' | 'object'> & {readonly at: readonly (string | number)[]};

/** `A=1` lists and maps alike; undefined: it must come from outside. */
function environmentOf(service: Tree): Map<string, string | undefined> {
	const {environment} = service;
	if (Array.isArray(environment))
		return new Map(
			environment.map(String).map((text) => {
				const at = text.indexOf('=');
				return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
			}),
		);
	return new Map(
		Object.entries(asTree(environment)).map(([name, value]) => [name, value === null ? undefined : String(value)]),
	);
}

interface Port {
	readonly key: string;
	readonly open: boolean;
}

function portsOf(service: Tree): Port[] {
	return asList(service.ports).map((port) => {
		const text =
			typeof port === 'object'
				? `${shown(dig(port, 'host_ip') ?? '')}:${shown(dig(port, 'published') ?? '')}:${shown(dig(port, 'target'))}`
				: String(port);
		const parts = text.split('/')[0]?.split(':') ?? [];
		const address = parts.length > 2 ? parts.slice(0, -2).join(':') : '';
		const published = parts.length > 1 ? (parts.at(-2) ?? '') : '';
		return {
			key: published === '' ? (parts.at(-1) ?? '') : published,
			open: published !== '' && !/^(127\.|\[?::1|localhost)/.test(address),
		};
	});
}

/** What a service mounts: the source of a named volume or a folder, and where. */
function mountsOf(service: Tree): {source: string; target: string}[] {
	return asList(service.volumes).map((volume) => {
		if (typeof volume === 'object')
			return {source: shown(dig(volume, 'source') ?? ''), target: shown(dig(volume, 'target') ?? '')};
		const [source = '', target] = String(volume).split(':');
		return target === undefined ? {source: '', target: source} : {source, target};
	});
}

const namesOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : Object.keys(asTree(value)));

function* image(old: Tree | undefined, now: Tree, at: readonly string[]): Iterable<Note> {
	if (typeof now.image !== 'string' || now.image === old?.image) return;
	const is = readImage(now.image);
	const note = {at: [...at, 'image'], after: now.image};
	if (floats(is))
		yield {...note, rule: 'compose-image-floating', what: `runs ${now.image}, whatever that is at the time`};
	if (typeof old?.image !== 'string') return;
	const before = readImage(old.image);
	const step = imageStep(before, is);
	const rule =
		step === 'other' && before.name !== is.name
			? 'compose-image-other'
			: step === 'major'
				? 'compose-image-major'
				: step === 'goes back'
					? 'compose-image-back'
					: undefined;
	if (rule) yield {...note, rule, what: `image is now ${now.image}`, before: old.image};
}

function* rights(old: Tree | undefined, now: Tree, at: readonly string[]): Iterable<Note> {
	for (const [field, bad] of [
		['privileged', true],
		['network_mode', 'host'],
		['pid', 'host'],
	] as const) {
		if (now[field] === bad && old?.[field] !== bad)
			yield {rule: 'compose-privileged', what: `sets ${field}: ${shown(bad)}`, at: [...at, field]};
	}
	const added = asList(now.cap_add)
		.map(String)
		.filter((one) => !asList(old?.cap_add).map(String).includes(one));
	if (added.length > 0)
		yield {rule: 'compose-privileged', what: `adds the capability ${added.join(', ')}`, at: [...at, 'cap_add']};
	const socket = (service: Tree | undefined) =>
		service !== undefined && mountsOf(service).some(({source}) => source.endsWith('docker.sock'));
	if (socket(now) && !socket(old))
		yield {rule: 'compose-docker-socket', what: 'mounts the socket of the container engine', at: [...at, 'volumes']};
	const were = new Set(old ? portsOf(old).map(({key}) => key) : []);
	for (const [i, {key, open}] of portsOf(now).entries()) {
		if (open && !were.has(key))
			yield {rule: 'compose-port-open', what: `publishes port ${key} to everybody`, at: [...at, 'ports', i]};
	}
	const variables = old === undefined ? new Map<string, string | undefined>() : environmentOf(old);
	for (const [name, value] of environmentOf(now)) {
		const outside = value === undefined || /^\$\{\w+(:?\?[^}]*)?\}$|^\$\w+$/.test(value);
		if (outside && (!variables.has(name) || variables.get(name) !== value))
			yield {rule: 'compose-env-required', what: `takes ${name} from outside`, at: [...at, 'environment']};
	}
}

function* service(old: Tree, now: Tree, at: readonly string[]): Iterable<Note> {
	const ports = new Set(portsOf(now).map(({key}) => key));
	for (const {key} of portsOf(old))
		if (!ports.has(key))
			yield {rule: 'compose-port-gone', what: `no longer publishes port ${key}`, at: [...at, 'ports']};
	const targets = new Map(mountsOf(now).map(({source, target}) => [target, source]));
	for (const {source, target} of mountsOf(old)) {
		if (!targets.has(target))
			yield {
				rule: 'compose-mount-gone',
				what: `no longer mounts ${target}`,
				at: [...at, 'volumes'],
				before: `${source}:${target}`,
			};
		else if (targets.get(target) !== source)
			yield {
				rule: 'compose-mount-gone',
				what: `mounts something else at ${target}`,
				at: [...at, 'volumes'],
				before: source,
				after: targets.get(target) ?? '',
			};
	}
	for (const field of ['command', 'entrypoint']) {
		if (shown(old[field]) !== shown(now[field]))
			yield {
				rule: 'compose-command-changed',
				what: `changes its ${field}`,
				at: [...at, field],
				before: shown(old[field]),
				after: shown(now[field]),
			};
	}
	const variables = environmentOf(now);
	for (const name of environmentOf(old).keys())
		if (!variables.has(name))
			yield {rule: 'compose-env-gone', what: `no longer sets ${name}`, at: [...at, 'environment']};
	const restarts = (one: Tree) => one.restart !== undefined && one.restart !== 'no' && one.restart !== false;
	if (restarts(old) && !restarts(now))
		yield {rule: 'compose-restart-gone', what: 'is no longer restarted when it ends', at: [...at, 'restart']};
	const checks = ({healthcheck}: Tree) => healthcheck !== undefined && dig(healthcheck, 'disable') !== true;
	if (checks(old) && !checks(now)) yield {rule: 'compose-healthcheck-gone', what: 'has no health check any more', at};
	const limit = (one: Tree) => dig(one, 'deploy', 'resources', 'limits', 'memory') ?? one.mem_limit;
	if (limit(old) !== undefined && limit(now) === undefined)
		yield {rule: 'compose-limits-gone', what: 'has no memory limit any more', at};
	const networks = namesOf(now.networks);
	for (const name of namesOf(old.networks))
		if (!networks.includes(name))
			yield {rule: 'compose-network-gone', what: `leaves the network ${name}`, at: [...at, 'networks']};
	const replicas = (one: Tree) => Number(dig(one, 'deploy', 'replicas') ?? one.scale ?? 1);
	if (replicas(now) < replicas(old))
		yield {
			rule: 'compose-replicas-lowered',
			what: `has ${replicas(now)} replicas instead of ${replicas(old)}`,
			at: [...at, 'deploy'],
		};
}

function* compared(path: string, before: YamlDocument | undefined, after: YamlDocument): Iterable<Sighting> {
	const [was, is] = [asTree(dig(before?.value, 'services')), asTree(dig(after.value, 'services'))];
	for (const name of Object.keys(was))
		if (!Object.hasOwn(is, name))
			yield {
				rule: 'compose-service-gone',
				path,
				line: after.line(['services']),
				what: `removes the service ${name}`,
				object: name,
			};
	for (const [name, value] of Object.entries(is)) {
		const at = ['services', name];
		const old = Object.hasOwn(was, name) ? asTree(was[name]) : undefined;
		const now = asTree(value);
		for (const {at: place, ...note} of [
			...image(old, now, at),
			...rights(old, now, at),
			...(old ? service(old, now, at) : []),
		])
			yield {...note, path, line: after.line(place), object: name};
	}
	const volumes = asTree(dig(after.value, 'volumes'));
	for (const name of Object.keys(asTree(dig(before?.value, 'volumes'))))
		if (!Object.hasOwn(volumes, name))
			yield {
				rule: 'compose-volume-gone',
				path,
				line: after.line(['volumes']),
				what: `removes the volume ${name}`,
				object: name,
			};
}

async function inFile({path, before, after}: Patch): Promise<Sighting[]> {
	const [was, is] = await Promise.all([readYaml(before), readYaml(after)]);
	const [first] = is ?? [];
	if (first === undefined || (before !== undefined && was === undefined)) return [];
	return [...compared(path, was?.[0], first)];
}

const FILE = /(^|\/)(docker-)?(compose|stack)(\.[\w-]+)*\.ya?ml$|(^|\/)docker-compose[\w.-]*\.ya?ml$/i;
const wants = (path: string) => FILE.test(path) && !isTestPath(path);

export const detector = {
	name: 'compose',
	topic: 'infra',
	rules: COMPOSE_RULES,
	reads: 'files',
	wants,
	async detect(change, patches) {
		const seen: Sighting[] = [];
		for (const patch of patches) if (wants(patch.path)) seen.push(...(await inFile(patch)));
		return seenAs(change, COMPOSE_RULES, seen);
	},
} satisfies Detector;
