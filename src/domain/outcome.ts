// Room: domain. How a deployment ends, and what that means to the shell that started it.

export const OUTCOMES = ['promoted', 'rolled_back', 'failed', 'aborted'] as const;
/** Final once set: only a later, recorded correction (`orchestra outcome`) speaks against it. */
export type Outcome = (typeof OUTCOMES)[number];
/** What an open deployment is, seen from outside. */
export type OpenStatus = 'running' | 'held' | 'interrupted';

/** One table for the whole program; `--help` and the guide print it. */
export const EXIT = {
	ok: 0,
	failed: 1,
	usage: 2,
	rolledBack: 3,
	unknown: 4,
	held: 8,
	locked: 75,
	interrupted: 130,
	terminated: 143,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code says, in the words of `--help`, the README and the guide. */
export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
	ok: 'promoted, or nothing to do',
	failed: 'stopped by a fault before traffic moved',
	usage: 'usage: a wrong word, or a configuration that is missing or not valid',
	rolledBack: 'rolled back safely: by itself, by rollback, or by abort after traffic moved',
	unknown: 'unknown: a person has to look',
	held: 'held: waits for a decision, or an earlier deployment is open',
	locked: 'another deployment holds the lock',
	interrupted: 'interrupted by Ctrl-C; the deployment stays open',
	terminated: 'ended by SIGTERM; the deployment stays open',
};

/** @param trafficMoved whether any request was ever routed to the new version. */
export function exitCodeOf(outcome: Outcome, trafficMoved: boolean): ExitCode {
	if (outcome === 'promoted') return EXIT.ok;
	if (outcome === 'rolled_back') return EXIT.rolledBack;
	if (outcome === 'aborted' && trafficMoved) return EXIT.rolledBack;
	return EXIT.failed;
}
