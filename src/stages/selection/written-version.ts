// Room: stages. The version that the project's own files name, for a repository without version tags. Knows git by its port only.

import type {Oid} from '../../domain/ids.ts';
import {parseVersion, type Version} from '../../domain/release.ts';
import type {Repository} from '../../ports/repository.ts';

const MOST_BYTES = 100_000;

const FILES: readonly (readonly [path: string, version: (text: string) => string | undefined])[] = [
	['package.json', (text) => /^\s*"version"\s*:\s*"([^"]{1,40})"/m.exec(text)?.[1]],
	['Cargo.toml', (text) => /^\[package\][^[]*?^version\s*=\s*"([^"]{1,40})"/m.exec(text)?.[1]],
	['pyproject.toml', (text) => /^\[(?:project|tool\.poetry)\][^[]*?^version\s*=\s*"([^"]{1,40})"/m.exec(text)?.[1]],
];

/** Undefined when no file names one, or only 0.0.0, which nobody has released. */
export async function writtenVersion(repository: Pick<Repository, 'file'>, base: Oid): Promise<Version | undefined> {
	for (const [path, read] of FILES) {
		const text = await repository.file(base, path, MOST_BYTES).catch(() => undefined);
		const version = parseVersion(text === undefined ? '' : (read(text) ?? ''));
		if (version && version.major + version.minor + version.patch > 0) return version;
	}
	return undefined;
}
