// Room: detectors. Reading a patch: runs of neighbouring lines, and which removed thing came back under the same name.

import type {Patch} from '../../ports/repository.ts';

export type Line = Patch['added'][number];

/** Lines in groups without gaps in their numbers: only inside a group is the text known to be whole. */
export function runs(lines: readonly Line[]): Line[][] {
	const groups: Line[][] = [];
	let last: Line[] = [];
	for (const line of lines) {
		const before = last.at(-1);
		if (before !== undefined && line.line === before.line + 1) last.push(line);
		else {
			last = [line];
			groups.push(last);
		}
	}
	return groups;
}

export interface Named {
	readonly name: string;
	readonly line: number;
	readonly text: string;
}

/** Every line that `name` gives a name to. */
export function named(lines: readonly Line[], name: (text: string) => string | undefined): Named[] {
	const all: Named[] = [];
	for (const {line, text} of lines) {
		const found = name(text);
		if (found !== undefined) all.push({name: found, line, text});
	}
	return all;
}

/** What only one side has. A name on both sides was moved or edited, and is in `both` with its two lines. */
export function compare(before: readonly Named[], after: readonly Named[]) {
	const old = new Map(before.map((item) => [item.name, item]));
	const now = new Map(after.map((item) => [item.name, item]));
	return {
		gone: [...old.values()].filter((item) => !now.has(item.name)),
		born: [...now.values()].filter((item) => !old.has(item.name)),
		both: [...now.values()].flatMap((item) => {
			const was = old.get(item.name);
			return was === undefined ? [] : [{was, is: item}];
		}),
	};
}

/** Tests, fixtures and examples: what they hold does not reach production. */
export function isTestPath(path: string): boolean {
	return (
		/(^|\/)(tests?|__tests__|__mocks__|fixtures|testdata|e2e|cypress)\/|^specs?\/|(^|\/)spec\/.*\.rb$/i.test(path) ||
		/[._-](test|spec)\.[cm]?[jt]sx?$|_test\.(go|py|rb|exs|dart)$|(^|\/)test_[^/]*\.py$|_spec\.rb$|(Test|Tests|IT)\.(java|kt|cs)$/.test(
			path,
		)
	);
}
