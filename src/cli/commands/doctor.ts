// Room: cli. `orchestra doctor`: every check that explains a stuck or refused deployment, with the command that mends it.
// It only reads; `--fix` does what no person would want to be asked about, and nothing while a deployment runs.

import {FaultError, faultOf} from '../../domain/fault/fault.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import {aiCheck} from './doctor-ai.ts';
import {
	type Check,
	count,
	type DoctorContext,
	type Finding,
	NotLooked,
	ofFault,
	type Status,
	skipped,
} from './doctor-check.ts';
import {MACHINE_CHECKS} from './doctor-machine.ts';
import {MEMORY_CHECKS} from './doctor-memory.ts';
import {PROJECT_CHECKS} from './doctor-project.ts';

export const CHECKS: readonly Check[] = [
	...MACHINE_CHECKS.slice(0, 2),
	...PROJECT_CHECKS,
	...MACHINE_CHECKS.slice(2),
	...MEMORY_CHECKS,
	aiCheck,
];

export interface DoctorOptions {
	/** Mend what is safe to mend: rebuild the index, remove stray sockets and half-written files. */
	readonly fix?: boolean;
	readonly json?: boolean;
}

const MARKS: Readonly<Record<Status, string>> = {
	ok: 'ok',
	warning: 'warn',
	failed: 'FAIL',
	skipped: '-',
	fixed: 'fixed',
};

/** @returns 0 when nothing failed (warnings are no failure), else 1. */
export async function doctorCommand(given: DoctorContext, options: DoctorOptions = {}): Promise<ExitCode> {
	const context = remembering(given);
	const width = Math.max(...CHECKS.map((check) => check.title.length));
	const tally: Record<Status, number> = {ok: 0, warning: 0, failed: 0, skipped: 0, fixed: 0};
	let mendable = 0;
	for (const check of CHECKS) {
		let found = await look(check, context);
		if (found.fix !== undefined) {
			if (options.fix) found = await mend(found, found.fix, given.holder);
			else mendable++;
		}
		tally[found.status]++;
		if (options.json) {
			const {status, text, mend} = found;
			context.out(
				JSON.stringify({schemaVersion: 1, type: 'doctor.check', id: check.id, title: check.title, status, text, mend}),
			);
		} else {
			context.out(`${MARKS[found.status].padEnd(5)} ${check.title.padEnd(width)}  ${found.text}`);
			for (const step of found.mend) context.out(`      ${' '.repeat(width)}  → ${step}`);
		}
	}
	if (options.json)
		context.out(JSON.stringify({schemaVersion: 1, type: 'doctor.result', healthy: tally.failed === 0, ...tally}));
	else {
		const fixed = tally.fixed > 0 ? `, ${tally.fixed} fixed` : '';
		const hint = mendable > 0 ? '. orchestra doctor --fix mends what is safe to mend' : '';
		context.out('');
		context.out(
			`${count(CHECKS.length, 'check')}: ${tally.ok} good, ${count(tally.warning, 'warning')}, ${tally.failed} failed${fixed}${hint}`,
		);
	}
	return tally.failed === 0 ? EXIT.ok : EXIT.failed;
}

/** Each thing is asked for once: all checks speak of the same moment, and a slow answer is waited for once. */
function remembering(context: DoctorContext): DoctorContext {
	const once = <T>(ask: () => Promise<T>) => {
		let answer: Promise<T> | undefined;
		return () => {
			answer ??= ask();
			return answer;
		};
	};
	return {
		...context,
		gitVersion: once(context.gitVersion),
		repository: once(context.repository),
		project: once(context.project),
		holder: once(context.holder),
		gateway: once(context.gateway),
	};
}

async function look(check: Check, context: DoctorContext): Promise<Finding> {
	try {
		return await check.look(context);
	} catch (thrown) {
		if (thrown instanceof NotLooked) return skipped(thrown.message);
		// A check that fails in itself is a finding too, and must not hide the others.
		return ofFault(faultOf(thrown));
	}
}

/** Asks for the lock's holder afresh: a deployment may have begun while the checks ran. */
async function mend(found: Finding, fix: () => Promise<string>, ask: DoctorContext['holder']): Promise<Finding> {
	const holder = await ask().catch((thrown: unknown) => thrown);
	if (holder !== undefined) return {...found, text: safe(`${found.text} (not mended: a deployment is running)`)};
	try {
		return {status: 'fixed', text: safe(await fix()), mend: []};
	} catch (thrown) {
		if (thrown instanceof FaultError) return ofFault(thrown.fault);
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		return {...found, text: safe(`${found.text} (not mended: ${why})`)};
	}
}
