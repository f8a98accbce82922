// Room: cli. The checks of `doctor` that look at the repository and at what people wrote in orchestration/.

import {stat} from 'node:fs/promises';
import {delimiter, dirname, isAbsolute, join} from 'node:path';
import {readEnvFile} from '../../adapters/project/env-file.ts';
import {peek} from '../../adapters/project/inside.ts';
import type {Project} from '../../domain/project.ts';
import type {Repository} from '../../ports/repository.ts';
import {type Check, count, type DoctorContext, failed, need, ok, skipped, warning} from './doctor-check.ts';

const project = (context: DoctorContext) => need(context.project(), 'there is no valid project file');
const repository = (context: DoctorContext) => need(context.repository(), 'there is no repository');

const repositoryCheck: Check = {
	id: 'repository',
	title: 'Repository',
	async look(context) {
		const found = await context.repository();
		const branch = await found.currentBranch();
		return ok(`${found.root}, ${branch === undefined ? 'no branch checked out' : `on ${branch}`}`);
	},
};

const config: Check = {
	id: 'config',
	title: 'Project file',
	async look(context) {
		const {warnings, project: found} = await context.project();
		if (warnings.length > 0) return warning(warnings.join('; '), 'orchestra config edit');
		return ok(`orchestration/orchestra.json is valid (${found.name})`);
	},
};

const strategy: Check = {
	id: 'strategy',
	title: 'Strategies',
	async look(context) {
		const loaded = await project(context);
		const names = loaded.strategies.map((one) => one.name).join(', ');
		const limit = (await context.memory.preferences()).auto_rollback_threshold;
		const lax = loaded.strategies.filter((one) => one.thresholds.errorRate > limit).map((one) => one.name);
		if (lax.length > 0)
			return warning(
				`${lax.join(', ')}: more errors allowed than auto_rollback_threshold (${limit}), which holds instead`,
				'orchestra config get auto_rollback_threshold',
			);
		return ok(`${loaded.project.strategy ?? 'chosen by risk, as none is set'}; there are ${names}`);
	},
};

const commands: Check = {
	id: 'commands',
	title: 'Commands',
	async look(context) {
		const {project: found} = await project(context);
		const suites = Object.keys(found.commands.test).length;
		if (suites === 0)
			return warning(
				'there is no test command: nothing stops a broken release',
				'orchestra config set commands.test.unit "npm test"',
			);
		if (found.commands.start === undefined)
			return warning(
				'there is no start command: stages 1 to 4 work, production is refused',
				'orchestra config set commands.start "node server.js"',
			);
		const names = Object.keys(found.commands).filter((name) => name !== 'test');
		return ok(`${names.join(', ')} and ${count(suites, 'test suite')}`);
	},
};

const BUILT_INTO_SH = new Set(
	'. : [ break cd command continue echo eval exec exit export false getopts if for while until case test times trap true type ulimit umask unset read set shift wait printf pwd {'.split(
		' ',
	),
);

