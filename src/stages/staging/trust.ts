// Room: stages. No command of a repository runs before a person has trusted exactly these bytes, on this machine.

import {fault} from '../../domain/fault/fault.ts';
import type {Project} from '../../domain/project.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import type {TrustStore} from '../../ports/trust.ts';
import type {Movement, Stand} from '../stage.ts';

export interface TrustPorts {
	readonly trust: TrustStore;
	/** SHA-256 over every command-bearing byte of the project file. */
	readonly trustHash: string;
	readonly project: Project;
}

/** Longer than any command or value the project file may hold: what a person trusts is shown whole. */
const WHOLE = 100_000;

/** Everything in the project file that decides what runs, as it stands there. */
function commandLines(project: Project): readonly Safe[] {
	const {test, ...single} = project.commands;
	return [
		...Object.entries(single).map(([name, command]) => safe(`${name}: ${command}`, WHOLE)),
		...Object.entries(test).map(([name, suite]) => safe(`test ${name}: ${suite.command}`, WHOLE)),
		...Object.entries(project.regenerate ?? {}).flatMap(([path, command]) =>
			command === false ? [] : [safe(`regenerate ${path}: ${command}`, WHOLE)],
		),
	];
}

function details(project: Project): readonly Safe[] {
	const env = Object.entries(project.env).map(([name, value]) => safe(`with ${name}=${value}`, WHOLE));
	const ai =
		project.ai?.enabled === 'on' ? [safe(`Claude reads what waits (${project.ai.model}), as ai.enabled says`)] : [];
	return [...commandLines(project), ...env, ...ai];
}

/** Undefined: go on. The question carries the hash, so that an answer given for other commands never counts for these. */
export async function requireTrust(
	ports: TrustPorts,
	stage: 'staging' | 'testing' | 'production',
	stand: Stand,
): Promise<Extract<Movement<never>, {kind: 'held' | 'stopped'}> | undefined> {
	const {trust, trustHash, project} = ports;
	const commands = commandLines(project);
	if (commands.length === 0 || (await trust.isTrusted(trustHash))) return undefined;
	const request = {
		id: `${stage}.trust.${trustHash}`,
		kind: 'trust',
		question: safe(
			`May Orchestra run ${commands.length === 1 ? 'this command' : `these ${commands.length} commands`} from orchestration/orchestra.json here?`,
		),
		details: details(project),
		options: [
			{value: 'trust', label: safe('Trust these commands'), hint: safe('asked again when one of them changes')},
			{value: 'stop', label: safe('Stop; nothing has run')},
		],
		flag: `--trust ${trustHash}`,
	} as const;
	const answer = await stand.ask(request);
	if (answer === undefined) return {kind: 'held', request: {...request, stage}};
	if (answer !== 'trust') return {kind: 'stopped', fault: fault('NOT_TRUSTED', {with: {hash: trustHash}, stage})};
	await trust.trust(trustHash);
	return undefined;
}
