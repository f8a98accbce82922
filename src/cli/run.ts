// Room: cli. The command line: which words there are, and what each of them calls. Faults become words and an exit code here.

import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
import {faultOf} from '../domain/fault/fault.ts';
import {STAGES} from '../domain/ids.ts';
import {EXIT, EXIT_MEANING, type ExitCode} from '../domain/outcome.ts';
import {faultLines} from '../headless/summary.ts';
import type {Io} from './io.ts';

const EXIT_CODES = Object.entries(EXIT)
	.map(([name, code]) => `  ${String(code).padEnd(5)}${EXIT_MEANING[name as keyof typeof EXIT]}`) // `as`: entries loses the key type
	.join('\n');

function whole(least: number, most: number) {
	return (text: string) => {
		const n = Number(text);
		if (Number.isInteger(n) && n >= least && n <= most) return n;
		throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed.`);
	};
}

const FAULT_EXIT: Readonly<Record<string, ExitCode>> = {
	USAGE: EXIT.usage,
	LOCKED: EXIT.locked,
	LOCKED_ELSEWHERE: EXIT.locked,
	OPEN_DEPLOYMENT: EXIT.held,
	HELD: EXIT.held,
	CONFIG_MISSING: EXIT.usage,
	CONFIG_INVALID: EXIT.usage,
	NOT_A_REPOSITORY: EXIT.usage,
	GIT_MISSING: EXIT.usage,
	GIT_TOO_OLD: EXIT.usage,
	NO_SUCH_DEPLOYMENT: EXIT.usage,
	REF_NOT_FOUND: EXIT.usage,
	JOURNAL_DAMAGED: EXIT.unknown,
	ROLLBACK_FAILED: EXIT.unknown,
};

export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
	let exit: ExitCode = EXIT.ok;
	// Each command loads its own code when it is used: --help and status must not pay for deploy.
	const does = (work: () => Promise<ExitCode>) => async () => {
		exit = await work();
	};
	const program = commands(io, does);
	try {
		await program.parseAsync([...argv], {from: 'user'});
		return exit;
	} catch (thrown) {
		if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
		const fault = faultOf(thrown);
		if (argv.includes('--json')) io.out(JSON.stringify({schemaVersion: 1, type: 'fault', fault}));
		for (const line of faultLines(fault, undefined, 20)) io.err(line);
		return FAULT_EXIT[fault.code] ?? EXIT.failed;
	}
}

type Does = (work: () => Promise<ExitCode>) => () => Promise<void>;

function commands(io: Io, does: Does): Command {
	const program = new Command('orchestra')
		.description('Conducts a software release from a terminal, and learns from every one.')
		.version('', '-V, --version', 'the version')
		.addHelpText('after', `\nExit codes:\n${EXIT_CODES}`)
		.configureOutput({writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd())})
		.showHelpAfterError()
		.exitOverride();
	const command = (words: string, what: string) => {
		const made = program.command(words).description(what).exitOverride();
		return made.configureOutput({
			writeOut: (text) => io.out(text.trimEnd()),
			writeErr: (text) => io.err(text.trimEnd()),
		});
	};
	const json = new Option('--json', 'JSON Lines on stdout');

	const deploy = command('deploy', 'the six stages: discovery, selection, staging, testing, production, learning')
		.option('--plan', 'say what would be shipped, and stop before any effect')
		.option('--ai-preview', 'say exactly what would be sent to Claude, and what it may cost; send nothing')
		.addOption(new Option('--until <stage>', 'stop after this stage').choices(STAGES.slice(0, 5)))
		.option('--select <what>', 'recommended, critical, or feature ids separated by commas')
		.option('--strategy <name>', 'canary, blue-green, graduated, or one of orchestration/strategies/; default: by risk')
		.option('--reason <why>', 'why this strategy, for the record')
		.option('--now', 'begin production although a freeze or the change windows say later')
		.option('--base <branch>', 'the branch that is live')
		.option('--dev <branch>', 'the branch with the work')
		.option('--yes', 'take the recommended answers')
		.option('--trust <hash>', 'trust exactly these commands of orchestration/orchestra.json')
		.option('--no-regenerate', 'leave lock files and generated files as they were settled')
		.option('--resume', 'go on with the open deployment')
		.option('--port <n>', 'front door of the embedded gateway', whole(1, 65535))
		.option('--plain', 'plain lines instead of screens')
		.addOption(json);
	deploy.action(does(async () => (await import('./commands/deploy.ts')).deployCommand(io, deploy.opts())));

	const status = command('status', 'the active deployment, or the last one')
		.option('--monitor', 'follow it live')
		.option('--interval <seconds>', 'how often to look', whole(1, 3600))
		.addOption(json);
	status.action(does(async () => (await import('./commands/status.ts')).statusCommand(io, status.opts())));

	for (const [verb, what] of [
		['abort', 'take the open deployment back and close it'],
		['pause', 'hold the rollout at its weight'],
		['resume', 'let it go on'],
		['promote', 'go on before the watch is over'],
	] as const) {
		const control = command(verb, what).addOption(json);
		control.action(does(async () => (await import('./commands/control.ts')).controlCommand(io, verb, control.opts())));
	}

	const rollback = command('rollback [id]', 'go back to the version before, or to that of a past deployment')
		.option('--reason <why>', 'what to remember it by')
		.option('--trust <hash>', 'trust exactly these commands, when an older version has to be started again')
		.addOption(json);
	rollback.action(
		does(async () => (await import('./commands/rollback.ts')).rollbackCommand(io, rollback.args[0], rollback.opts())),
	);

	const history = command('history [id]', 'past deployments, or one of them')
		.addOption(new Option('--status <outcome>', 'only these').choices(['promoted', 'rolled_back', 'failed', 'aborted']))
		.option('--feature <text>', 'only those with a feature like this')
		.option('--since <date>', 'only from this day on')
		.option('--until <date>', 'only up to this day')
		.addOption(new Option('--export <format>', 'write them out').choices(['json', 'csv', 'md']))
		.addOption(json);
	history.action(
		does(async () => (await import('./commands/memory-commands.ts')).history(io, history.args[0], history.opts())),
	);

	const group = command('group [verb] [ids...]', 'list, join, split, rename, pin or forget features, and remember it')
		.option('--title <text>', 'what to call it')
		.option('--all', 'with forget: everything')
		.option('--base <branch>', 'the branch that is live')
		.option('--dev <branch>', 'the branch with the work')
		.addOption(json);
	group.action(does(async () => (await import('./commands/memory-commands.ts')).group(io, group.args, group.opts())));

	const explain = command('explain [what...]', 'why a waiting feature is where it is, or what a rule means')
		.option('--base <branch>', 'the branch that is live')
		.option('--dev <branch>', 'the branch with the work')
		.addOption(json);
	explain.action(
		does(async () => (await import('./commands/explain.ts')).explainCommand(io, explain.args, explain.opts())),
	);

	const analyze = command('analyze', 'what the past deployments say').addOption(json);
	analyze.action(does(async () => (await import('./commands/memory-commands.ts')).analyze(io, analyze.opts())));

	const outcome = command('outcome <id> <verdict>', 'what was learned afterwards: failed or ok').requiredOption(
		'--cause <text>',
		'why',
	);
	outcome.action(
		does(async () => (await import('./commands/memory-commands.ts')).outcome(io, outcome.args, outcome.opts())),
	);

	const reset = command('reset <project>', 'delete what was learned, after a backup; type the project’s name');
	reset.action(does(async () => (await import('./commands/memory-commands.ts')).reset(io, reset.args[0] ?? '')));

	const learn = command('learn', 'build index, patterns and statistics anew from the history');
	learn.action(does(async () => (await import('./commands/memory-commands.ts')).learn(io)));

	const init = command('init', 'look at the repository and write orchestration/ and deployment_memory/')
		.option('--yes', 'take the answers it found')
		.option('--force', 'write a fresh orchestra.json; the old one is kept beside it');
	init.action(does(async () => (await import('./commands/setup-commands.ts')).init(io, init.opts())));

	const config = command('config [verb] [key] [value]', 'get, set, edit or validate the settings').addOption(json);
	config.action(
		does(async () => (await import('./commands/setup-commands.ts')).config(io, config.args, config.opts())),
	);

	const doctor = command('doctor', 'every check that explains a stuck or refused deployment')
		.option('--fix', 'mend what is safe to mend')
		.addOption(json);
	doctor.action(does(async () => (await import('./commands/setup-commands.ts')).doctor(io, doctor.opts())));

	const guide = command('guide [topic]', 'the guide');
	guide.action(does(async () => (await import('./commands/setup-commands.ts')).guide(io, guide.args[0])));

	const gateway = command('gateway <verb> [slot]', 'start, stop, status, logs or install the embedded data plane')
		.option('--keep-slots', 'with stop: leave the versions running')
		.option('--lines <n>', 'with logs: how many', whole(1, 100_000))
		.option('--port <n>', 'with start: the front door', whole(1, 65535))
		.addOption(json);
	gateway.action(
		does(async () =>
			(await import('./commands/gateway.ts')).gatewayCommand(
				io,
				gateway.args[0] ?? '',
				gateway.args[1],
				gateway.opts(),
			),
		),
	);

	const demo = command('demo', 'a real sample service with 50+ waiting changes, deployed in front of you')
		.option('--yes', 'take the recommended answers')
		.option('--fail', 'ship the change that fails under traffic, and see it rolled back')
		.option('--in <folder>', 'where to make it, or an earlier demo to go on with')
		.option('--plain', 'plain lines instead of screens')
		.addOption(json);
	demo.action(does(async () => (await import('./commands/demo.ts')).demoCommand(io, demo.opts())));
	return program;
}
