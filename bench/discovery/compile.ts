// Room: bench. Whether random selections compile: the closure of a choice is built in memory and checked by the TypeScript
// compiler over git's own blobs, without and with the product's repair. An error counts when neither base nor dev tip has it,
// nor the branch itself where one of the picks was made.

import {createRequire} from 'node:module';
import {posix} from 'node:path';
import {readPatches} from '../../src/adapters/git/patches.ts';
import type {View} from '../../src/adapters/git/view.ts';
import {openWalk, type Walk} from '../../src/adapters/git/walk.ts';
import type {Change} from '../../src/domain/change.ts';
import type {DependencyGraph} from '../../src/domain/dependency.ts';
import type {Oid} from '../../src/domain/ids.ts';
import type {Patch} from '../../src/ports/repository.ts';
import {repair} from '../../src/stages/selection/repair.ts';
import type TypeScript from '../../tools/bench/node_modules/typescript/lib/typescript.d.ts';
import {someOf} from './proof.ts';
import {buildChoice} from './subsets.ts';
import type {Window} from './windows.ts';

const load = createRequire(new URL('../../tools/bench/package.json', import.meta.url));

export interface CompileCounts {
	n: number;
	/** Selections whose closure applies; only these are compiled. */
	applied: number;
	compiled: number;
	compiledAfterRepair: number;
	/** Changes picked, before and after repair, over all that applied. */
	size: number;
	sizeAfterRepair: number;
	checks: number;
	checkMs: number;
}

export const noCompiles = (): CompileCounts => ({
	n: 0,
	applied: 0,
	compiled: 0,
	compiledAfterRepair: 0,
	size: 0,
	sizeAfterRepair: 0,
	checks: 0,
	checkMs: 0,
});

export interface CompileOptions {
	readonly size: number;
	readonly tries: number;
	/** Folders with the sources, e.g. `packages/core/src`. Default: the packages that the window's changes work in most. */
	readonly roots?: readonly string[];
	readonly random: () => number;
	readonly say?: (line: string) => void;
}

export async function compileWindow(
	view: View,
	window: Window,
	graph: DependencyGraph,
	counts: CompileCounts,
	options: CompileOptions,
): Promise<void> {
	const {changes} = window;
	const walk = openWalk(view, view.scratch('merged'), changes);
	try {
		const tip = changes.at(-1)?.tree;
		const roots = options.roots ?? (tip === undefined ? [] : await rootsOf(view, tip, changes));
		if (tip === undefined || roots.length === 0) return;
		options.say?.(`compiling ${roots.join(', ')}`);
		const compiler = await openCompiler(view, walk, roots);
		const base = await walk.treeOf(window.base);
		const known = new Set([...(await compiler.errors(base)).keys(), ...(await compiler.errors(tip)).keys()]);
		const complaints = async (tree: Oid, plan: readonly Change[]): Promise<string[]> => {
			const started = performance.now();
			const found = await compiler.errors(tree);
			counts.checks++;
			counts.checkMs += performance.now() - started;
			const fresh = () => [...found].filter(([key]) => !known.has(key));
			// A branch that did not compile for a while is not mended by choosing from it.
			for (const change of plan.toReversed()) {
				const paths = new Set(fresh().map(([key]) => key.slice(0, key.indexOf('|'))));
				if (paths.size === 0) break;
				if (!change.files.some(({path}) => paths.has(path))) continue;
				for (const key of (await compiler.errors(change.tree)).keys()) known.add(key);
			}
			return fresh().map(([, line]) => line);
		};
		const apply = async (picks: readonly Change[]): Promise<Oid | undefined> => {
			let tree = base;
			for (const change of picks) {
				const picked = await walk.pick(tree, change);
				if (!picked.clean) return undefined;
				tree = picked.tree;
			}
			return tree;
		};
		const patches = await patchesOf(view, changes);
		for (let i = 0; i < options.tries; i++) {
			const {picks: first} = await buildChoice(view, window, graph, someOf(changes, options));
			counts.n++;
			if (first === undefined) continue;
			counts.applied++;
			const done = await repair<readonly Change[]>(first, {
				compile: async (plan, round) => {
					const tree = await apply(plan);
					const lines = tree === undefined ? ['it does not apply'] : await complaints(tree, plan);
					if (lines.length > 0) options.say?.(`  ${round}: ${lines.length} × ${lines[0]?.slice(0, 220)}`);
					return lines.length === 0 ? undefined : lines.flatMap((text) => text.split('\n'));
				},
				left: async (plan) => {
					const inside = new Set(plan);
					return changes.flatMap((change) =>
						inside.has(change) ? [] : [{oid: change.oid, patches: patches.get(change.oid) ?? []}],
					);
				},
				grow: async (plan, additions) => {
					for (const {change, symbol, path} of additions)
						options.say?.(`     + ${change.slice(0, 9)} for ${symbol} in ${path}`);
					const wider = new Set([...plan.map(({oid}) => oid), ...additions.map(({change}) => change)]);
					const {picks} = await buildChoice(view, window, graph, wider);
					return picks !== undefined && picks.length > plan.length ? picks : undefined;
				},
			});
			counts.size += first.length;
			counts.sizeAfterRepair += done.plan.length;
			if (done.compiles && done.tries === 1) counts.compiled++;
			if (done.compiles) counts.compiledAfterRepair++;
			else options.say?.(`  NOT REPAIRED: ${done.output.map((text) => text.slice(-300)).join('\n    ')}`);
		}
	} finally {
		await walk.close();
	}
}

