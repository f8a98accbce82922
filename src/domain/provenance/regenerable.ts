// Room: domain. Which files a tool makes anew, so that their lines bind nothing: lock files, minified and vendored code,
// build output. Pure; by path only.

/** The names alone decide. */
export const LOCK_NAMES = [
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'bun.lock',
	'bun.lockb',
	'deno.lock',
	'Cargo.lock',
	'Gemfile.lock',
	'poetry.lock',
	'uv.lock',
	'pdm.lock',
	'Pipfile.lock',
	'composer.lock',
	'go.sum',
	'mix.lock',
	'pubspec.lock',
	'Podfile.lock',
	'Package.resolved',
	'MODULE.bazel.lock',
	'packages.lock.json',
	'flake.lock',
	'gradle.lockfile',
] as const;

/** Folders whose contents are copies or output, anywhere in a path; and ends of names that say the same. */
const MADE =
	/(?:^|\/)(?:node_modules|bower_components|\.yarn\/(?:cache|releases)|\.pnp)\/|(?:\.min\.(?:m?js|css)|\.bundle\.js|\.(?:js|css)\.map|\.bazel\.lock|\.pb\.go|_pb2\.py)$/;

const NAMES: ReadonlySet<string> = new Set(LOCK_NAMES);

/** True for files that are made anew by a tool after the release is put together. */
export function isRegenerable(path: string): boolean {
	return NAMES.has(path.slice(path.lastIndexOf('/') + 1)) || MADE.test(path);
}
