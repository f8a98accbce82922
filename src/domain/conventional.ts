// Room: domain. What a commit message says: type, scope, breaking, issues, pull request, what it takes back or copies.
// Conventional Commits 1.0 first; the ways GitHub, GitLab, Bitbucket, Azure and Gitea word a merge are known too.
// Messages are hostile: every pattern is linear, and only the first part of a huge message is looked at.

import type {Kind} from './change.ts';

const MAX_SUBJECT = 1000;
const MAX_BODY = 20_000;

/** Types people write, and what they mean here. Anything else before a colon is no type but perhaps a component. */
const TYPES: Readonly<Record<string, Kind>> = {
	feat: 'feat',
	feature: 'feat',
	features: 'feat',
	enhancement: 'feat',
	improvement: 'feat',
	fix: 'fix',
	fixes: 'fix',
	bugfix: 'fix',
	bug: 'fix',
	hotfix: 'fix',
	security: 'fix',
	perf: 'perf',
	refactor: 'refactor',
	revert: 'revert',
	docs: 'docs',
	doc: 'docs',
	test: 'test',
	tests: 'test',
	build: 'build',
	deps: 'build',
	ci: 'ci',
	chore: 'chore',
	task: 'chore',
	release: 'chore',
	style: 'style',
};

export interface Message {
	/** First line; for a merge, the pull request's title where the message has one. */
	readonly subject: string;
	/** Everything behind the first paragraph; of a huge message the first part. */
	readonly body: string;
	/** The subject without `type(scope):`, emoji and pull request number: what a person calls it. */
	readonly title: string;
	/** From the type; undefined when the subject has none that is known. */
	readonly kind?: Kind;
	readonly conventional: boolean;
	readonly scope?: string;
	readonly breaking: boolean;
	readonly issues: readonly string[];
	readonly pullRequest?: number;
	/** The branch a merge names. */
	readonly branch?: string;
	/** Hex ids (possibly shortened, at least 7 digits) in "This reverts commit …". */
	readonly revertsOids: readonly string[];
	readonly revertsPullRequest?: number;
	/** The subject in `Revert "…"`, `Reapply "…"`, `revert: …` or `fix: revert …`. */
	readonly revertsSubject?: string;
	/** It says that it takes something back, in whatever words. Only its patch can then tell what. */
	readonly revertsSomething: boolean;
	/** Full ids in "(cherry picked from commit …)". */
	readonly pickedFrom: readonly string[];
	/** The subject that a `fixup!` or `squash!` belongs to. */
	readonly fixupOf?: string;
	/** Pull requests this one says it follows up. */
	readonly followsUp: readonly number[];
}

