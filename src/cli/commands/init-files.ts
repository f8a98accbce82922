// Room: cli. The files that `init` writes, as text. orchestrate.sh is POSIX shell and holds no path of this machine.

import type {Detected} from '../../adapters/project/detect.ts';
import {DEFAULT_PREFERENCES} from '../../domain/memory.ts';

export interface InitFile {
	readonly path: string;
	readonly content: string;
	/** What it is, in a few words. */
	readonly what: string;
	readonly executable?: boolean;
}

const LAUNCHER = `#!/bin/sh
# A thin launcher for the same verbs: orchestration/orchestrate.sh deploy = orchestra deploy.
# It takes the orchestra of this repository when there is one, else the one on the PATH.
set -eu
cd "$(dirname "$0")/.."
if [ -x node_modules/.bin/orchestra ]; then
	exec node_modules/.bin/orchestra "$@"
fi
if command -v orchestra >/dev/null 2>&1; then
	exec orchestra "$@"
fi
echo 'orchestra was not found: install it with npm install --global orchestra-release' >&2
exit 127
`;

const CAREFUL = {
	schemaVersion: 1,
	name: 'careful',
	kind: 'canary',
	description: 'Slower than canary and stricter: for schema changes and large batches.',
	steps: [
		{weight: 1, watchSeconds: 600},
		{weight: 5, watchSeconds: 600},
		{weight: 25, watchSeconds: 900},
		{weight: 50, watchSeconds: 900},
		{weight: 100, watchSeconds: 300},
	],
	thresholds: {errorRate: 0.02, errorRateOverBaseline: 0.005, minRequests: 200, unhealthyInARow: 2},
	tickSeconds: 5,
	holdAfterSeconds: 1800,
	warmSeconds: 3600,
	drainSeconds: 60,
	leaseSeconds: 600,
};

const STRATEGIES_README = `# Strategies

One JSON file per rollout: its steps, weights, pauses and thresholds. \`careful.json\` is an example you may change or
delete. Use one with \`orchestra deploy --strategy careful\`, or for good with \`orchestra config set strategy careful\`.
A file with the name of a built-in strategy (\`canary\`, \`blue-green\`) takes its place.

Every key with its unit and default: \`orchestra guide strategies\`.
`;

const HOOKS_README = `# Hooks

The place for executables called \`before-<stage>\` and \`after-<stage>\` (discovery, selection, staging, testing,
production, learning). This version of Orchestra does not run them yet; what must run with a release today belongs into
\`commands\` in \`orchestra.json\`.
`;

const MEMORY_README = `# deployment_memory

What Orchestra remembers about the deployments of this repository. Orchestra writes it; you may read it and should commit
it, so that the whole team learns together. It holds no e-mail address and no secret.

| path | what it is |
|---|---|
| \`config.json\` | \`user_preferences\`, which you may edit by hand or by \`orchestra config\`, and statistics |
| \`patterns/deployment_patterns.json\` | what has been learned: counts, rates and rules with their support |
| \`current/<id>/\` | the open deployment: its journal and documents |
| \`history/<YYYYMMDD_HHMMSS>/\` | closed deployments: journal, summary, release plan, test report, lesson |
| \`history/index.jsonl\` | one line per closed deployment |

Everything but the preferences can be rebuilt from the journals: \`orchestra doctor --fix\`. To look at it: \`orchestra
history\`, \`orchestra analyze\`. To delete it after a backup: \`orchestra reset\`.
`;

export const PROJECT_PATH = 'orchestration/orchestra.json';
/** What Orchestra keeps on this machine only. */
export const IGNORED = '.orchestra/';

const json = (value: unknown) => `${JSON.stringify(value, undefined, '\t')}\n`;

export function initFiles(document: Detected['document']): readonly InitFile[] {
	const preferences = {schemaVersion: 1, user_preferences: DEFAULT_PREFERENCES};
	return [
		{path: PROJECT_PATH, content: json(document), what: 'the project: branches, commands, health, port'},
		{path: 'orchestration/orchestrate.sh', content: LAUNCHER, what: 'a launcher for the same verbs', executable: true},
		{
			path: 'orchestration/strategies/careful.json',
			content: json(CAREFUL),
			what: 'an example of a rollout of your own',
		},
		{path: 'orchestration/strategies/README.md', content: STRATEGIES_README, what: 'what strategies are'},
		{path: 'orchestration/hooks/README.md', content: HOOKS_README, what: 'where hooks will go'},
		{path: 'deployment_memory/README.md', content: MEMORY_README, what: 'what Orchestra remembers, and where'},
		{path: 'deployment_memory/config.json', content: json(preferences), what: 'your preferences'},
	];
}
