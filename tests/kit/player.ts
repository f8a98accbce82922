// Room: tests. Plays a canned deployment on a real terminal: for pty tests, and to look at the screens by hand:
//   npx node --import ./tests/kit/tsx-hook.mjs tests/kit/player.ts promoted 150 [monitor|throw|break|prompt|lines|json]

import {exitSummary} from '../../src/headless/summary.ts';
import {firstPaint} from '../../src/tui/first-paint.ts';
import {cannedLive, SCENARIOS} from './canned.ts';

const [name = 'promoted', pace = '150', mode = 'tui'] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (!scenario) throw new Error(`no scenario ${name}: ${Object.keys(SCENARIOS).join(', ')}`);
const io = {
	out: (text: string) => void process.stdout.write(text),
	err: (text: string) => void process.stderr.write(text),
	width: process.stdout.columns ?? 80,
};
const play = (interactive: boolean) => cannedLive(scenario, {interactive, paceMs: Number(pace), from: Date.now()});

if (mode === 'json')
	process.exitCode = (await (await import('../../src/headless/jsonl.ts')).runJson(play(false), io)).exit;
else if (mode === 'lines')
	process.exitCode = (await (await import('../../src/headless/lines.ts')).runLines(play(false), io)).exit;
else if (mode === 'monitor') {
	const {runMonitor} = await import('../../src/tui/monitor.tsx');
	const live = play(false);
	let alive = true;
	void live.ended.then(() => {
		alive = false;
	});
	const holder = () => (alive ? {who: 'ada', pid: 4242, since: Date.now() - 60_000} : undefined);
	await runMonitor({state: live.state, subscribe: (listener) => live.subscribe(() => listener()), holder});
	process.exit();
} else {
	// Another reader of the terminal before ours, as `init` is.
	if (mode === 'prompt') await (await import('@inquirer/prompts')).confirm({message: 'Ready?'});
	process.stdout.write(firstPaint(process.stdout.columns ?? 80, 'shop'));
	const {runTui} = await import('../../src/tui/app.tsx');
	const live = play(true);
	if (mode === 'throw')
		live.subscribe((event) => {
			if (event.type === 'batch.chosen') throw new Error('something broke on purpose');
		});
	// A screen that breaks while it draws.
	const now = () => {
		if (mode === 'break' && live.state().version !== undefined) throw new Error('drawing broke on purpose');
		return Date.now();
	};
	const ending = await runTui(live, {farewell: exitSummary, now});
	process.exit(ending.exit);
}
