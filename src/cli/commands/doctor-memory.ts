// Room: cli. The checks of `doctor` that look at the memory and at deployments that are open or stuck.

import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {readJournal} from '../../adapters/journal/jsonl-journal.ts';
import {isDeploymentId} from '../../domain/ids.ts';
import {type Check, count, type DoctorContext, failed, fixable, ok, warning} from './doctor-check.ts';

const MEMORY = 'deployment_memory';

const folder: Check = {
	id: 'memory-folder',
	title: 'Memory folder',
	async look({root}) {
		const path = join(root, MEMORY);
		const seen = await lstat(path).catch(() => undefined);
		if (!seen) return warning('there is no deployment_memory/ yet', 'orchestra init');
		if (!seen.isDirectory()) return failed(`${MEMORY} is not a plain folder`, `ls -ld ${MEMORY}`);
		const own = process.getuid?.();
		if (own !== undefined && own !== 0 && seen.uid !== own)
			return failed(`${MEMORY} belongs to another user`, `ls -ld ${MEMORY}`);
		return (seen.mode & 0o002) === 0
			? ok(`${MEMORY}/ is a folder of ours`)
			: warning(`everybody on this machine may write ${MEMORY}/`, `chmod o-w ${MEMORY}`);
	},
};

const documents: Check = {
	id: 'memory',
	title: 'Memory documents',
	async look({memory, rebuild}) {
		await Promise.all([memory.preferences(), memory.patterns(), memory.history()]);
		const [first] = memory.damage;
		if (first === undefined) return ok('preferences, patterns and history can be read');
		const more = memory.damage.length > 1 ? ` (and ${memory.damage.length - 1} more)` : '';
		const text = `${first.file}: ${first.reason}${more}`;
		// A preference is a person's word: only they can mend it.
		if (memory.damage.every(({file}) => file === `${MEMORY}/config.json`)) return warning(text, 'orchestra config get');
		return fixable(warning(text, 'orchestra doctor --fix'), async () => {
			const {deployments} = await rebuild();
			return `index, statistics and patterns written anew from ${count(deployments, 'deployment')}`;
		});
	},
};

const index: Check = {
	id: 'index',
	title: 'History index',
	async look(context) {
		const summaries = await context.memory.history();
		const names = (await readdir(join(context.root, MEMORY, 'history')).catch(() => [])).filter(isDeploymentId);
		const listed = new Set<string>(summaries.map((summary) => summary.id));
		const missing = names.filter((name) => !listed.has(name));
		if (missing.length === 0) return ok(`${count(summaries.length, 'deployment')} listed`);
		const text = `${count(missing.length, 'deployment')} of ${names.length} in history/ not in the index, e.g. ${missing[0]}`;
		return fixable(warning(text, 'orchestra doctor --fix'), async () => {
			const {deployments} = await context.rebuild();
			return `wrote the index anew: ${count(deployments, 'deployment')}`;
		});
	},
};

const ago = (ms: number) => (ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`);

const openCheck: Check = {
	id: 'open',
	title: 'Open deployment',
	async look(context) {
		const open = await context.memory.openDeployment();
		if (open === undefined) return ok('none');
		const {damagedAt} = await readJournal(join(context.root, MEMORY, 'current', open, 'journal.jsonl'));
		if (damagedAt !== undefined)
			return failed(`the journal of ${open} is damaged in the middle (record ${damagedAt})`, 'orchestra abort');
		const holder = await context.holder();
		if (holder) return ok(`${open} is being conducted${holder.stage ? `, at ${holder.stage}` : ''}`);
		return warning(
			`${open} is open and no process conducts it: it was interrupted, or waits for a decision`,
			'orchestra status',
			'orchestra deploy --resume',
			'orchestra abort',
		);
	},
};

const lock: Check = {
	id: 'lock',
	title: 'Deployment lock',
	async look(context: DoctorContext) {
		const holder = await context.holder();
		if (!holder) return ok('free');
		const since = ago(Math.max(0, context.clock.now() - holder.since));
		return ok(`held by ${holder.who}, pid ${holder.pid}, for ${since}; watch it with orchestra status --monitor`);
	},
};

export const MEMORY_CHECKS: readonly Check[] = [folder, documents, index, openCheck, lock];