const TYPED = /^([A-Za-z][A-Za-z-]{0,19})\s?(?:\(([^()]{1,100})\))?(!)?:\s*(\S.*)$/u;
const BRACKETED = /^\[([A-Za-z]{2,20})\]\s*(?:\[[^\]]{1,40}\]\s*)?:?\s*(\S.*)$/u;
const LEADING_EMOJI = /^(?:(?:\p{Extended_Pictographic}[\u{fe0f}\u{200d}]?){1,4}|:[a-z0-9_+-]{2,40}:)\s*/u;
/** `component: something` or `dir/file: something`, as in many projects that know no types. */
const COMPONENT = /^([a-z0-9][\w./-]{0,39}):\s+(\S.*)$/iu;
const TRAILING_NUMBER = /\s*\((?:#|!|PR[ -]?#?)(\d{1,9})\)\s*$/u;

/** Most subjects have none: then they are not searched. */
function trailingNumber(text: string): RegExpExecArray | null {
	return text.trimEnd().endsWith(')') ? TRAILING_NUMBER.exec(text) : null;
}

/** Standards and names that look like an issue key. */
const NO_ISSUE = new Set(
	'UTF SHA ISO CVE CWE GHSA RFC HTTP AES RSA ES EC TLS SSL GPT PR MR WIP COVID MD BASE LGPL GPL MIT ARM AMD X UTC GMT IPV WCAG PEP JSR USB H ED OAUTH V RC ALPHA BETA P'.split(
		' ',
	),
);
const ISSUE = /(?<![\w/#&])(#\d{1,9})(?![\w-])|\b([A-Z][A-Z0-9]{0,9}-\d{1,7})\b(?!-\d)/g;
const ISSUE_WORDS =
	/\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|refs?|references|relates to|related to|part of|implements|issues?|tickets?|jira|story)\b:?\s+(.{1,200})/gi;
const MAY_NAME_ISSUE = /#\d|[A-Z0-9]-\d|\/(?:issues?|browse)\//;
const ISSUE_LIST =
	/^(?:(?:and|,|&)?\s*(?:https?:\/\/[^\s/]+\/[^\s]*?\/(?:issues?|browse)\/([A-Za-z0-9-]{1,20})\S*|(#\d{1,9})\b|([A-Z][A-Z0-9]{0,9}-\d{1,7})\b)\s*)/;

function isIssueKey(key: string): boolean {
	return !NO_ISSUE.has(key.slice(0, key.indexOf('-')));
}

function issuesOf(subject: string, body: string, pullRequest: number | undefined, branch: string | undefined) {
	const found = new Set<string>();
	const add = (key: string) => {
		if (key.startsWith('#') || isIssueKey(key)) found.add(key);
	};
	for (const text of [subject, branch ?? '']) for (const m of text.matchAll(ISSUE)) add(m[1] ?? m[2] ?? '');
	// The words are dear to look for, and most bodies have nothing behind them.
	for (const m of MAY_NAME_ISSUE.test(body) ? body.matchAll(ISSUE_WORDS) : []) {
		let rest = m[1] ?? '';
		for (let i = 0; i < 10; i++) {
			const one = ISSUE_LIST.exec(rest);
			if (!one) break;
			const key = one[1] === undefined ? (one[2] ?? one[3] ?? '') : /^\d+$/.test(one[1]) ? `#${one[1]}` : one[1];
			if (/^#\d+$|^[A-Z][A-Z0-9]*-\d+$/.test(key)) add(key);
			rest = rest.slice(one[0].length);
		}
	}
	found.delete(`#${pullRequest ?? ''}`);
	found.delete('');
	return [...found].slice(0, 20);
}

interface Merge {
	readonly title?: string;
	readonly pullRequest?: number;
	readonly branch?: string;
}

/** The words of a merge, in the dialects of the usual hosts. Undefined: it says nothing beyond "merged". */
function readMerge(subject: string, body: string): Merge | undefined {
	if (!subject.startsWith('Merge')) return undefined;
	const line = firstProse(body);
	const titled = line === undefined ? {} : {title: line};
	let m = /^Merge pull request #(\d{1,9}) from (\S{1,250})/.exec(subject);
	if (m) return {...titled, pullRequest: Number(m[1]), branch: (m[2] ?? '').replace(/^[^/]*\//, '')};
	m = /^Merge pull request '(.{1,300})' \(#(\d{1,9})\) from (\S{1,250})/.exec(subject);
	if (m) return {title: m[1] ?? '', pullRequest: Number(m[2]), branch: m[3] ?? ''};
	m = /^Merged in (\S{1,250}) \(pull request #(\d{1,9})\)/.exec(subject);
	if (m) return {...titled, pullRequest: Number(m[2]), branch: m[1] ?? ''};
	m = /^Merged PR (\d{1,9}): (.+)/.exec(subject);
	if (m) return {title: m[2] ?? '', pullRequest: Number(m[1])};
	m = /^Merge (?:remote-tracking )?branch '([^']{1,250})'/.exec(subject);
	if (m) {
		const asked = /^See merge request \S{0,250}!(\d{1,9})$/m.exec(body);
		const branch = (m[1] ?? '').replace(/^(?:origin|upstream)\//, '');
		return {...(asked ? {...titled, pullRequest: Number(asked[1])} : {}), branch};
	}
	return undefined;
}

/** The first line of a body that is a sentence: no trailer, no list of conflicts, no reference. */
function firstProse(body: string): string | undefined {
	return body
		.split('\n', 40)
		.map((line) => line.trim())
		.find(
			(line) =>
				line !== '' &&
				!/^(?:#|\*|-|[A-Z][a-z]{1,20}(?:-[A-Za-z]{1,20}){1,3}: |See merge request|Conflicts:)/.test(line),
		);
}

const BRANCH_KINDS: Readonly<Record<string, Kind>> = {
	...TYPES,
	bugs: 'fix',
	patch: 'fix',
	dependabot: 'build',
	renovate: 'build',
};

/** `feature/ABC-12-login-page` → kind feat, title "Login page". */
function fromBranch(branch: string): {title: string; kind?: Kind} {
	const parts = branch.split('/');
	const kind = parts.length > 1 ? BRANCH_KINDS[(parts[0] ?? '').toLowerCase()] : undefined;
	const last = (kind === undefined ? branch : parts.slice(1).join('/')).replace(/^(?:[A-Z]{2,10}-|#)?\d{1,7}[-_]/, '');
	const words = last.replace(/[-_]+/g, ' ').trim();
	const title = words === '' ? branch : words.charAt(0).toUpperCase() + words.slice(1);
	return kind === undefined ? {title} : {title, kind};
}

function capitalised(text: string): string {
	// Names of code (`fooBar`, `foo_bar`, `foo()`, `--flag`, `v1.2`) keep their case.
	return /^[a-z]+(?=[\s,.:;']|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

interface Head {
	readonly title: string;
	readonly kind?: Kind;
	readonly conventional: boolean;
	readonly scope?: string;
	readonly breaking: boolean;
	readonly pullRequest?: number;
}

function readSubject(subject: string): Head {
	let text = subject.trim();
	let pullRequest: number | undefined;
	for (let found = trailingNumber(text); found; found = trailingNumber(text)) {
		// A squash of a revert or backport carries two: the last is its own.
		pullRequest ??= Number(found[1]);
		text = text.slice(0, found.index);
	}
	const numbered = pullRequest === undefined ? {} : {pullRequest};
	text = text.replace(LEADING_EMOJI, '');
	const typed = TYPED.exec(text);
	const kind = typed ? TYPES[(typed[1] ?? '').toLowerCase()] : undefined;
	if (typed && kind !== undefined) {
		const scope = typed[2]?.trim();
		return {
			title: capitalised((typed[4] ?? '').replace(LEADING_EMOJI, '').trim()),
			kind,
			conventional: true,
			...(scope ? {scope} : {}),
			breaking: typed[3] === '!',
			...numbered,
		};
	}
	const bracketed = BRACKETED.exec(text);
	const bracketKind = bracketed ? TYPES[(bracketed[1] ?? '').toLowerCase()] : undefined;
	if (bracketed && bracketKind !== undefined)
		return {
			title: capitalised(bracketed[2] ?? ''),
			kind: bracketKind,
			conventional: false,
			breaking: false,
			...numbered,
		};
	// A title that a host made from the branch's name: `Feat/dark mode`.
	const slashed = /^([A-Za-z]{2,15})\/(\S.*)$/.exec(text);
	const slashedKind = slashed ? TYPES[(slashed[1] ?? '').toLowerCase()] : undefined;
	if (slashed && slashedKind !== undefined)
		return {title: capitalised(slashed[2] ?? ''), kind: slashedKind, conventional: false, breaking: false, ...numbered};
	const component = COMPONENT.exec(text);
	if (component && !/^(?:https?|wip|draft|note|todo|re|fyi)$/i.test(component[1] ?? ''))
		return {
			title: text,
			conventional: false,
			scope: component[1] ?? '',
			breaking: typed?.[3] === '!',
			...numbered,
		};
	return {title: capitalised(text), conventional: false, breaking: false, ...numbered};
}

/** What `Revert "…"`, `Reapply "…"`, `revert: …` or `fix: revert …` names. */
function revertedSubject(subject: string): string | undefined {
	const text = subject.replace(LEADING_EMOJI, '');
	const quoted =
		/^(?:[a-z]{2,15}(?:\([^()]{1,100}\))?!?: )?(Revert|Reapply):? ["“](.*)["”](?:\s*\((?:#|!)\d{1,9}\))*\s*$/i.exec(
			text,
		);
	if (quoted) return /^reapply$/i.test(quoted[1] ?? '') ? `Revert "${quoted[2]}"` : quoted[2];
	const typed = /^revert(?:\([^()]{1,100}\))?!?: (\S.*)$/i.exec(text) ?? WORDED.exec(text);
	return typed?.[1]?.replace(TRAILING_NUMBER, '');
}
const WORDED = /^[a-z]{2,15}(?:\([^()]{1,100}\))?!?: revert(?:ed|s)? (\S.*)$/i;

const TAKES_BACK =
	/\b(?:revert(?:s|ed|ing)?|back(?:s|ed|ing)? ?out|undo(?:es|ing)?|roll(?:s|ed|ing)? ?back|reappl(?:y|ies|ied))\b/i;

/** The pull request that a revert names: GitHub's line, the quoted merge, GitLab's and GitHub's branch, or nothing but it. */
function revertedPullRequest(subject: string, body: string, branch: string | undefined): number | undefined {
	const found =
		/^Reverts (?:[\w.-]{1,100}\/[\w.-]{1,100})?[#!](\d{1,9})\s*$/m.exec(body) ??
		/^revert:? ["“]Merge pull request #(\d{1,9}) from /i.exec(subject) ??
		/^(?:[a-z]{2,15}(?:\([^()]{1,100}\))?!?: )?reverts?:? (?:PR ?|pull request )?#(\d{1,9})(?:\s*\(#\d{1,9}\))?\s*$/i.exec(
			subject,
		) ??
		/^revert-(\d{1,9})-/.exec(branch ?? '') ??
		// `revert: title (#1) (#2)`: the first is what it takes back, the second its own.
		/^(?:[a-z]{2,15}(?:\([^()]{1,100}\))?!?: )?revert(?:\([^()]{1,100}\))?!?:? .{1,300}\(#(\d{1,9})\)["”]?\s*\(#\d{1,9}\)\s*$/i.exec(
			subject,
		);
	return found ? Number(found[1]) : undefined;
}

/** Splits subject and body as git does: the first paragraph, joined, is the subject. */
function split(message: string): {subject: string; body: string} {
	const start = message.length > MAX_BODY ? message.slice(0, MAX_BODY) : message;
	const unix = start.includes('\r') ? start.replaceAll('\r\n', '\n') : start;
	const text = unix.startsWith('\n') ? unix.replace(/^\n+/, '') : unix;
	const blank = text.search(/\n[ \t]*\n/);
	const head = blank < 0 ? text : text.slice(0, blank);
	return {
		subject: head.slice(0, MAX_SUBJECT).replaceAll('\n', ' ').trim(),
		body: blank < 0 ? '' : text.slice(blank).trim(),
	};
}

const REVERTED_OID =
	/\bThis reverts (?:commit )?([0-9a-f]{7,64})\b|^(?:[a-z]{2,15}: )?(?:reverts?|reverted|back(?:s|ed)? ?out)(?: commit)? ([0-9a-f]{7,64})\b/gim;

const MAY_TAKE_BACK = /revert|back/i;
const MAY_FOLLOW = /follow/i;
const FOLLOWS_UP = /\bfollow(?:s|ing)?[- ]?up (?:to|of|for|from) (?:PR )?#(\d{1,9})/gi;
const PICKED_FROM = /^\(cherry picked from commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\)\s*$/gm;

/** Reads a whole message. Never throws, whatever the bytes. */
export function parseMessage(message: string): Message {
	const written = split(message);
	const {body} = written;
	const merge = readMerge(written.subject, body);
	const fromName = merge?.branch === undefined || merge.title !== undefined ? undefined : fromBranch(merge.branch);
	const subject = merge?.title ?? fromName?.title ?? written.subject;
	const marked = /^(?:fixup|squash|amend)! +(\S.*)$/.exec(subject);
	const head = readSubject((marked?.[1] ?? subject).replace(/^(?:(?:fixup|squash|amend)! +)+/, ''));
	const kind = head.kind ?? fromName?.kind ?? (revertedSubject(subject) === undefined ? undefined : 'revert');
	const pullRequest = merge?.pullRequest ?? head.pullRequest;
	const reverted = revertedSubject(subject);
	const revertedPull = revertedPullRequest(subject, body, merge?.branch);
	// Words that most messages lack are looked for once; what they may stand for only where they are.
	const whole = `${body}\n${subject}`;
	const takesBack = MAY_TAKE_BACK.test(whole);
	const followed = MAY_FOLLOW.test(whole) ? [...`${subject}\n${body}`.matchAll(FOLLOWS_UP)] : [];
	return {
		subject,
		body: written.body,
		title: head.title,
		...(kind === undefined ? {} : {kind}),
		conventional: head.conventional,
		...(head.scope === undefined ? {} : {scope: head.scope}),
		breaking: head.breaking || /^BREAKING[ -]CHANGE(?:\([^)]{0,100}\))?:[ \t]/m.test(body),
		issues: issuesOf(subject.replace(TRAILING_NUMBER, ''), body, pullRequest, merge?.branch),
		...(pullRequest === undefined ? {} : {pullRequest}),
		...(merge?.branch === undefined ? {} : {branch: merge.branch}),
		revertsOids: takesBack ? [...whole.matchAll(REVERTED_OID)].map((m) => m[1] ?? m[2] ?? '') : [],
		revertsSomething: reverted !== undefined || TAKES_BACK.test(subject),
		...(revertedPull === undefined ? {} : {revertsPullRequest: revertedPull}),
		...(reverted === undefined ? {} : {revertsSubject: reverted}),
		pickedFrom: message.includes('(cherry picked from commit ')
			? [...message.matchAll(PICKED_FROM)].map((m) => m[1] ?? '')
			: [],
		...(marked?.[1] === undefined ? {} : {fixupOf: marked[1]}),
		followsUp: followed.map((m) => Number(m[1])),
	};
}

/** A subject as a key for comparing: without pull request numbers, white space folded, case kept. */
export function subjectKey(subject: string): string {
	let text = subject.slice(0, MAX_SUBJECT).trim();
	for (let i = 0, found = trailingNumber(text); i < 4 && found; i++, found = trailingNumber(text))
		text = text.slice(0, found.index);
	return /\s\s|[^\S ]/.test(text) ? text.replace(/\s+/g, ' ') : text;
}

/** What is left of a subject without its type, emoji and numbers, for comparing titles across types. */
export function titleKey(subject: string): string {
	return readSubject(subject)
		.title.toLowerCase()
		.replace(/\s+/g, ' ')
		.replace(/[.\s]+$/, '');
}
