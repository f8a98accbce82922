// Room: detectors. Reading trees that other people's parsers build, without trusting their shape: what is absent or of
// another kind is undefined, an empty list, or an empty text.

export type Tree = {readonly [key: string]: unknown};

export const isTree = (value: unknown): value is Tree =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The tree behind some keys. */
export function kid(value: unknown, ...keys: readonly string[]): Tree | undefined {
	let at: unknown = value;
	for (const key of keys) at = isTree(at) ? at[key] : undefined;
	return isTree(at) ? at : undefined;
}

export function list(value: unknown, ...keys: readonly string[]): readonly unknown[] {
	let at: unknown = value;
	for (const key of keys) at = isTree(at) ? at[key] : undefined;
	return Array.isArray(at) ? at : [];
}

export function text(value: unknown, ...keys: readonly string[]): string {
	let at: unknown = value;
	for (const key of keys) at = isTree(at) ? at[key] : undefined;
	return typeof at === 'string' ? at : typeof at === 'number' ? String(at) : '';
}

export function flag(value: unknown, ...keys: readonly string[]): boolean {
	let at: unknown = value;
	for (const key of keys) at = isTree(at) ? at[key] : undefined;
	return at === true;
}

/** The only key and what is behind it: `{SelectStmt: {…}}`. */
export function tagged(value: unknown): readonly [string, Tree] {
	if (isTree(value)) for (const [tag, inner] of Object.entries(value)) if (isTree(inner)) return [tag, inner];
	return ['', {}];
}

/** Every tree inside, itself too; at most 100,000. */
export function* everywhere(value: unknown): Iterable<Tree> {
	const stack: unknown[] = [value];
	let left = 100_000;
	while (stack.length > 0 && left-- > 0) {
		const at = stack.pop();
		if (Array.isArray(at)) {
			for (const item of at) if (typeof item === 'object' && item !== null) stack.push(item);
		} else if (isTree(at)) {
			yield at;
			for (const item of Object.values(at)) if (typeof item === 'object' && item !== null) stack.push(item);
		}
	}
}
