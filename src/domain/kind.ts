// Room: domain. What sort of change it is when nobody wrote a type, who is a robot, and which files are of which sort.
//
// The heuristic, in order: all files of one sort (documentation, tests, CI, lock files) decide; then the first words of
// the subject; then nothing is claimed (`other`).

import type {Kind} from './change.ts';

const LOCKFILES = new Set([
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'bun.lock',
	'bun.lockb',
	'deno.lock',
	'cargo.lock',
	'gemfile.lock',
	'poetry.lock',
	'pipfile.lock',
	'uv.lock',
	'pdm.lock',
	'composer.lock',
	'go.sum',
	'mix.lock',
	'pubspec.lock',
	'packages.lock.json',
	'podfile.lock',
	'flake.lock',
	'gradle.lockfile',
	'package.resolved',
	'module.bazel.lock',
	'buf.lock',
]);

const name = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

export function isLockfile(path: string): boolean {
	return LOCKFILES.has(name(path));
}

export function isChangelog(path: string): boolean {
	return (
		/^(?:changelog|changes|history|release[-_]?notes|news)(?:\.\w+)?$/.test(name(path)) || /^\.changeset\//.test(path)
	);
}

export function isDocumentation(path: string): boolean {
	return (
		/\.(?:md|mdx|rst|adoc|asciidoc)$/i.test(path) ||
		/(?:^|\/)(?:docs?|website|documentation)\//i.test(path) ||
		/^(?:readme|license|licence|contributing|authors|code_of_conduct|security|maintainers|codeowners|notice)(?:\.\w+)?$/.test(
			name(path),
		)
	);
}

export function isTest(path: string): boolean {
	return (
		/(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress|__snapshots__|__mocks__|testdata|fixtures?)\//i.test(path) ||
		/[._-](?:test|tests|spec|e2e|cy)\.[\w.]+$/i.test(path) ||
		/(?:^|\/)test_[\w-]+\.py$|_test\.(?:go|rb|py|exs|cc|cpp|dart)$/i.test(path)
	);
}

export function isCi(path: string): boolean {
	return (
		/^\.(?:github|gitlab|circleci|buildkite|azure-pipelines|woodpecker|forgejo|gitea|husky)\//i.test(path) ||
		/^(?:\.gitlab-ci\.ya?ml|\.travis\.ya?ml|appveyor\.yml|jenkinsfile|azure-pipelines\.ya?ml|\.drone\.ya?ml|bitbucket-pipelines\.yml|renovate\.json5?|\.renovaterc(?:\.json)?|\.pre-commit-config\.yaml|lefthook\.ya?ml)$/i.test(
			path,
		)
	);
}

export function isManifest(path: string): boolean {
	return /^(?:package\.json|cargo\.toml|go\.mod|gemfile|pyproject\.toml|requirements[\w.-]*\.txt|pipfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|mix\.exs|pubspec\.yaml|module\.bazel|pnpm-workspace\.yaml|libs\.versions\.toml|directory\.packages\.props)$/.test(
		name(path),
	);
}

/** Words at the start of a subject. The first row that matches wins, so the narrow ones stand first. */
const WORDS: readonly (readonly [RegExp, Kind])[] = [
	[/^(?:revert|back ?out|undo|reapply)\b/i, 'revert'],
	[/^(?:bump|upgrade|update|pin|downgrade)\b.*\b(?:dep(?:s|endenc(?:y|ies))?|version|to v?\d|from v?\d)/i, 'build'],
	[/^(?:bump|pin|downgrade)(?:s|ed|ing)?\b/i, 'build'],
	[/^(?:update|upgrade)[ds]? (?:all )?(?:npm |yarn |pnpm )?(?:packages|libs|libraries|modules)\b/i, 'build'],
	[/^add(?:s|ed)? (?:(?:a|the|some|back) )?missing\b/i, 'fix'],
	[/^(?:release|prepare release|version|publish)\b|^v?\d+\.\d+\.\d+\S*$/i, 'chore'],
	[/\b(?:readme|changelog|docs?|documentation|typos?|spelling|docstrings?|jsdoc)\b/i, 'docs'],
	[
		/^(?:add|fix|update|improve|more|extend|write|skip|unskip|enable)?\s*(?:\w+\s){0,3}(?:unit |e2e |integration )?tests?\b/i,
		'test',
	],
	[/\bci\b|\bgithub actions?\b|\bworkflows?\b.*\byml\b|\bpipelines?\b/i, 'ci'],
	[
		/^(?:optimi[sz]e|speed ?up|accelerate|cache|reduce (?:memory|allocations|latency))\b|\b(?:faster|performance)\b/i,
		'perf',
	],
	[
		/^(?:hot)?fix(?:e[sd]|ing)?\b|^(?:resolve|correct|repair|prevent|avoid|handle|guard|patch|restore|workaround|work around|don'?t|do not|stop|ensure)\b|\b(?:bug|crash(?:es)?|regression|race condition|memory leak|deadlock|CVE-\d+)\b/i,
		'fix',
	],
	[
		/^(?:refactor|rename|move|extract|inline|simplify|clean ?up|cleanup|restructure|reorgani[sz]e|split|convert|migrate|replace|remove|delete|drop|deduplicate|unify|rewrite)\b/i,
		'refactor',
	],
	[/^(?:format|lint|prettier|eslint|rubocop|gofmt|rustfmt|whitespace|indent)\b/i, 'style'],
	[
		/^(?:add|adds|added|adding|implement(?:s|ed)?|introduce[sd]?|support|allow|enable|create|new|expose|provide|show|display|make it possible|initial|build)\b/i,
		'feat',
	],
	[/^(?:build|compile|package|docker|makefile)\b/i, 'build'],
	[/^(?:chore|merge|sync|misc|wip|update|upgrade)\b/i, 'chore'],
];

/** @param title the subject without type or component. @param paths every path the change touches; may be empty. */
export function guessKind(title: string, paths: readonly string[]): Kind {
	const all = (test: (path: string) => boolean) => paths.length > 0 && paths.every(test);
	if (/^(?:revert|reapply) /i.test(title)) return 'revert';
	if (/^v?\d+\.\d+\.\d+(?:\s|$|-)/.test(title)) return 'chore';
	if (all((path) => isDocumentation(path) || isChangelog(path))) return 'docs';
	if (all(isCi)) return 'ci';
	if (all(isTest)) return 'test';
	if (all((path) => isLockfile(path) || isManifest(path))) return 'build';
	const text = title.slice(0, 200).replace(/^[\w./-]{1,40}: /, '');
	for (const [pattern, kind] of WORDS) if (pattern.test(text)) return kind;
	return 'other';
}

/** Accounts that are programs: their changes carry no intent of a person, and their bodies quote other projects. */
export function isBot(author: {readonly name: string; readonly email: string}): boolean {
	return (
		/\[bot\]/i.test(author.name) ||
		/\[bot\]@/i.test(author.email) ||
		/^(?:dependabot|renovate|greenkeeper|snyk|semantic-release|github[- ]actions?|pre-commit-ci|allcontributors|mergify|weblate|imgbot|codecov|deepsource|scala steward|pyup|crowdin)\b/i.test(
			author.name.trim(),
		) ||
		/(?:^|[-_. ])(?:bot|robot)$/i.test(author.name.trim()) ||
		/(?:^|[-_.+])bot@/i.test(author.email)
	);
}
