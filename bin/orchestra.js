#!/usr/bin/env node
// The launcher: must parse on any Node, so that an old one gets a clear line and not a syntax error. It answers
// --version and paints the first line before anything heavy loads; everything else is in dist/main.js.
var v = process.versions.node.split('.').map(Number);
var ok = v[0] >= 26 || (v[0] === 24 && v[1] >= 15) || v[0] === 25 || (v[0] === 22 && v[1] >= 22);
if (!ok) {
	process.stderr.write(
		'orchestra needs Node 22.22.2+, 24.15+ or 26+; this is ' +
			process.version +
			'. In a clone, npm ci brings one along: use npm run, or npx orchestra.\n',
	);
	process.exit(1);
}
if (process.argv[2] === '--version' || process.argv[2] === '-V') {
	var fs = await import('node:fs');
	process.stdout.write(`${JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}\n`);
} else {
	process.env.NODE_ENV ??= 'production';
	var module = await import('node:module');
	module.enableCompileCache();
	// The very first thing on a person's screen: before the command line is even read by the program that will read it.
	if (process.argv[2] === 'deploy') await (await import('../dist/first-paint.js')).paintAtLaunch(process);
	await import('../dist/main.js');
}
