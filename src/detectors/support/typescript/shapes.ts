// Room: detectors. From the syntax tree of a module to the shapes of what it declares. It takes what is written; what the
// compiler would infer is left undefined.

import type {BindingPattern, Class, Declaration, Expression, Function as FunctionNode, ParamPattern} from 'oxc-parser';
import type {ClassShape, EnumShape, Member, Shape, Signature} from './model.ts';
import {add, Signatures} from './signatures.ts';

export class Shaper extends Signatures {
	/** The names a declaration declares, with their shapes. */
	declared(node: Declaration): [name: string, shape: Shape][] {
		const line = this.line('id' in node && node.id ? node.id.start : node.start);
		switch (node.type) {
			case 'FunctionDeclaration':
			case 'TSDeclareFunction':
				return node.id ? [[node.id.name, this.fn(node)]] : [];
			case 'ClassDeclaration':
				return node.id ? [[node.id.name, this.class(node)]] : [];
			case 'TSInterfaceDeclaration':
				return [
					[
						node.id.name,
						{
							kind: 'interface',
							line,
							generics: this.generics(node.typeParameters),
							extends: (node.extends ?? []).map((one) => this.slice(one)).sort(),
							members: this.members(node.body.body, 0),
						},
					],
				];
			case 'TSTypeAliasDeclaration':
				return [
					[
						node.id.name,
						{kind: 'type', line, generics: this.generics(node.typeParameters), type: this.type(node.typeAnnotation)},
					],
				];
			case 'TSEnumDeclaration':
				return [[node.id.name, this.enum(node, line)]];
			case 'TSModuleDeclaration':
				return node.id.type === 'Identifier' && node.kind !== 'global'
					? [[node.id.name, {kind: 'namespace', line, generics: []}]]
					: [];
			case 'VariableDeclaration':
				return node.declarations.flatMap(({id, init}) => this.variable(id, init, node.kind === 'const'));
			default:
				return [];
		}
	}

	/** A default export that is an expression. */
	expression(node: Expression): Shape {
		if (node.type === 'ClassExpression') return this.class(node);
		if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') return this.fn(node);
		return {kind: 'value', line: this.line(node.start), generics: [], type: undefined, value: this.literal(node)};
	}