async function patchesOf(view: View, changes: readonly Change[]): Promise<Map<Oid, Patch[]>> {
	const found = new Map<Oid, Patch[]>();
	const oids = changes.map(({oid}) => oid);
	for await (const patch of readPatches(view, oids, (path) => /\.(?:[cm]?[jt]sx?|json)$/.test(path)))
		found.set(patch.change, [...(found.get(patch.change) ?? []), patch]);
	return found;
}

/** More are not compiled at once: each selection is checked whole. */
const MOST_FILES = 1500;
const FEWEST_FILES = 30;

/** The packages (folders with a package.json) of TypeScript that the changes work in most, as many as can be compiled in time. */
async function rootsOf(view: View, tree: Oid, changes: readonly Change[]): Promise<string[]> {
	const {stdout} = await view.run(['ls-tree', '-r', '-z', '--name-only', tree], {maxBytes: 1e9});
	const paths = stdout.toString('utf8').split('\0');
	const folders = paths
		.filter(
			(path) =>
				/(?:^|\/)package\.json$/.test(path) &&
				!/(?:^|\/)(?:node_modules|fixtures?|templates?|files|tests?)\//.test(path),
		)
		.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
		.sort((a, b) => b.length - a.length);
	const home = (path: string) => folders.find((folder) => folder === '' || path.startsWith(`${folder}/`));
	const isSource = (path: string) => /\.[cm]?tsx?$/.test(path) && !path.endsWith('.d.ts') && !isTest(path);
	const count = (all: readonly string[]) => {
		const counts = new Map<string, number>();
		for (const path of all) {
			const folder = isSource(path) ? home(path) : undefined;
			if (folder !== undefined) counts.set(folder, (counts.get(folder) ?? 0) + 1);
		}
		return counts;
	};
	const files = count(paths);
	const worked = [...count(changes.flatMap((change) => change.files.map(({path}) => path)))].sort(
		(a, b) => b[1] - a[1],
	);
	const roots: string[] = [];
	let sum = 0;
	for (const [folder] of worked) {
		const many = files.get(folder) ?? 0;
		if (many < FEWEST_FILES || sum + many > MOST_FILES) continue;
		sum += many;
		roots.push(folder);
	}
	return roots;
}

const isTest = (path: string) =>
	/(?:\.test\.|\.spec\.|\.test-d\.|__tests__|__mocks__|test-utils|\/e2e\/|\/test\/|\.stories\.)/.test(path);

