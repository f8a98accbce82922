// Room: detectors. What earlier disasters taught, as rows. Most are raised from a whole selection: they refer to what other
// rules found in it and say what nobody sees who looks at one change alone.

import type {Rule} from '../../../domain/rule.ts';
import {rulesOf} from '../rules.ts';

export const LESSON_RULES: readonly Rule[] = [
	...rulesOf('schema', 'S5', [
		[
			'lesson-rollback-untested',
			'caution',
			'a one-way migration goes, and nothing in the repository tries the way back',
			'A way back that nobody has tried fails on the night it is needed; then only a restore is left, and hours of data.',
			'Run the way down, or restore a backup, on a copy of production, and keep that as a test.',
		],
		[
			'lesson-not-phased',
			'caution',
			'a column is added and another one of the same table goes, in one release',
			'Old and new version run side by side during the rollout, and one of them misses its column; a rollback does too.',
			'Ship what expands now. Drop the old column a release later, when nothing reads it.',
		],
		[
			'lesson-contract-with-code',
			'caution',
			'a column or table goes in the same release as the code that stops using it',
			'The version that serves until the switch, and after a rollback again, still asks for what is gone.',
			'Ship the code first. Let the migration wait until that release has proven itself.',
		],
		[
			'lesson-migration-without-flag',
			'caution',
			'a feature and its risky migration switch on together, in a project that has flags',
			'When the feature misbehaves, the only way to turn it off is a rollback, which the new schema may not allow.',
			'Migrate first, with the new behaviour behind a flag that is off; then switch it on step by step.',
		],
	]),
	...rulesOf('infra', 'OPS', [
		[
			'lesson-limits-missing',
			'caution',
			'something runs without a memory limit',
			'One leak takes the node with everything else on it: the small incident becomes an outage of all.',
			'Set a memory limit and a request, from the highest use of the last weeks.',
		],
		[
			'lesson-success-unproven',
			'caution',
			'the deployment can succeed while the service does not work',
			'Started is not the same as working: without a probe or a smoke test the rollout goes on over a dead service.',
			'Give it a readiness probe that asks for what users need, and configure a smoke suite.',
		],
		[
			'lesson-infra-before-weekend',
			'caution',
			'infrastructure or a service mesh changes when the weekend begins or is on',
			'What breaks slowly breaks on Saturday, when whoever knows the cluster is away.',
			'Leave it out of this release, and ship it by itself on a Monday or Tuesday morning.',
		],
		[
			'lesson-call-without-timeout',
			'caution',
			'a new call over the network without a time limit',
			'When the other side hangs, each request holds a connection until none is left: its outage becomes yours.',
			'Give it a time limit below that of your own callers, and decide what to answer when it strikes.',
		],
		[
			'lesson-service-unguarded',
			'caution',
			'the service begins to depend on another one, without timeout, retry or circuit breaker',
			'From now on each outage of the other service is one of this service.',
			'Add a time limit, a retry with backoff for what may be repeated, and an answer for when it stays away.',
		],
		[
			'lesson-service-blind',
			'caution',
			'the service begins to depend on another one, and no log line, metric or trace shows the calls',
			'When it gets slow nobody can tell which of the two services it is.',
			'Count the calls, their failures and their time, before the first one matters.',
		],
	]),
];
