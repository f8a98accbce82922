// Room: report. The helper scripts of a release: POSIX sh that runs from wherever the deployment's folder lies. Pure.
// Values from the configuration enter them quoted, as arguments, never as code; no path of this machine is in them.

import type {ReleaseFacts} from './release-facts.ts';

/** One shell word, whatever is in it. */
export function shellWord(text: string): string {
	return `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
}

const head = (what: string, usage: string, facts: ReleaseFacts) => `#!/bin/sh
# ${what}
# Usage: ${usage}
# Written by Orchestra for deployment ${facts.deployment}.
set -eu
`;

const FIND_ROOT = `here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here
while [ ! -f "$root/orchestration/orchestra.json" ]; do
	if [ "$root" = / ]; then
		echo "no orchestration/orchestra.json above $here" >&2
		exit 2
	fi
	root=$(dirname -- "$root")
done
`;

/** Runs below node: prints one line per look, never what the service answered. */
const LOOK = `const [url, path, times] = process.argv.slice(2);
const look = async () => {
	const start = performance.now();
	try {
		const answer = await fetch(new URL(path, url), {signal: AbortSignal.timeout(5000), redirect: 'manual'});
		await answer.arrayBuffer();
		return {status: answer.status, ms: performance.now() - start};
	} catch (error) {
		const why = String(error.cause?.code ?? error.name).replace(/[^\\w ]/g, '?').slice(0, 40);
		return {status: 0, ms: performance.now() - start, why};
	}
};
const say = (good, text) => process.stdout.write((good ? 'ok     ' : 'FAILED ') + text + '\\n');`;

/** Around the looks: the lines are shown, and one that failed makes the script fail. */
const LOOKED = `printf '%s\\n' "$seen"
case $seen in *FAILED*) exit 1 ;; esac
`;

export function verifyScript(facts: ReleaseFacts): string {
	return `${head('Asks the health path through the front door, several times in a row.', 'verify.sh [URL]', facts)}
url=\${1:-\${ORCHESTRA_URL:-http://127.0.0.1:${facts.port}}}
path=${shellWord(facts.healthPath)}

seen=$("\${NODE:-node}" - "$url" "$path" 3 <<'JS'
${LOOK}
(async () => {
	for (let i = 1; i <= Number(times); i++) {
		const {status, ms, why} = await look();
		const good = status >= 200 && status < 300;
		say(good, 'health ' + i + ': ' + (why ?? status) + ' in ' + Math.round(ms) + ' ms');
		if (!good) return;
	}
})();
JS
)
${LOOKED}`;
}

export function smokeScript(facts: ReleaseFacts): string {
	const suite = facts.suites.smoke;
	const own =
		suite === undefined
			? `echo 'no smoke suite is configured: health, front page and speed were looked at'\n`
			: `${FIND_ROOT}release=$root/.orchestra/releases/${facts.deployment}
if [ -d "$release" ]; then
	cd "$release"
	ORCHESTRA_URL=$url sh -c ${shellWord(suite.command)}
	echo 'ok     smoke suite'
else
	echo 'the built release is not on this machine: the smoke suite was left out'
fi
`;
	return `${head('A quick look at the serving version: health, front page, speed, and the smoke suite if there is one.', 'smoke.sh [URL]', facts)}
url=\${1:-\${ORCHESTRA_URL:-http://127.0.0.1:${facts.port}}}
path=${shellWord(facts.healthPath)}

seen=$("\${NODE:-node}" - "$url" "$path" 20 <<'JS'
${LOOK}
(async () => {
	const looks = [];
	for (let i = 0; i < Number(times); i++) looks.push(await look());
	const good = looks.filter((one) => one.status >= 200 && one.status < 300);
	say(good.length === looks.length, 'health: ' + good.length + ' of ' + looks.length + ' answers good');
	const sorted = good.map((one) => one.ms).sort((a, b) => a - b);
	const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
	if (p95 !== undefined) say(p95 < 1000, 'speed: 95 of 100 good answers within ' + Math.round(p95) + ' ms');
	const front = await fetch(new URL('/', url), {signal: AbortSignal.timeout(5000), redirect: 'manual'}).then(
		(answer) => answer.status,
		() => 0,
	);
	say(front > 0 && front < 500, 'front page: status ' + front);
})();
JS
)
${LOOKED}
${own}`;
}

export function rollbackScript(facts: ReleaseFacts): string {
	return `${head('Puts the version that served before back in front: the same as "orchestra rollback".', 'rollback.sh [options of orchestra rollback]', facts)}
${FIND_ROOT}cd "$root"

if [ -n "\${ORCHESTRA:-}" ]; then
	exec "$ORCHESTRA" rollback "$@"
elif command -v orchestra >/dev/null 2>&1; then
	exec orchestra rollback "$@"
elif [ -x node_modules/.bin/orchestra ]; then
	exec node_modules/.bin/orchestra rollback "$@"
elif [ -f orchestration/orchestrate.sh ]; then
	exec sh orchestration/orchestrate.sh rollback "$@"
fi
echo 'orchestra was not found: set ORCHESTRA to its path' >&2
exit 127
`;
}