interface Compiler {
	/** By a key that no line number is in: one line as the compiler prints it. */
	errors(tree: Oid): Promise<Map<string, string>>;
}

/** Complaints that only say that packages from outside are not here. */
const OUTSIDE = new Set([2307, 7006, 7016, 7026, 7031, 7034, 7005, 7053, 18046, 2875, 2503, 2580, 2591, 2686]);

async function openCompiler(view: View, walk: Walk, roots: readonly string[]): Promise<Compiler> {
	// `as`: the package has no types for a name that is only known while running.
	const ts = load('typescript') as typeof TypeScript;
	const lib = posix.dirname(load.resolve('typescript'));
	const blobs = new Map<string, string>();
	const sources = new Map<string, TypeScript.SourceFile>();
	let old: TypeScript.Program | undefined;
	const options: TypeScript.CompilerOptions = {
		target: ts.ScriptTarget.ES2022,
		module: ts.ModuleKind.ESNext,
		moduleResolution: ts.ModuleResolutionKind.Bundler,
		jsx: ts.JsxEmit.ReactJSX,
		strict: true,
		noEmit: true,
		skipLibCheck: true,
		esModuleInterop: true,
		experimentalDecorators: true,
		types: [],
		lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
	};

	async function list(tree: Oid): Promise<{files: Map<string, string>; packages: Map<string, string>}> {
		const {stdout} = await view.run(['ls-tree', '-r', '-z', tree], {env: walk.env, maxBytes: 1e9});
		const files = new Map<string, string>();
		const manifests: {folder: string; oid: string}[] = [];
		const sourcesFound: {path: string; oid: string}[] = [];
		for (const line of stdout.toString('utf8').split('\0')) {
			const [, oid, path] = /^100\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
			if (oid === undefined || path === undefined) continue;
			if (/^(?:[^/]+\/){0,3}package\.json$/.test(path)) manifests.push({folder: posix.dirname(path), oid});
			if (/\.[cm]?tsx?$/.test(path) && !isTest(path)) sourcesFound.push({path, oid});
		}
		const others = manifests.flatMap(({folder}) => (folder === '.' ? [] : [`${folder}/`]));
		for (const {path, oid} of sourcesFound) {
			// The package at the top has what no other has.
			const inside = roots.some((root) =>
				root === '' ? !others.some((other) => path.startsWith(other)) : path.startsWith(`${root}/`),
			);
			if (inside || isEntry(path)) files.set(`/w/${path}`, oid);
		}
		await read([...files.values(), ...manifests.map(({oid}) => oid)]);
		const packages = new Map<string, string>();
		for (const {folder, oid} of manifests) {
			const name = /"name"\s*:\s*"([^"]+)"/.exec(blobs.get(oid) ?? '')?.[1];
			if (name !== undefined) packages.set(name, `/w/${folder}`);
		}
		return {files, packages};
	}

	/** An `index.ts` beside the folder of the sources is the door of many packages. */
	function isEntry(path: string): boolean {
		return roots.some((root) => root !== '' && path === `${posix.dirname(root)}/index.ts`);
	}

	async function read(oids: readonly string[]): Promise<void> {
		const need = [...new Set(oids)].filter((oid) => !blobs.has(oid));
		if (need.length === 0) return;
		const {stdout} = await view.run(['cat-file', '--batch'], {
			input: `${need.join('\n')}\n`,
			env: walk.env,
			maxBytes: 2e9,
		});
		let at = 0;
		for (const oid of need) {
			const end = stdout.indexOf(10, at);
			const size = Number(stdout.toString('latin1', at, end).split(' ')[2] ?? 0);
			blobs.set(oid, stdout.toString('utf8', end + 1, end + 1 + size));
			at = end + 2 + size;
		}
	}

	return {
		async errors(tree) {
			const {files, packages} = await list(tree);
			const text = (path: string) => blobs.get(files.get(path) ?? '');
			const source = (path: string): TypeScript.SourceFile | undefined => {
				const oid = files.get(path);
				const key = oid === undefined ? path : `${path} ${oid}`;
				const known = sources.get(key);
				if (known) return known;
				const content = oid === undefined ? path.startsWith(lib) && ts.sys.readFile(path) : blobs.get(oid);
				if (typeof content !== 'string') return undefined;
				const made = ts.createSourceFile(path, content, {languageVersion: ts.ScriptTarget.ES2022}, true);
				sources.set(key, made);
				return made;
			};
			const find = (base: string) => {
				const stem = base.replace(/\.([cm]?)jsx?$/, '');
				const kind = /\.([cm])js$/.exec(base)?.[1] ?? '';
				const tries = [
					base,
					`${stem}.${kind}ts`,
					`${stem}.ts`,
					`${stem}.tsx`,
					`${stem}.d.ts`,
					`${base}.ts`,
					`${base}.tsx`,
					`${base}.d.ts`,
				];
				return [...tries, `${base}/index.ts`, `${base}/index.tsx`].find((path) => files.has(path));
			};
			const resolve = (name: string, from: string): string | undefined => {
				if (name.startsWith('.')) return find(posix.join(posix.dirname(from), name));
				for (const [own, folder] of packages) {
					if (name === own) return find(`${folder}/index`) ?? find(`${folder}/src/index`);
					if (name.startsWith(`${own}/`)) {
						const rest = name.slice(own.length + 1).replace(/^dist\//, '');
						return find(`${folder}/${rest}`) ?? find(`${folder}/src/${rest}`);
					}
				}
				// Aliases such as `component/x` or `@/x` stand below a root of the sources.
				const alias = name.replace(/^[@~]\//, '');
				for (const root of roots) {
					const found = alias.includes('/')
						? (find(posix.join('/w', root, alias)) ?? find(posix.join('/w', root, 'src', alias)))
						: undefined;
					if (found) return found;
				}
				return undefined;
			};
			const host: TypeScript.CompilerHost = {
				getSourceFile: source,
				getDefaultLibFileName: () => `${lib}/lib.es2023.d.ts`,
				getDefaultLibLocation: () => lib,
				writeFile: () => undefined,
				getCurrentDirectory: () => '/w',
				getCanonicalFileName: (path) => path,
				useCaseSensitiveFileNames: () => true,
				getNewLine: () => '\n',
				fileExists: (path) => files.has(path) || (path.startsWith(lib) && ts.sys.fileExists(path)),
				readFile: (path) => text(path) ?? (path.startsWith(lib) ? ts.sys.readFile(path) : undefined),
				resolveModuleNameLiterals: (literals, from) =>
					literals.map(({text: name}) => {
						const path = resolve(name, from);
						const extension = path?.endsWith('.d.ts') ? '.d.ts' : path?.endsWith('x') ? '.tsx' : '.ts';
						return {resolvedModule: path === undefined ? undefined : {resolvedFileName: path, extension}};
					}),
			};
			const program = ts.createProgram([...files.keys()], options, host, old);
			old = program;
			const found = new Map<string, string>();
			// All files each time: checked in parts, a program without its packages gives answers that depend on the order.
			for (const one of [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()]) {
				const [message = '', ...why] = ts.flattenDiagnosticMessageText(one.messageText, '\n').split('\n');
				if (!one.file?.fileName.startsWith('/w/')) continue;
				// React's own attributes come with its types, which are outside of the repository.
				if (why.some((text) => /Property '(?:key|ref|children)' does not exist/.test(text))) continue;
				if (OUTSIDE.has(one.code) && !/'\.{1,2}\//.test(message)) continue;
				const path = one.file.fileName.slice(3);
				const {line, character} = one.file.getLineAndCharacterOfPosition(one.start ?? 0);
				const key = `${path}|${one.code}|${message.slice(0, 200)}`;
				if (!found.has(key))
					found.set(key, `${path}(${line + 1},${character + 1}): error TS${one.code}: ${[message, ...why].join('\n')}`);
			}
			return found;
		},
	};
}