	private variable(id: BindingPattern, init: Expression | null, constant: boolean): [string, Shape][] {
		if (id.type === 'ObjectPattern')
			return id.properties.flatMap((one) =>
				one.type === 'RestElement' ? [] : this.variable(one.value, null, constant),
			);
		if (id.type !== 'Identifier') return [];
		const line = this.line(id.start);
		const type = id.typeAnnotation ? this.type(id.typeAnnotation.typeAnnotation) : undefined;
		if (type === undefined && (init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'))
			return [[id.name, {...this.fn(init), line}]];
		if (type === undefined && init?.type === 'ClassExpression') return [[id.name, {...this.class(init), line}]];
		return [
			[id.name, {kind: 'value', line, generics: [], type, value: constant && init ? this.literal(init) : undefined}],
		];
	}

	private literal(node: Expression): string | undefined {
		const inner =
			node.type === 'TSAsExpression' && this.slice(node.typeAnnotation) === 'const' ? node.expression : node;
		return inner.type === 'Literal' && this.text.slice(inner.start, inner.end).length < 200
			? this.slice(inner)
			: undefined;
	}

	fn(
		node: Pick<FunctionNode, 'params' | 'async' | 'start'> & {
			returnType?: FunctionNode['returnType'];
			typeParameters?: FunctionNode['typeParameters'];
		},
	): Extract<Shape, {kind: 'function'}> {
		return {
			kind: 'function',
			body: !('body' in node && node.body === null),
			line: this.line(node.start),
			generics: [],
			signatures: [this.signature(node, 0)],
		};
	}

	private class(node: Class): ClassShape {
		const members = new Map<string, Member>();
		const constructors: Signature[] = [];
		let bodies = 0;
		let hidden = false;
		for (const one of node.body.body) {
			if (one.type === 'StaticBlock' || one.type === 'TSIndexSignature' || one.key.type === 'PrivateIdentifier')
				continue;
			const line = this.line(one.key.start);
			const deprecated = this.deprecatedAt.has(one.start);
			if ('kind' in one && one.kind === 'constructor') {
				hidden ||= one.accessibility === 'private' || one.accessibility === 'protected';
				if (one.value.body) bodies += 1;
				// With overloads the one with the body is not for callers.
				if (one.value.body === null || constructors.length === 0)
					constructors.push(this.signature({...one.value, start: one.start}, 0));
				for (const parameter of one.value.params)
					if (parameter.type === 'TSParameterProperty' && parameter.accessibility !== 'private')
						add(members, {...this.propertyOf(parameter), deprecated: false});
				continue;
			}
			if (one.accessibility === 'private') continue;
			const name = this.key(one.key, one.computed);
			const abstract = one.type.startsWith('TSAbstract');
			const base = {
				name,
				static: one.static,
				abstract,
				protected: one.accessibility === 'protected',
				deprecated,
				line,
				optional: one.optional ?? false,
			};
			if ('kind' in one) {
				if (one.kind === 'get' || one.kind === 'set')
					add(members, {
						...base,
						kind: 'property',
						readonly: one.kind === 'get',
						type: this.accessor(one.kind, one.value, 0),
						signatures: [],
					});
				else
					add(
						members,
						{
							...base,
							kind: 'method',
							readonly: false,
							type: undefined,
							signatures: [this.signature({...one.value, start: one.key.start}, 0)],
						},
						one.value.body !== null,
					);
			} else {
				const type = one.typeAnnotation ? this.type(one.typeAnnotation.typeAnnotation, 1) : undefined;
				const value = one.value;
				const fn =
					type === undefined && (value?.type === 'ArrowFunctionExpression' || value?.type === 'FunctionExpression')
						? value
						: undefined;
				add(members, {
					...base,
					kind: 'property',
					readonly: 'readonly' in one && one.readonly === true,
					type,
					signatures: fn ? [this.signature(fn, 0)] : type?.call ? [type.call] : [],
				});
			}
		}
		return {
			kind: 'class',
			line: this.line(node.id?.start ?? node.start),
			generics: this.generics(node.typeParameters),
			abstract: node.abstract ?? false,
			base: node.superClass ? this.slice(node.superClass) : undefined,
			implements: (node.implements ?? []).map((one) => this.slice(one)).sort(),
			members,
			constructors,
			constructorHidden: hidden && bodies <= 1,
		};
	}

	private propertyOf(node: Extract<ParamPattern, {type: 'TSParameterProperty'}>): Omit<Member, 'deprecated'> {
		const {name, type, optional} = this.parameter(node.parameter, 0);
		return {
			name,
			kind: 'property',
			optional: optional && node.parameter.type !== 'AssignmentPattern',
			readonly: node.readonly,
			static: false,
			abstract: false,
			protected: node.accessibility === 'protected',
			type,
			signatures: [],
			line: this.line(node.start),
		};
	}

	private enum(node: Extract<Declaration, {type: 'TSEnumDeclaration'}>, line: number): EnumShape {
		const members = new Map<string, {value: string; line: number}>();
		let next: number | undefined = 0;
		for (const one of node.body.members) {
			const name =
				one.id.type === 'Identifier'
					? one.id.name
					: one.id.type === 'Literal'
						? String(one.id.value)
						: this.slice(one.id);
			let value: string;
			if (one.initializer) {
				value = this.slice(one.initializer);
				next = /^-?\d+$/.test(value) ? Number(value) + 1 : undefined;
			} else {
				value = next === undefined ? '' : String(next);
				next = next === undefined ? undefined : next + 1;
			}
			members.set(name, {value, line: this.line(one.start)});
		}
		return {kind: 'enum', line, generics: [], constant: node.const, members};
	}
}
