// Room: detectors. The objects of a manifest, with their names and the lines of their parts.

import {asList, asTree, dig, readYaml, type Tree} from './yaml.ts';

export interface KubernetesObject {
	readonly api: string;
	readonly kind: string;
	/** The bare name. */
	readonly short: string;
	/** `Kind namespace/name`: what tells it from others in a file. */
	readonly name: string;
	readonly value: Tree;
	line(path: readonly (string | number)[]): number;
}

/** A sighting whose place is still a path inside its object. */
export interface Note {
	readonly rule: string;
	readonly what: string;
	readonly at: readonly (string | number)[];
	readonly before?: string;
	readonly after?: string;
}

/** Undefined when it is no YAML; empty when nothing in it is a Kubernetes object. An absent file has no objects. */
export async function objectsIn(text: string | undefined): Promise<readonly KubernetesObject[] | undefined> {
	if (text === undefined) return [];
	// Most YAML is something else: a look at two words spares the parser.
	if (!/^\s*apiVersion:/m.test(text) || !/^\s*kind:/m.test(text)) return [];
	const documents = await readYaml(text);
	return documents?.flatMap(({value, line}) => {
		const parts = dig(value, 'kind') === 'List' ? asList(dig(value, 'items')) : [value];
		return parts.flatMap((part, i): KubernetesObject[] => {
			const [api, kind] = [dig(part, 'apiVersion'), dig(part, 'kind')];
			if (typeof api !== 'string' || typeof kind !== 'string') return [];
			const short = String(dig(part, 'metadata', 'name') ?? '');
			const space = dig(part, 'metadata', 'namespace');
			const name = `${kind} ${space === undefined ? '' : `${String(space)}/`}${short}`;
			const own = parts.length > 1 || parts[0] !== value ? ['items', i] : [];
			return [{api, kind, short, name, value: asTree(part), line: (path) => line([...own, ...path])}];
		});
	});
}

const UNITS: Readonly<Record<string, number>> = {
	m: 1e-3,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	T: 1e12,
	P: 1e15,
	Ki: 2 ** 10,
	Mi: 2 ** 20,
	Gi: 2 ** 30,
	Ti: 2 ** 40,
	Pi: 2 ** 50,
};

/** A quantity such as `500m`, `1.5Gi` or `2`; undefined when it is none. */
function quantity(value: unknown): number | undefined {
	const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(value ?? '').trim()) ?? [];
	if (number === undefined) return undefined;
	const factor = unit === '' ? 1 : UNITS[unit];
	return factor === undefined ? undefined : Number(number) * factor;
}

/** True when both are known and the second is smaller. */
export function lowered(before: unknown, after: unknown): boolean {
	const [old, now] = [quantity(before), quantity(after)];
	return old !== undefined && now !== undefined && now < old;
}
