// Room: detectors. Lessons about migrations, raised from what the SQL rules found in a whole selection. Refers to those
// findings by their rule, and looks into lines only for what no other rule looks for.

import type {Finding} from '../../../domain/feature.ts';
import type {Split} from '../../../ports/detector.ts';
import {isFlagFile} from '../flag-files.ts';
import {isTestPath} from '../lines.ts';
import type {Sighting} from '../rules.ts';
import {isSnapshot, wantsPath} from '../sql/families.ts';
import {plain} from '../sql/op.ts';

/** A sighting and the change that it is told of. */
export type Raised = Sighting & {readonly change: Finding['change']};

/** What no rollback brings back. */
const isOneWay = ({rule, class: kind, severity, path}: Finding): boolean =>
	severity === 'danger' && (kind === 'S0' || rule === 'change-type') && !isSnapshot(path);
const REHEARSES = /migrat\w*|rollback|schema[-_.]?(down|revert)/i;

/** A test that by its name runs migrations, and so may run them back. */
export const rehearses = (path: string): boolean =>
	(isTestPath(path) || /(^|\/)\.github\/workflows\//.test(path)) &&
	REHEARSES.test(path.slice(path.lastIndexOf('/') + 1));

const of = (finding: Finding, rule: string, what: string): Raised => ({
	rule,
	change: finding.change,
	path: finding.path,
	line: finding.line,
	object: finding.object,
	what,
});
const more = (n: number) => (n > 0 ? ` and ${n} more` : '');
const schema = ({found = []}: Split) => found.filter(({topic}) => topic === 'schema');

export function migrationLessons(split: Split): Raised[] {
	return [...untested(split), ...unphased(split), ...contracts(split), ...unflagged(split)];
}

function untested(split: Split): Raised[] {
	const oneWay = schema(split).filter(isOneWay);
	const stuck = schema(split).filter(({rule}) => rule === 'no-way-back');
	const tried =
		split.live.some(rehearses) ||
		split.chosen.some(({change}) => change.files.some(({path, status}) => status !== 'deleted' && rehearses(path)));
	const [first] = stuck.length > 0 ? stuck : tried ? [] : oneWay;
	if (first === undefined) return [];
	const rest = new Set([...stuck, ...(tried ? [] : oneWay)].map(({path}) => path)).size - 1;
	const why =
		first.rule === 'no-way-back'
			? `has no way down (no-way-back)${more(rest)}, so none was tried`
			: `${first.what} (${first.rule})${more(rest)}, and nothing here tries the way back`;
	return [of(first, 'lesson-rollback-untested', why)];
}

const tableOf = ({object}: Finding): string => plain((object ?? '').replace(/\.[^.]*$/, ''));
const columnOf = ({object}: Finding): string => (object ?? '').slice((object ?? '').lastIndexOf('.') + 1);

/** The old column goes with the release that brings the new one. */
function unphased(split: Split): Raised[] {
	const added = schema(split).filter(
		({rule, object}) => /^(add-column|not-null-without-default)$/.test(rule) && object,
	);
	const told = new Set<string>();
	return schema(split).flatMap((gone): Raised[] => {
		if (gone.rule !== 'drop-column' || gone.object === undefined) return [];
		const table = tableOf(gone);
		const key = JSON.stringify([gone.path, table]);
		if (told.has(key)) return [];
		// In one file they belong together; from afar only names that are alike say so.
		const mate = added.find(
			(born) =>
				tableOf(born) === table &&
				columnOf(born) !== columnOf(gone) &&
				(born.path === gone.path || alike(columnOf(born), columnOf(gone))),
		);
		if (mate === undefined) return [];
		told.add(key);
		const what = `drops ${columnOf(gone)} of ${table} in the release that adds ${columnOf(mate)} (${gone.rule}, ${mate.rule})`;
		return [of(gone, 'lesson-not-phased', what)];
	});
}

const words = (name: string): string[] =>
	name
		.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
		.toLowerCase()
		.split(/[^a-z\d]+/)
		.filter((word) => word.length > 2 && !/^(the|new|old|has|_?at|is)$/.test(word));
const alike = (a: string, b: string): boolean => words(a).some((word) => words(b).includes(word));

const NAMES_LEAST = 6;
const OWN_CODE = /\.([cm]?[jt]sx?|py|rb|go|rs|php|java|kt|cs|exs?|graphql|vue|svelte)$/i;

/** `user_email` as code may write it; nothing for a name that is also a common word. */
function usesOf(name: string): RegExp | undefined {
	const bare = name.replaceAll(/["`[\]]/g, '');
	if (!/^\w+$/.test(bare)) return undefined;
	const camel = bare.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
	const composed = bare.includes('_') || /[a-z][A-Z]/.test(bare);
	if (!composed || bare.length < NAMES_LEAST) return undefined;
	return new RegExp(`\\b(?:${bare}|${camel})\\b`);
}

/** Code in this release stops using what a migration in this release takes away. */
function contracts(split: Split): Raised[] {
	const gone = schema(split).filter(({rule}) => rule === 'drop-column' || rule === 'drop-table');
	const patches = split.chosen.flatMap(({patches: own}) =>
		own.filter(({path}) => OWN_CODE.test(path) && !isTestPath(path) && !wantsPath(path) && !isSnapshot(path)),
	);
	const told = new Set<string>();
	return gone.flatMap((finding): Raised[] => {
		const pattern = usesOf(finding.rule === 'drop-table' ? plain(finding.object ?? '') : columnOf(finding));
		if (pattern === undefined || told.has(finding.path)) return [];
		const uses = (lines: readonly {readonly text: string}[]) =>
			lines.filter(({text}) => pattern.test(text.slice(0, 1000))).length;
		const user = patches.find(({added, removed}) => uses(removed) > uses(added));
		if (user === undefined) return [];
		told.add(finding.path);
		const what = `${finding.what} (${finding.rule}) in the release in which ${user.path} stops using it`;
		return [of(finding, 'lesson-contract-with-code', what)];
	});
}

const FLAG_WORDS = /flag|toggle|isEnabled|experiment|variation|rollout|feature_?enabled/i;
/** Fewer new lines are no behaviour that somebody would want to switch. */
const BEHAVIOUR_LEAST = 15;

function unflagged(split: Split): Raised[] {
	const knowsFlags =
		split.live.some(isFlagFile) || (split.found ?? []).some(({rule}) => /^flag-(born|on|off|gone)$/.test(rule));
	if (!knowsFlags) return [];
	return split.chosen.flatMap(({change, patches}): Raised[] => {
		if (change.kind !== 'feat') return [];
		const own = (split.found ?? []).filter((finding) => finding.change === change.oid);
		const risky = own.find(
			({topic, severity, class: kind}) => topic === 'schema' && severity === 'danger' && kind !== 'S5',
		);
		if (risky === undefined || own.some(({rule}) => rule.startsWith('flag-'))) return [];
		const code = patches.filter(({path}) => OWN_CODE.test(path) && !isTestPath(path) && !wantsPath(path));
		const added = code.flatMap((patch) => patch.added);
		if (added.length < BEHAVIOUR_LEAST || added.some(({text}) => FLAG_WORDS.test(text.slice(0, 1000)))) return [];
		const what = `${risky.what} (${risky.rule}) together with the feature that needs it, and no flag holds that back`;
		return [of(risky, 'lesson-migration-without-flag', what)];
	});
}
