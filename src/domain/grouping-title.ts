// Room: domain. What a feature is called: the words of its leading change without the bookkeeping around them, as a
// sentence that fits a line.

import type {Change} from './change.ts';
import {type Safe, safe} from './safe.ts';

/** Columns; longer titles end in an ellipsis after a whole word. */
const TITLE_CAP = 72;

const VAGUE =
	/^(?:wip|up|updates?|fix(?:e[sd])?|bug ?fix(?:es)?|chang(?:es?|ed)|misc|(?:meta |minor |small |more |various )?(?:tweaks?|fixes|changes|updates|improvements)|minor|clean ?up|tests?|stuff|typos?|refactor(?:ing)?|lint|format|merge|save|te?mp|oops|again|more|done|review|(?:address(?:ed)? )?(?:pr |review |code review )?(?:feedback|comments?)|work|commit|initial commit|\(no message\)|[\W\d_]*)[.!]*$/i;

/** What a title closes is shown as its issues. */
const CLOSES = /[\s.,;(]{1,5}(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? (?:#\d{1,9}[,\s]{0,2}){1,5}\)?[.\s]{0,3}$/i;
/** `[Backport 2.x]`, `(backport)`, `[v3.1]`: where a change goes is no part of its name. */
const PORT = /^\s*[[(](?:backport|cherry-?pick|forward-?port|port|v?\d+(?:\.[\dx]+){1,2})[^\])]{0,40}[\])]\s*:?\s*/i;
/** `[Bugfix release]`, `[DOC @scope/name]`: a type in brackets. */
const TAG =
	/^\s*\[(?:docs?|bug(?:fix)?|fix|feat(?:ure)?|security|cleanup|clean-up|beta|release|lts|chore|refactor|perf|test|ci|build|wip|rfc)\b[^\]]{0,40}\]\s*:?\s*/i;
/** `cherry-pick 188e255 to release/v1-pr-7 to patch version v1.0 and create version 1.0.1`, as robots write it. */
const PICK_OF =
	/^(?:patch:\s*)?cherry[- ]pick (?:of )?([0-9a-f]{7,40})\b(?:.{0,200}?\b(?:create version|to|into|onto) ([\w./-]{1,60}))?[^\n]{0,100}$/i;
/** `Somebody/what it is about`: a title that a host made from a branch. */
const BRANCH_LIKE = /^[A-Z][\w-]{1,20}\/(?=[a-z][\w-]*\s\S)/;
const NUMBER = /\s*\((?:#|!|PR[ -]?#?)\d{1,9}\)/gi;
/** A type behind a type: `[fix] fix: x`, `Feat: feat: x`. */
const TYPE_AGAIN =
	/^(?:feat(?:ure)?|fix|bug(?:fix)?|chore|docs?|refactor|perf|tests?|ci|build|style|task)(?:\([^()]{1,40}\))?!?:\s+(?=\S)/i;
/** The scope once more: `bug(cli) x`, `(cli) x`. */
const BARE_SCOPE = /^(?:(?:bug|feat|fix|chore|docs|perf|refactor|test|ui|ux)\s?)?\([\w@/., -]{1,40}\)\s*:?\s+(?=\S)/i;

/** Without numbers, prefixes and closing words. Never empty when the text is not. */
export function cleanTitle(text: string): string {
	let title = text.replace(NUMBER, '').replace(CLOSES, '').trim();
	for (const noise of [PORT, TAG, TYPE_AGAIN, BARE_SCOPE, BRANCH_LIKE]) title = title.replace(noise, '');
	title = title.replace(/\s+/g, ' ').replace(/[.\s:;,-]+$/, '');
	return capitalised(title === '' ? text.trim() : title);
}

function capitalised(text: string): string {
	// Names of code (`fooBar`, `foo_bar`, `foo()`, `--flag`, `v1.2`) keep their case.
	return /^[a-z]+(?=[\s,.:;']|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function shorten(text: string, most = TITLE_CAP): string {
	const chars = [...text];
	if (chars.length <= most) return text;
	const cut = chars.slice(0, most - 1).join('');
	const space = cut.lastIndexOf(' ');
	// An odd backtick would run on through the line.
	const kept = (space > most * 0.6 ? cut.slice(0, space) : cut).replace(/[\s,;:(`-]+$/, '');
	return `${kept}${(kept.match(/`/g)?.length ?? 0) % 2 === 1 ? '`' : ''}…`;
}

/** Where most of it happened, for a title that says nothing. */
function placeOf(change: Change): string | undefined {
	const paths = change.files.map((file) => file.path);
	const first = paths[0];
	if (first === undefined) return undefined;
	if (paths.length === 1) return first;
	const folders = paths.map((path) => path.split('/').slice(0, -1));
	const common: string[] = [];
	for (let i = 0; folders.every((parts) => parts[i] !== undefined && parts[i] === folders[0]?.[i]); i++)
		common.push(folders[0]?.[i] ?? '');
	return common.length > 0 ? `${common.join('/')}/` : `${first} and ${paths.length - 1} more`;
}

const lastPart = (path: string, most: number) => (path.length <= most ? path : `…${path.slice(-(most - 1))}`);

/** @param title the leading change's, without type, scope and number. */
export function titleOf(title: string, leading: Change): Safe {
	const clean = cleanTitle(title || leading.subject);
	if (/^v?\d+(?:\.\d+){1,3}[\w.-]{0,20}$/.test(clean)) return safe(`Release ${clean}`);
	const pick = PICK_OF.exec(clean);
	if (pick) {
		const version = /\bcreate version v?([\w.-]{1,40})/i.exec(clean)?.[1] ?? pick[2];
		const head = `Pick of ${pick[1]?.slice(0, 7)}${version === undefined ? '' : ` for ${version.slice(0, 30)}`}`;
		const at = placeOf(leading);
		return safe(at === undefined ? head : `${head} (${lastPart(at, 38)})`, TITLE_CAP + 10);
	}
	const place = VAGUE.test(clean) ? placeOf(leading) : undefined;
	return safe(place === undefined ? shorten(clean) : `${shorten(clean, 30)} (${lastPart(place, 38)})`, TITLE_CAP + 10);
}

/**
 * The package of a monorepo that everything is in: `packages/core/src/x.ts` is in `core`, `packages/@scope/name/…` in
 * `@scope/name`. Undefined when there is none, or more than one.
 */
export function packageOf(paths: readonly string[]): string | undefined {
	const names = new Set<string>();
	for (const path of paths) {
		const parts = path.split('/');
		const folder = parts[0] ?? '';
		if (!/^(?:packages|apps|libs|modules|services|plugins|extensions|crates|projects|workspaces)$/.test(folder))
			return undefined;
		const named = parts[1]?.startsWith('@') && parts.length > 3 ? `${parts[1]}/${parts[2]}` : parts[1];
		if (named === undefined || parts.length < 3) return undefined;
		names.add(named);
		if (names.size > 1) return undefined;
	}
	const [only] = names;
	return only;
}
