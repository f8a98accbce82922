#!/usr/bin/env node
// The launcher: must parse on any Node, so that an old one gets the clone's own Node or a clear line, and not a syntax error.
// It answers --version and paints the first line before anything heavy loads; everything else is in dist/main.js.
var v = process.versions.node.split('.').map(Number);
var ok = v[0] >= 26 || (v[0] === 24 && v[1] >= 15) || v[0] === 25 || (v[0] === 22 && v[1] >= 22);
if (!ok) {
	var fs0 = await import('node:fs');
	var url = await import('node:url');
	// A clone that was installed has a Node of its own: `npm install --global .` and the path of this file then work as well.
	var here = fs0.realpathSync(url.fileURLToPath(import.meta.url));
	var own = url.fileURLToPath(
		new URL(`../node_modules/node-${process.platform}-${process.arch}/bin/node`, url.pathToFileURL(here)),
	);
	if (fs0.existsSync(own)) {
		var childProcess = await import('node:child_process');
		var child = childProcess.spawn(own, [process.argv[1]].concat(process.argv.slice(2)), {stdio: 'inherit'});
		// The terminal sends Ctrl-C to both; other signals reach only this process and are passed on.
		process.on('SIGINT', () => {});
		['SIGTERM', 'SIGHUP'].forEach((name) => {
			process.on(name, () => {
				child.kill(name);
			});
		});
		child.on('exit', (code, signal) => {
			process.exit(signal === null ? code : 1);
		});
	} else {
		process.stderr.write(
			'orchestra needs Node 22.22.2+, 24.15+ or 26+; this is ' +
				process.version +
				'. In a clone, npm ci brings one along.\n',
		);
		process.exit(1);
	}
} else if (process.argv[2] === '--version' || process.argv[2] === '-V') {
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
