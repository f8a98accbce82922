// Room: domain. Every word Orchestra says when something goes wrong. `{holes}` are filled by `fault()`.

interface Words {
	readonly kind: 'user' | 'outside' | 'bug' | 'cancelled';
	readonly headline: string;
	readonly next: readonly string[];
}

const user = (headline: string, ...next: string[]): Words => ({kind: 'user', headline, next});
const outside = (headline: string, ...next: string[]): Words => ({kind: 'outside', headline, next});

export const CATALOGUE = {
	BUG: {kind: 'bug', headline: 'Orchestra made a mistake: {message}', next: ['orchestra doctor']},
	CANCELLED: {kind: 'cancelled', headline: 'Stopped on request', next: []},
	INTERRUPTED: {kind: 'cancelled', headline: 'Interrupted', next: ['orchestra deploy --resume', 'orchestra abort']},

	NOT_A_REPOSITORY: user('{path} is not inside a git repository', 'cd into your project, or: git init'),
	GIT_MISSING: user('git was not found on the PATH', 'install git 2.39 or newer'),
	GIT_TOO_OLD: user('git {version} is too old: Orchestra needs 2.39 or newer', 'install a newer git'),
	GIT_FAILED: outside('git {command} failed', 'orchestra doctor'),
	HISTORY_CUT: user('This repository holds only part of its history: {how}', '{fix}'),
	TREE_UNSAFE: user('The tree of {commit} cannot be laid out safely: {path} {why}'),
	NO_COMMITS: user('This repository has no commits yet', 'git commit'),
	REF_NOT_FOUND: user(
		'There is no branch or revision called {ref}',
		'git branch --all',
		'orchestra deploy --base NAME --dev NAME',
	),
	REF_MOVED: outside('{ref} moved from {from} to {to} while the deployment was running', 'orchestra deploy'),
	NOTHING_TO_DEPLOY: user('Nothing waits on {dev} that is not on {base}'),
	CONFLICT: user(
		'The chosen changes do not apply on {base}',
		'choose the missing changes as well, or leave this one out',
	),
	PROOF_FAILED: user(
		'Built both ways, the plan gives two different trees: {picks} and {reverts}',
		'choose what works in the same places as well, or leave out what was chosen there',
	),
	EMPTY_BATCH: user('No feature was chosen'),

	CONFIG_MISSING: user('There is no orchestration/orchestra.json here', 'orchestra init'),
	CONFIG_INVALID: user('{file} is not valid', 'orchestra config validate'),
	NO_START_COMMAND: user(
		'There is no start command, so there is nothing to put into production',
		'orchestra deploy --until testing   a library: prepare and prove the release',
		'orchestra config set commands.start "node server.js"   a service',
	),
	NOT_TRUSTED: user(
		'The commands in orchestration/orchestra.json have not been trusted yet',
		'orchestra deploy --trust {hash}',
	),

	MEMORY_CORRUPT: outside('{file} could not be read and was set aside as {kept}', 'orchestra doctor --fix'),
	MEMORY_NEWER: user('{file} was written by a newer Orchestra', 'update Orchestra'),
	MEMORY_UNSAFE: user('{path} is not a plain folder of yours, so Orchestra does not write there'),
	DISK: outside('Writing {path} failed: {reason}', 'free some space, then: orchestra deploy --resume'),
	JOURNAL_DAMAGED: outside(
		'The journal of {id} is damaged in the middle (record {seq}), so it cannot be gone on with',
		'orchestra abort',
		'orchestra doctor',
	),

	LOCKED: user(
		'{who} is already deploying here: {id}, at {stage}, pid {pid}, for {since}',
		'orchestra status --monitor',
	),
	LOCKED_ELSEWHERE: user('Another user of this machine holds the deployment lock of this repository'),
	OPEN_DEPLOYMENT: user(
		'Deployment {id} is still open: it stopped in {stage}',
		'orchestra deploy --resume',
		'orchestra abort',
	),
	NOTHING_OPEN: user('No deployment is open', 'orchestra deploy'),
	NO_SUCH_DEPLOYMENT: user('There is no deployment {id} in the history', 'orchestra history'),
	HELD: user('Waiting for a decision: {question}', 'orchestra deploy --resume {flag}'),

	COMMAND_FAILED: user('`{command}` failed with exit code {exit}'),
	COMMAND_TIMED_OUT: user('`{command}` did not finish within {seconds} s and was stopped'),
	COMMAND_NOT_STARTED: outside('`{command}` could not be started: {reason}', 'orchestra doctor'),
	BUILD_FAILED: user('The release could not be built: `{command}` failed with exit code {exit}'),
	STAGING_REQUIRED: user(
		'No staging target is configured, and going on without one was declined',
		'orchestra config set require_staging false',
	),
	TESTS_RED: user('{failed} required suite(s) failed, so production is closed', 'fix the tests and deploy again'),

	GATEWAY_UNREACHABLE: outside('The gateway does not answer on {socket}', 'orchestra gateway start'),
	GATEWAY_FENCED: outside('The gateway follows a newer deployment (fence {theirs}, ours {ours})', 'orchestra status'),
	GATEWAY_OTHER_VERSION: outside(
		'The running gateway speaks protocol {theirs}, this Orchestra {ours}',
		'orchestra gateway stop',
		'orchestra gateway start',
	),
	SLOT_HAS_TRAFFIC: outside('{slot} still gets {weight} % of the traffic, so it is left running', 'orchestra status'),
	PORT_TAKEN: user('Port {port} is taken by {owner}', 'orchestra config set port NUMBER'),
	NEVER_HEALTHY: user('{release} did not become healthy within {seconds} s', 'orchestra gateway logs {slot}'),
	SLOT_DIED: user('{release} stopped by itself (exit {exit})', 'orchestra gateway logs {slot}'),
	NO_ROLLBACK: user('There is no earlier release to go back to'),
	ROUTE_NOT_CONFIRMED: outside('The router did not take the weights {wanted}: it says {seen}', 'orchestra status'),
	GATE_STOPPED: user('The {gate} gate said stop: {why}'),
	ROLLBACK_FAILED: outside('The rollback could not be completed: {why}', 'orchestra rollback', 'orchestra doctor'),
	MIGRATION_FAILED: user('The migration command failed with exit code {exit}; no traffic was moved'),

	USAGE: user('{message}', 'orchestra --help'),
} as const satisfies Record<string, Words>;

export type FaultCode = keyof typeof CATALOGUE;
