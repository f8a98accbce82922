// Bundles the three programs (the command, the gateway, its keeper) into dist/, in chunks so that each command loads only what it needs.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {rolldown} from 'rolldown';
import {listExtensions} from './list-extensions.mjs';

listExtensions();

const bundle = await rolldown({
	input: {
		main: 'src/main.ts',
		gateway: 'src/gateway/main.ts',
		keeper: 'src/gateway/keeper.ts',
		'first-paint': 'src/tui/first-paint.ts',
	},
	platform: 'node',
	// They carry a WebAssembly file and a native library, which they look for beside themselves.
	external: ['libpg-query', 'oxc-parser'],
	resolve: {alias: {'react-devtools-core': new URL('./empty.mjs', import.meta.url).pathname}},
	transform: {
		target: 'node22',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	},
});
await bundle.write({
	dir: 'dist',
	format: 'esm',
	minify: true,
	entryFileNames: '[name].js',
	chunkFileNames: '[name]-[hash].js',
	cleanDir: true,
});

// The bundle carries other people's code, so their licences travel with it.
// Of a large package only some files go into the bundle: it is not installed with the program, but its licence travels too.
const PARTLY = new Set(['node_modules/node-sql-parser', 'node_modules/big-integer']);
const texts = [];
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
	if (
		!path.startsWith('node_modules/') ||
		(entry.dev && !PARTLY.has(path)) ||
		entry.link ||
		entry.optional ||
		!existsSync(path)
	)
		continue;
	const file = readdirSync(path).find((name) => /^(licen[cs]e|copying)/i.test(name));
	const name = path.slice(path.lastIndexOf('node_modules/') + 13);
	texts.push(
		`${name} ${entry.version} (${entry.license ?? 'see text'})\n\n${file ? readFileSync(`${path}/${file}`, 'utf8') : ''}`,
	);
}
writeFileSync('dist/THIRD_PARTY_LICENSES.txt', texts.join(`\n${'-'.repeat(72)}\n\n`));
