// Room: tests. A project whose repository attacks whoever reads it: in every text git keeps, in every setting that could run
// a program, in its service's output. What would run leaves a mark; what would be drawn has a name to be found by.

import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestProject, testProject} from './project.ts';
import {tempFolder} from './temp.ts';

/** Everything a terminal could obey; each is a whole subject, an author's name, or a line of output. */
const ESCAPES = [
	'feat: title \x1b]0;PWNED\x07 and \x1b[21t',
	'fix(link): \x1b]8;;http://evil.example/\x1b\\click here\x1b]8;;\x1b\\',
	'fix(clip): \x1b]52;c;cHduZWQ=\x07 in the clipboard',
	'fix(cursor): \x1b[5;5H\x1b[6n\x1b[>c\x1b[97;41m moved',
	'perf(dcs): \x1bP$q"p\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bX sos',
	'fix(c1): \u009b31m\u009d0;PWNED\u009c\u0090pwn\u009c',
	'fix(bell): \x07\x07\b\b\b\x0e\x0f\x7f',
	'fix(bidi): \u202egnp.exe\u202c \u2066iso\u2069 \u200b\u200e\ufeff',
	'fix(lines): one\rtwo\u2028three\u2029four',
] as const;

const MARKUP = [
	'feat(markup): <script>pwn()</script>',
	'fix(markup2): "><img src=x onerror=pwn()>',
	"fix(markup3): '></title></style><svg onload=pwn()>",
	'fix(markup4): &lt;b&gt; <!-- <details open ontoggle=pwn()> ]]>',
	'docs(readme): [click](http://evil.example/) ![img](http://evil.example/x.png) <http://evil.example/>',
	'fix(table): | a | b | `code` ``` ~~~ **bold** # head @everyone http://evil.example/x',
	'=HYPERLINK("http://evil.example/","pwn")',
	'+cmd|calc!A0',
	'-2+3+cmd|calc!A0',
	'@SUM(1+1)*cmd|calc!A0',
] as const;

/** All hooks git knows, so that none is left out. */
const HOOKS =
	'applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change';

export interface HostileProject extends TestProject {
	/** Names of what has run; empty is what every test wants. */
	marks(): readonly string[];
	readonly dev: string;
	/** Two changes ahead of `dev`, for a second deployment. */
	readonly later: string;
}

