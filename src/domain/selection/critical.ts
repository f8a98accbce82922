// Room: domain. Which features must not wait: security, data loss, crashes, hotfixes. By their own words, so only a fix
// counts, or a change of no stated kind that says it fixes; and only a subject that is not about something else.

import type {Feature} from '../feature.ts';

const SIGNS: readonly (readonly [RegExp, string])[] = [
	[
		/\b(security|vulnerab\w*|cve-\d{4}-\d+|ghsa-\w+|xss|xxe|csrf|ssrf|rce|idor|insecure direct object references?|broken access control|prototype pollution|request smuggling|redos|sql injection|(command|code|header|html|log|path|prompt|shell|template|script|crlf|ldap|xpath|css) injection|path traversal|privilege escalation|(auth(entication|orization)?|permission|access control) bypass|session fixation|open redirect|leak\w* (\w+ ){0,3}(secret|token|password|credential|key)s?)\b/i,
		'a security fix',
	],
	[
		/\b(prevents?|against|mitigates?|blocks?|stops?|possible) (\w+ ){0,4}injections?\b|\binjection (attack|vulnerab)|\b(prevents?|against|mitigates?|blocks?|stops?|rejects?|refuses?) (\w+ ){0,3}malicious\b/i,
		'a security fix',
	],
	[
		/\b(data[- ]?loss|los(es?|t|ing) (\w+ )?(data|orders?|writes?|records?|rows)|corrupt\w*)\b/i,
		'a fix against data loss',
	],
	[
		/\b(crash\w*|segfault\w*|panics?\b|deadlock\w*|infinite loop|out of memory|oom\b|memory leak|outage|uncaught|unhandled (exception|rejection|error))/i,
		'a fix against crashes',
	],
	[
		/\b(hot-?fix|critical (bug|fix|error|issue|failure|defect)|urgent|emergency|sev-?[01]|p0)\b|[([]critical\b|\bcritical[)\]]/i,
		'a hotfix',
	],
];
/** What is called after security and is none: pages, fields and papers about it, and things that programs inject into each other. */
const TOPIC =
	/\bsecurity[\s-]+(tabs?|pages?|panels?|sections?|settings?|views?|screens?|menus?|cards?|columns?|dialogs?|forms?|buttons?|icons?|labels?|links?|widgets?|badges?|dashboards?|overviews?|reports?|notices?|questions?|polic(y|ies)|insights?|contexts?|groups?|teams?|scorecards?|scan(s|ners?|ning)?|workflows?|guides?|documentation|articles?|blog|chapters?|team)\b|\b(dependency|eager script|script|code|css|template) injection (context|container|tokens?|points?|order|of)\b|\beager script injection\b/gi;
const ABOUT_SOMETHING_ELSE =
	/\b(typos?|wording|comments?|docs?|readme|changelog|lint|spelling|log messages?|error messages?|fixtures?|flaky|adds? (an? )?(\w+ )?tests?)\b/i;
const FIXES = /\b(fix(es|ed)?|hot-?fix|prevents?|stops?|patch(es)?|avoids?|closes?|guards?|mitigates?)\b/i;

const MOST_SHOWN = 70;

/** Why it must not wait, in words; undefined when it may. */
export function whyCritical(feature: Feature): string | undefined {
	const title = {subject: feature.title, kind: feature.kind, scope: feature.scope};
	for (const change of [title, ...feature.changes]) {
		const fixes =
			change.kind === 'fix' || change.kind === 'perf' || (change.kind === 'other' && FIXES.test(change.subject));
		if (!fixes || ABOUT_SOMETHING_ELSE.test(change.subject)) continue;
		const text = `${change.scope ?? ''}: ${change.subject}`.replace(TOPIC, ' ');
		const sign = SIGNS.find(([pattern]) => pattern.test(text));
		if (sign === undefined) continue;
		// The list shows the title: what it does not say itself is said here.
		return change === title || change.subject.includes(feature.title) || feature.changes.length === 1
			? sign[1]
			: `${sign[1]} (“${change.subject.slice(0, MOST_SHOWN)}”)`;
	}
	return undefined;
}
