// Room: detectors. Lessons about how a service runs and whom it calls, raised from what other rules found in a selection.

import {dayName} from '../../../domain/advice/circumstances.ts';
import type {Finding} from '../../../domain/feature.ts';
import type {Split} from '../../../ports/detector.ts';
import {callTo} from './calls.ts';
import type {Raised} from './migrations.ts';

const UNLIMITED = new Set(['k8s-limits-missing', 'k8s-limits-gone', 'compose-limits-gone']);
const UNPROBED = new Set([
	'k8s-readiness-missing',
	'k8s-readiness-gone',
	'compose-healthcheck-gone',
	'docker-healthcheck-gone',
]);
/** After these every container can be up while nobody is served. */
const MISLEADS =
	/^(k8s|compose|docker)-(port-(gone|changed)|host-gone|command-changed|entrypoint-changed|env-gone|config-key-gone|network-(gone|closed))$|^k8s-mesh-/;
const INFRA =
	/^k8s-(rights|network|mesh|service-type|port|host|strategy|schedule|autoscaler|disruption|namespace|storage|stateful|object-gone|selector|immutable|replicas|limits-(gone|lowered)|unavailable|privileged|api-gone)|^helm-|^tf-/;
const SERVER_FILE = /(^|\/)(Caddyfile|fly\.toml|render\.ya?ml)$|\.(conf|cfg)$/i;
/** What only people who write the program run. */
const FOR_WRITERS =
	/(^|\/)(\.devcontainer|examples?|docs?|dev([-_]\w+)?|tests?([-_]\w+)?|hack|samples?|local|playground|tools?|scripts?|suites|Procfile(\.\w+)?$)(\/|$)|(^|\/)[^/]*[._-](dev|test|local|example|e2e)([._-][^/]*)?$/i;
const inProduction = ({found = []}: Split) => found.filter(({path}) => !FOR_WRITERS.test(path));

const about = ({path, line, object}: Finding) =>
	`${object ?? path}${line === undefined || object === undefined ? '' : ` (${path}:${line})`}`;
const raised = (rule: string, {change, path, line, object}: Finding, what: string): Raised => ({
	rule,
	change,
	path,
	line,
	object,
	what,
});

/** One line for all of them: the first by name, the rest by number. */
function folded(all: readonly Finding[], rule: string, say: (first: Finding, more: string) => string): Raised[] {
	const [first] = all;
	if (first === undefined) return [];
	const rest = new Set(all.map(about)).size - 1;
	return [raised(rule, first, say(first, rest > 0 ? ` and ${rest} more` : ''))];
}

export function runningLessons(split: Split): Raised[] {
	return [...limits(split), ...unproven(split), ...weekend(split), ...services(split)];
}

const limits = (split: Split) =>
	folded(
		inProduction(split).filter(({rule}) => UNLIMITED.has(rule)),
		'lesson-limits-missing',
		({rule, object}, more) => `${object ?? 'it'} runs without a limit (${rule})${more}`,
	);

function unproven(split: Split): Raised[] {
	const found = inProduction(split);
	const smoke = split.around?.suites.includes('smoke');
	const unseen = smoke === false ? ', and no smoke suite is configured' : '';
	const bare = folded(
		found.filter(({rule}) => UNPROBED.has(rule)),
		'lesson-success-unproven',
		({rule, object}, more) => `${object ?? 'it'} takes traffic unasked (${rule})${more}${unseen}`,
	);
	if (bare.length > 0 || smoke !== false) return bare;
	return folded(
		found.filter(({rule}) => MISLEADS.test(rule)),
		'lesson-success-unproven',
		({rule, what}, more) => `${what} (${rule})${more}, and no smoke suite is configured to see whether it still serves`,
	);
}

function weekend(split: Split): Raised[] {
	const {around} = split;
	if (around === undefined || (around.weekday > 0 && around.weekday < 5)) return [];
	const day = dayName(around.weekday);
	return folded(
		inProduction(split).filter(
			({rule, severity, path}) =>
				severity !== 'note' && (INFRA.test(rule) || (rule === 'infra-server-file' && SERVER_FILE.test(path))),
		),
		'lesson-infra-before-weekend',
		({rule, what}, more) => `${what} (${rule})${more}, on a ${day}`,
	);
}

const ADDRESS = /(^|_)(URLS?|URI|HOST(NAME)?|ENDPOINT|ADDR(ESS)?)$/;
/** Addresses of oneself, of stores with clients of their own, and of pages for people. */
const NO_SERVICE =
	/^(VITE_|NEXT_PUBLIC_|REACT_APP_)|(^|_)(PUBLIC|BASE|APP|SITE|SELF|SERVER|BIND|LISTEN|UI|FRONTEND|WEB|CDN|ASSETS?|DOCS?|HELP|HOMEPAGE|LOGO|ICON|IMAGE|REDIRECT|CALLBACK|RETURN|PROXY|ALLOWED|TRUSTED|LOCAL|TEST|DATABASE|DB|PG|POSTGRES(QL)?|MYSQL|MONGO(DB)?|REDIS|VALKEY|MEMCACHED?|RABBITMQ|AMQP|KAFKA|SMTP|MAIL|SENTRY|OTEL|PROMETHEUS|STATSD|NPM|REGISTRY)(_|$)/;

/** Which variable of the change names another service, if one does. */
const addressIn = (found: readonly Finding[]): Finding | undefined =>
	found.find(
		({rule, object}) =>
			/^config-variable-(required|born|declared)$/.test(rule) &&
			object !== undefined &&
			ADDRESS.test(object) &&
			!NO_SERVICE.test(object),
	);

export const namesService = (found: readonly Finding[]): boolean => addressIn(found) !== undefined;

function services({chosen, found = []}: Split): Raised[] {
	return chosen.flatMap(({change, patches}): Raised[] => {
		const own = found.filter((finding) => finding.change === change.oid);
		const address = addressIn(own);
		const calls = address?.object === undefined ? undefined : callTo(address.object, patches);
		if (!address || !calls) return [];
		const {path, line, name} = calls.at;
		const at = {change: change.oid, path, line, object: address.object};
		const what = `calls what ${address.object} names (${name}, ${address.rule})`;
		// The single call has said so already.
		const told = own.some(({rule}) => rule === 'lesson-call-without-timeout');
		return [
			...(calls.guarded || told
				? []
				: [{...at, rule: 'lesson-service-unguarded', what: `${what} without timeout, retry or breaker`}]),
			...(calls.shown ? [] : [{...at, rule: 'lesson-service-blind', what: `${what}, and nothing logs or counts it`}]),
		];
	});
}