/** The programs a command line names by plain words. What needs a shell to be understood is left alone. */
export function programsOf(command: string): readonly string[] {
	if (/[`"'\\]|\$\(/.test(command)) {
		const first = /^[A-Za-z0-9._+-]+(?=\s|$)/.exec(command)?.[0];
		return first === undefined || BUILT_INTO_SH.has(first) ? [] : [first];
	}
	return command.split(/&&|\|\||[;|&()]/).flatMap((part) => {
		const word = part
			.trim()
			.split(/\s+/)
			.find((one) => one !== '' && !/^[A-Za-z_]\w*=/.test(one));
		return word === undefined || !/^[A-Za-z0-9._+-]+$/.test(word) || BUILT_INTO_SH.has(word) ? [] : [word];
	});
}

const allCommands = ({commands: {test, ...single}}: Project) => [
	...Object.values(single).filter((text): text is string => typeof text === 'string'),
	...Object.values(test).map((suite) => suite.command),
];

async function onPath(program: string, path: string): Promise<boolean> {
	for (const folder of path.split(delimiter).filter(isAbsolute)) {
		const seen = await stat(join(folder, program)).catch(() => undefined);
		if (seen?.isFile() && (seen.mode & 0o111) !== 0) return true;
	}
	return false;
}

const programs: Check = {
	id: 'programs',
	title: 'Programs of the commands',
	async look(context) {
		const {project: found} = await project(context);
		const wanted = [...new Set(allCommands(found).flatMap(programsOf))];
		// Commands run with the Node that runs Orchestra first on their path.
		const path = `${dirname(process.execPath)}${delimiter}${context.env.PATH ?? ''}`;
		const missing: string[] = [];
		for (const program of wanted) if (!(await onPath(program, path))) missing.push(program);
		if (missing.length === 0) return ok(wanted.length === 0 ? 'none to look for' : wanted.join(', '));
		return warning(`not on the PATH: ${missing.join(', ')}`, ...missing.map((program) => `command -v ${program}`));
	},
};

const trust: Check = {
	id: 'trust',
	title: 'Trust in the commands',
	async look(context) {
		const {project: found} = await project(context);
		if (allCommands(found).length === 0) return skipped('there are no commands');
		const {trusted, hash} = await context.trust(found);
		return trusted
			? ok(`trusted by you on this machine (${hash.slice(0, 12)})`)
			: warning('not trusted yet, or changed since: deploy asks', `orchestra deploy --trust ${hash}`);
	},
};

const envFile: Check = {
	id: 'env-file',
	title: 'Environment file',
	async look(context) {
		const {project: found} = await project(context);
		if (found.envFile === undefined) return skipped('none is configured');
		const values = await readEnvFile(context.root, found);
		const {mode} = await stat(join(context.root, found.envFile));
		const names = count(Object.keys(values).length, 'variable');
		if ((mode & 0o044) !== 0)
			return warning(
				`${found.envFile}: ${names}, and others on this machine can read it`,
				`chmod 600 ${found.envFile}`,
			);
		return ok(`${found.envFile}: ${names}`);
	},
};

const ignored: Check = {
	id: 'ignored',
	title: 'State folder is ignored by git',
	async look({root}) {
		const text = (await peek(root, '.gitignore')) ?? '';
		return /^[ \t]*\/?\.orchestra\/?[ \t]*\r?$/m.test(text)
			? ok('.orchestra/ is in .gitignore')
			: warning('.orchestra/ is not in .gitignore: builds and logs could be committed', 'orchestra init');
	},
};

interface Lines {
	readonly base: string;
	readonly dev: string;
	readonly found: Repository;
}

async function lines(context: DoctorContext): Promise<Lines> {
	const found = await repository(context);
	const loaded = await context.project().catch(() => undefined);
	const {base, dev} = loaded?.project.branches ?? {base: 'main'};
	return {found, base, dev: dev ?? (await found.currentBranch()) ?? 'HEAD'};
}

const branches: Check = {
	id: 'branches',
	title: 'Branches',
	async look(context) {
		const {found, base, dev} = await lines(context);
		for (const name of [base, dev]) {
			try {
				await found.resolve(name);
			} catch {
				const key = name === base ? 'branches.base' : 'branches.dev';
				return failed(`there is no branch ${name}`, 'git branch --all', `orchestra config set ${key} NAME`);
			}
		}
		return ok(`base ${base}, work on ${dev}`);
	},
};

const waiting: Check = {
	id: 'ahead',
	title: 'Waiting work',
	async look(context) {
		const {found, base, dev} = await lines(context);
		const [from, to] = await need(Promise.all([found.resolve(base), found.resolve(dev)]), 'a branch is missing');
		if (from === to)
			return warning(
				base === dev
					? `base and development branch are both ${base}: nothing can wait`
					: `${dev} and ${base} are the same commit: nothing waits`,
				base === dev ? 'orchestra config set branches.dev NAME' : 'git log --oneline --all --graph',
			);
		let [ahead, conventional, behind] = [0, 0, 0];
		for await (const change of found.changes(from, to)) {
			ahead++;
			if (change.conventional) conventional++;
		}
		for await (const _ of found.changes(to, from)) behind++;
		if (ahead === 0)
			return warning(`${dev} has nothing that is not on ${base}`, `git switch ${dev} && git merge ${base}`);
		const percent = Math.round((100 * conventional) / ahead);
		const text = `${count(ahead, 'change')} on ${dev}, ${percent} % with a conventional subject`;
		if (behind > 0)
			return warning(
				`${text}; ${dev} lacks ${count(behind, 'change')} of ${base}`,
				`git switch ${dev} && git merge ${base}`,
			);
		return percent < 50
			? warning(`${text}: kinds of the others are guessed`, 'write subjects like "fix: …" or "feat(scope): …"')
			: ok(text);
	},
};

const gitConfig: Check = {
	id: 'git-config',
	title: 'Programs in the git configuration',
	async look(context) {
		const keys = await (await repository(context)).executableConfig();
		if (keys.length === 0) return ok('none');
		const named = keys.slice(0, 5).map(({key}) => key);
		const more = keys.length > named.length ? ` and ${keys.length - named.length} more` : '';
		return warning(
			`${named.join(', ')}${more} would run programs. Orchestra runs none of them; git in your hands does`,
			'git config --local --list --show-origin',
		);
	},
};

export const PROJECT_CHECKS: readonly Check[] = [
	...[repositoryCheck, branches, waiting, gitConfig, config, strategy, commands],
	...[programs, trust, envFile, ignored],
];
