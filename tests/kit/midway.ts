// Room: tests. A deployment seen from outside while it runs: waits for a record of its journal, and asks what serves.

import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, vi} from 'vitest';
import {readRecords} from '../../src/adapters/journal/jsonl-journal.ts';
import type {DeploymentEvent} from '../../src/domain/deployment/event.ts';
import type {GatewayReport} from '../../src/gateway/protocol.ts';
import type {TestProject} from './project.ts';

const isId = (name: string) => /^\d{8}_\d{6}/.test(name);

/** Names of the folders in `current` or `history`. */
export function idsIn(project: TestProject, where: 'current' | 'history'): string[] {
	try {
		return readdirSync(join(project.root, 'deployment_memory', where)).filter(isId);
	} catch {
		return [];
	}
}

/** All records of the open deployment. */
export function recordsOf(project: TestProject): readonly DeploymentEvent[] {
	const [id] = idsIn(project, 'current');
	if (id === undefined) return [];
	try {
		return readRecords(readFileSync(join(project.root, 'deployment_memory/current', id, 'journal.jsonl'))).events;
	} catch {
		return [];
	}
}

export async function untilRecord(project: TestProject, type: DeploymentEvent['type']): Promise<void> {
	await vi.waitFor(() => expect(recordsOf(project).map((event) => event.type)).toContain(type), {
		timeout: 30_000,
		interval: 20,
	});
}

export async function gatewayOf(project: TestProject): Promise<GatewayReport> {
	const {stdout} = await project.orchestra(['gateway', 'status', '--json']);
	return JSON.parse(stdout) as GatewayReport; // `as`: the command's own contract
}

export const served = async (project: TestProject) => (await fetch(project.url)).text();
