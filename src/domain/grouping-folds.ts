// Room: domain. Changes that nobody chooses one by one: what only touches documentation, CI, lock files or version numbers,
// or comes from a robot, is one group each. A person can open such a group, and split it.

import type {Change, Kind} from './change.ts';
import {isChangelog, isCi, isDocumentation, isLockfile, isManifest} from './kind.ts';

export const FOLDS = {
	deps: {title: 'dependency updates', kind: 'build', why: 'Updates of dependencies only'},
	lock: {title: 'lock file updates', kind: 'build', why: 'Lock files only'},
	docs: {title: 'documentation changes', kind: 'docs', why: 'Documentation only'},
	ci: {title: 'CI changes', kind: 'ci', why: 'Continuous integration only'},
	release: {title: 'release commits', kind: 'chore', why: 'Version numbers and changelogs of earlier releases'},
	translation: {title: 'translation updates', kind: 'chore', why: 'Translations only'},
	robot: {title: 'automatic changes', kind: 'chore', why: 'Made by robots'},
	empty: {title: 'changes without content', kind: 'chore', why: 'They change no file'},
} as const satisfies Record<string, {title: string; kind: Kind; why: string}>;
export type Fold = keyof typeof FOLDS;

const BUMP =
	/\b(?:bump|upgrade|update|pin|roll|lock file maintenance|renovate|dependabot)\b|\bdep(?:s|endenc(?:y|ies))\b/i;
const BUMP_BY_HAND = /^(?:\w{1,20}(?:\([^()]{0,60}\))?!?: )?(?:bump|upgrade|update|pin)\b/i;
const NAMES_DEPENDENCIES = /\(deps(?:-dev)?\)|\bdep(?:s|endenc(?:y|ies))\b/i;
const SOURCE =
	/\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|scala|rb|php|cs|fs|swift|c|cc|cpp|h|hpp|mm?|dart|exs?|vue|svelte|sql)$/i;
const isSource = (path: string) => SOURCE.test(path);
const RELEASE =
	/^(?:chore[(/]releases?\)?!?: |(?:\w{1,12}(?:\([^()]{0,60}\))?!?: )?(?:prepare(?: for)?|release|version|bump(?:ed)? version(?: to)?|publish|cut)\b.*\d+\.\d+|v?\d+\.\d+\.\d+(?:\s|$|-)|bump(?:ed)? version\b|(?:post-?release |release )?version bump\b)/i;
const CHANGELOG =
	/^(?:\w{1,12}(?:\([^()]{0,60}\))?!?: )?(?:(?:add|update|create|write)\s.{0,40}\b(?:changelog|release notes)\b|release notes for\b)/i;

/** Files that hold nothing but words in other languages. */
function isTranslation(path: string): boolean {
	return (
		/(?:^|\/)(?:locales?|lang|langs|languages|i18n|translations?|intl)\/(?:.*\/)?[\w-]+\.(?:json|ya?ml|po|pot|properties|xliff?|ftl|arb)$/i.test(
			path,
		) || /\.(?:po|xlf|xliff|ftl|arb)$/i.test(path)
	);
}

/** Undefined: it stands for itself. What breaks is never folded away. */
export function foldOf(change: Change): Fold | undefined {
	if (change.breaking) return undefined;
	const paths = change.files.map((file) => file.path);
	if (paths.length === 0) return 'empty';
	const all = (test: (path: string) => boolean) => paths.every(test);
	const bookkeeping = all((path) => isLockfile(path) || isManifest(path) || isChangelog(path));
	if (change.bot) {
		if (RELEASE.test(change.subject)) return 'release';
		return BUMP.test(change.subject) || bookkeeping ? 'deps' : 'robot';
	}
	if (RELEASE.test(change.subject) && (bookkeeping || paths.filter((path) => !isManifest(path)).length <= 3))
		return 'release';
	if (CHANGELOG.test(change.subject) && all((path) => isChangelog(path) || isDocumentation(path))) return 'release';
	if (all(isLockfile)) return 'lock';
	if (
		BUMP_BY_HAND.test(change.subject) &&
		(bookkeeping || (NAMES_DEPENDENCIES.test(change.subject) && !paths.some(isSource)))
	)
		return 'deps';
	if (all((path) => isDocumentation(path) || isChangelog(path))) return 'docs';
	if (all(isCi)) return 'ci';
	if (all(isTranslation)) return 'translation';
	return undefined;
}
