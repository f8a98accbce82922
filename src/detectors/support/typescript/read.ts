// Room: detectors. One module read: what it exports, what it passes on, and the shapes of what it declares.

import {parseable} from '../parseable.ts';
import type {Module, Shape} from './model.ts';
import {Shaper} from './shapes.ts';

type Comment = {readonly type: string; readonly value: string; readonly end: number};

/** Undefined when the text is no module, has errors, or cannot be given to the parser. */
export async function readModule(path: string, text: string): Promise<Module | undefined> {
	if (!parseable(text)) return undefined;
	const {parseSync} = await import('oxc-parser');
	const lang = /\.d\.[cm]?ts$/.test(path) ? 'dts' : path.endsWith('x') ? 'tsx' : 'ts';
	const result = parseSync(path, text, {lang, sourceType: 'module'});
	if (result.errors.length > 0) return undefined;
	const tags = documented(text, result.comments);
	const shaper = new Shaper(text, tags.deprecated);
	const shapes = new Map<string, Shape[]>();
	const exports = new Map<string, Module['exports'] extends ReadonlyMap<string, infer E> ? E : never>();
	const stars: string[] = [];
	const unpromised = new Set<string>();
	const deprecated = new Set<string>();
	const note = (name: string, shape: Shape, ...starts: number[]) => {
		const known = shapes.get(name);
		if (known === undefined) shapes.set(name, [shape]);
		else merge(known, shape);
		if (starts.some((start) => tags.unpromised.has(start))) unpromised.add(name);
		if (starts.some((start) => tags.deprecated.has(start))) deprecated.add(name);
	};
	const imports = new Map<string, {from: string; name: string}>();
	for (const one of result.module.staticImports)
		for (const {importName, localName} of one.entries)
			imports.set(localName.value, {
				from: one.moduleRequest.value,
				name:
					importName.kind === 'NamespaceObject'
						? '*'
						: importName.kind === 'Default'
							? 'default'
							: (importName.name ?? ''),
			});
	for (const node of result.program.body) {
		if (node.type === 'ExportNamedDeclaration' && node.declaration) {
			for (const [name, shape] of shaper.declared(node.declaration))
				note(name, shape, node.start, node.declaration.start);
		} else if (node.type === 'ExportDefaultDeclaration') {
			const {declaration} = node;
			if (
				declaration.type === 'TSInterfaceDeclaration' ||
				declaration.type === 'ClassDeclaration' ||
				declaration.type === 'FunctionDeclaration' ||
				declaration.type === 'TSDeclareFunction'
			) {
				const [[name, shape] = []] = shaper.declared(declaration);
				if (name !== undefined && shape !== undefined) note(name, shape, node.start);
				else if (declaration.type === 'ClassDeclaration')
					note('default', shaper.expression({...declaration, type: 'ClassExpression'}), node.start);
				else if (declaration.type === 'FunctionDeclaration') note('default', shaper.fn(declaration), node.start);
			} else if (declaration.type !== 'Identifier') note('default', shaper.expression(declaration), node.start);
		} else if (/Declaration$|^TSDeclareFunction$/.test(node.type) && !/^(Import|Export)/.test(node.type)) {
			for (const [name, shape] of shaper.declared(node as Parameters<Shaper['declared']>[0]))
				note(name, shape, node.start); // its type says it is a declaration
		} else if (node.type === 'TSExportAssignment')
			exports.set('export=', {
				from: undefined,
				local: node.expression.type === 'Identifier' ? node.expression.name : '',
				typeOnly: false,
				line: shaper.line(node.start),
			});
	}
	for (const {entries, start} of result.module.staticExports)
		for (const entry of entries) {
			const line = shaper.line(entry.start || start);
			const exported = entry.exportName.kind === 'Default' ? 'default' : entry.exportName.name;
			const from = entry.moduleRequest?.value;
			const typeOnly = entry.isType;
			if (from !== undefined) {
				if (entry.importName.kind === 'AllButDefault') stars.push(from);
				else if (exported !== null)
					exports.set(exported, {
						from,
						name: entry.importName.kind === 'All' ? '*' : (entry.importName.name ?? 'default'),
						typeOnly,
						line,
					});
				continue;
			}
			if (exported === null) continue;
			const local = entry.localName.name ?? 'default';
			const imported = imports.get(local);
			exports.set(exported, imported ? {...imported, typeOnly, line} : {from: undefined, local, typeOnly, line});
		}
	return {exports, stars, shapes, unpromised, deprecated};
}

/** Overloads and merged interfaces become one; an interface beside a value stays beside it. */
function merge(known: Shape[], shape: Shape): void {
	const at = known.findIndex(({kind}) => kind === shape.kind);
	const same = known[at];
	if (same?.kind === 'function' && shape.kind === 'function') {
		// The one with the body behind its overloads is not for callers.
		if (!shape.body || same.body) known[at] = {...same, signatures: [...same.signatures, ...shape.signatures]};
	} else if (same?.kind === 'interface' && shape.kind === 'interface')
		known[at] = {
			...same,
			members: new Map([...same.members, ...shape.members]),
			extends: [...same.extends, ...shape.extends].sort(),
		};
	else if (same === undefined) known.push(shape);
}

/** Where what a comment speaks of starts, for the tags that matter. */
function documented(text: string, comments: readonly Comment[]): {unpromised: Set<number>; deprecated: Set<number>} {
	const unpromised = new Set<number>();
	const deprecated = new Set<number>();
	for (const {type, value, end} of comments) {
		if (type !== 'Block' || !value.startsWith('*')) continue;
		const [blank = ''] = /^\s*/.exec(text.slice(end, end + 200)) ?? [];
		if (/@(internal|alpha|beta|experimental|private|hidden)\b/.test(value)) unpromised.add(end + blank.length);
		if (/@deprecated\b/.test(value)) deprecated.add(end + blank.length);
	}
	return {unpromised, deprecated};
}