/** The trap is set last, so that making the repository trips nothing: from then on the test must not call git itself. */
export async function hostileProject(): Promise<HostileProject> {
	const marksFolder = tempFolder();
	const dev = 'dev-$(touch$IFS.pwned)-`touch$IFS.pwned`-<svg/onload=pwn()>';
	const later = `${dev}-later`;
	const project = await testProject({start: 'node noise.js; exec node server.js'});
	const run = `$(touch ${marksFolder}/substituted) \`touch ${marksFolder}/ticked\` ; touch ${marksFolder}/chained #`;
	const noise = [...ESCAPES, ...MARKUP, run];
	project.git('checkout', '-q', 'main');
	const config = JSON.parse(project.git('show', 'main:orchestration/orchestra.json'));
	config.name = 'sample <img src=x onerror=pwn()>';
	config.branches.dev = dev;
	config.commands.test.noise = {command: 'node noise.js; exit 0', required: false, timeoutSeconds: 30};
	project.commit('chore: a service that talks too much', {
		'orchestration/orchestra.json': JSON.stringify(config, undefined, '\t'),
		'noise.js': `const lines = ${JSON.stringify(noise)};\nfor (const line of lines) { console.log(line); console.error(line); }\n`,
	});
	project.git('branch', '-q', '-D', 'dev');
	project.git('checkout', '-q', '-b', dev);
	let nth = 0;
	for (const subject of [...ESCAPES, ...MARKUP, `fix(shell): ${run}`]) {
		const breaking = nth === 3 || subject === MARKUP[2] ? `BREAKING CHANGE: ${MARKUP[0]} ${ESCAPES[0]}\n\n` : '';
		const body = `${breaking}${ESCAPES[3]} ${MARKUP[4]}\n\nRefs: ${MARKUP[1]}`;
		const author = `${subject.replace(/[<>\n]/g, '')} <\x1b]0;x\x07@example.com>`;
		project.commit(subject, {[`features/${nth++}.txt`]: subject}, {body, author});
	}
	project.commit('feat: odd names', {
		'.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf\n',
		'migrations/002 <img src=x onerror=pwn()>.sql': 'DROP TABLE "<script>pwn()</script>";\n',
		'migrations/003 \x1b]0;PWNED\x07\u202e.sql': 'ALTER TABLE a DROP COLUMN "\x1b[6n[x](http://evil.example/)";\n',
		'$(touch$IFS.pwned);`touch$IFS.pwned`.sql': 'select 1;\n',
		'--output=pwned': 'x\n',
		'-rf': 'x\n',
		'=cmd|calc!A0.csv': 'x\n',
		'two\nlines.txt': 'x\n',
		'openapi.yaml': 'openapi: 3.0.0\npaths:\n  "/<script>pwn()</script>\x1b[6n":\n    get: {}\n',
		Dockerfile: 'FROM "<img src=x onerror=pwn()>\x1b]0;PWNED\x07"\n',
	});
	// A subject that is no UTF-8 at all: the single byte 9b is a CSI for some terminals.
	project.commit('to be said otherwise', {'raw.txt': 'raw\n'});
	const raw = execFileSync('git', ['commit-tree', 'HEAD^{tree}', '-p', 'HEAD~1'], {
		cwd: project.root,
		input: Buffer.from('fix(raw): \x9b6n and \x9d0;PWNED\x9c\n', 'latin1'),
		encoding: 'utf8',
		stdio: ['pipe', 'pipe', 'ignore'],
	}).trim();
	project.git('reset', '-q', '--hard', raw);
	project.git('checkout', '-q', '-b', later);
	project.commit(ESCAPES[0], {'later/one.txt': '1\n'}, {body: ESCAPES.join('\n')});
	project.commit(MARKUP[1], {'later/two <img src=x onerror=pwn()>\x1b[6n.txt': '2\n'});
	project.git('checkout', '-q', '--detach', dev);

	for (const name of [
		'--output=pwned',
		'-rf',
		'--upload-pack=pwned',
		'bidi-\u202e-\u009d0;PWNED\u009c',
		'"><img/src=x>',
	]) {
		project.git('update-ref', `refs/heads/${name}`, 'HEAD');
		project.git('update-ref', `refs/tags/${name}`, 'HEAD');
	}
	project.git('update-ref', 'refs/tags/main', 'HEAD');
	project.git('update-ref', 'refs/tags/v9.9.9-$(touch$IFS.pwned)', 'HEAD');
	const trap = join(project.root, '.git/trap');
	writeFileSync(trap, `#!/bin/sh\ntouch "${marksFolder}/$(basename "$0")-$$"\ncat\n`);
	chmodSync(trap, 0o755);
	setTraps(project.root, trap);
	return {
		...project,
		dev,
		later,
		marks: () => [
			...readdirSync(marksFolder),
			...[project.root, process.cwd(), '/'].map((folder) => join(folder, 'pwned')).filter(existsSync),
		],
	};
}

function setTraps(root: string, trap: string): void {
	const hooks = join(root, '.git/evil-hooks');
	for (const folder of [hooks, join(root, '.git/hooks')]) {
		mkdirSync(folder, {recursive: true});
		for (const name of HOOKS.split(' ')) if (!existsSync(join(folder, name))) symlinkSync(trap, join(folder, name));
	}
	const settings: Record<string, string> = {
		'core.fsmonitor': trap,
		'core.hooksPath': hooks,
		'core.pager': trap,
		'core.editor': trap,
		'core.sshCommand': trap,
		'core.askPass': trap,
		'core.alternateRefsCommand': trap,
		'pager.log': trap,
		'diff.external': trap,
		'diff.evil.textconv': trap,
		'diff.evil.command': trap,
		'filter.evil.clean': trap,
		'filter.evil.smudge': trap,
		'filter.evil.process': trap,
		'filter.evil.required': 'true',
		'merge.evil.driver': `${trap} %A`,
		'commit.gpgSign': 'true',
		'tag.gpgSign': 'true',
		'gpg.program': trap,
		'log.showSignature': 'true',
		'credential.helper': `!${trap}`,
		'protocol.ext.allow': 'always',
		'remote.origin.url': `ext::${trap}`,
		'remote.origin.uploadpack': trap,
	};
	for (const verb of ['log', 'status', 'rev-parse', 'for-each-ref', 'update-ref', 'config', 'tag'])
		settings[`alias.${verb}`] = `!${trap}`;
	const file = join(root, '.git/config');
	for (const [key, value] of Object.entries(settings)) execFileSync('git', ['config', '-f', file, key, value]);
}
