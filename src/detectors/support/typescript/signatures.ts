// Room: detectors. Signatures, members and types as they are written in a module, from its syntax tree.

import type {
	Function as FunctionNode,
	ParamPattern,
	PropertyKey,
	TSSignature,
	TSType,
	TSTypeParameterDeclaration,
} from 'oxc-parser';
import type {Generic, Member, Parameter, Signature, Type} from './model.ts';
import {normalised} from './types.ts';

/** Types inside types deeper than this are compared as text. */
const DEEPEST = 12;

/** Types that can be more or less exactly as what they hold can. */
const HOLDERS: ReadonlySet<string> = new Set(
	'Promise PromiseLike Array ReadonlyArray Iterable AsyncIterable Iterator AsyncIterator Readonly Partial ReadonlySet Observable'.split(
		' ',
	),
);

export class Signatures {
	protected readonly text: string;
	protected readonly deprecatedAt: ReadonlySet<number>;
	protected readonly lineStarts: readonly number[];

	/** `deprecatedAt`: starts of what carries @deprecated. */
	constructor(text: string, deprecatedAt: ReadonlySet<number>) {
		this.text = text;
		this.deprecatedAt = deprecatedAt;
		const starts = [0];
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
		this.lineStarts = starts;
	}

	line(at: number): number {
		let [low, high] = [0, this.lineStarts.length];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if ((this.lineStarts[middle] ?? 0) <= at) low = middle;
			else high = middle;
		}
		return low + 1;
	}

	protected slice({start, end}: {readonly start: number; readonly end: number}): string {
		return normalised(this.text.slice(start, end));
	}

	protected signature(
		node: {
			params: readonly ParamPattern[];
			start: number;
			async?: boolean;
			returnType?: FunctionNode['returnType'];
			typeParameters?: FunctionNode['typeParameters'];
		},
		depth: number,
	): Signature {
		return {
			parameters: node.params.map((one) => this.parameter(one, depth)).filter(({name}) => name !== 'this'),
			returns: node.returnType ? this.type(node.returnType.typeAnnotation, depth + 1) : undefined,
			generics: this.generics(node.typeParameters),
			async: node.async ?? false,
			line: this.line(node.start),
		};
	}

	protected parameter(node: ParamPattern, depth: number): Parameter {
		if (node.type === 'TSParameterProperty') return this.parameter(node.parameter, depth);
		const rest = node.type === 'RestElement';
		const inner = node.type === 'AssignmentPattern' ? node.left : node;
		const annotation = inner.typeAnnotation ?? node.typeAnnotation;
		return {
			name:
				inner.type === 'Identifier'
					? inner.name
					: rest && node.argument.type === 'Identifier'
						? node.argument.name
						: '{}',
			type: annotation ? this.type(annotation.typeAnnotation, depth + 1) : undefined,
			optional: node.type === 'AssignmentPattern' || ('optional' in inner && inner.optional === true),
			rest,
		};
	}

	protected generics(node: TSTypeParameterDeclaration | null | undefined): Generic[] {
		return (node?.params ?? []).map((one) => ({
			name: one.name.name,
			constraint: one.constraint ? this.slice(one.constraint) : undefined,
			hasDefault: one.default !== null,
		}));
	}

	type(node: TSType, depth = 0): Type {
		const text = this.slice(node);
		const written = this.text.slice(node.start, Math.min(node.end, node.start + 300)).replaceAll(/\s+/g, ' ');
		if (depth > DEEPEST) return {text, written, members: [text]};
		if (node.type === 'TSParenthesizedType') return this.type(node.typeAnnotation, depth);
		if (node.type === 'TSUnionType') {
			const members = node.types.flatMap((one) => this.type(one, depth + 1).members);
			const sorted = [...new Set(members)].sort();
			return {text: sorted.join('|'), written, members: sorted};
		}
		if (node.type === 'TSBooleanKeyword') return {text, written, members: ['false', 'true']};
		if (node.type === 'TSTypeLiteral') {
			const object = this.members(node.members, depth + 1);
			return {text, written, members: [text], object};
		}
		if (node.type === 'TSFunctionType') return {text, written, members: [text], call: this.signature(node, depth + 1)};
		const inner = this.inner(node, depth);
		return {text, written, members: [text], ...(inner ? {inner} : {})};
	}

	private inner(node: TSType, depth: number): Type['inner'] {
		if (node.type === 'TSArrayType') return {of: 'Array', type: this.type(node.elementType, depth + 1)};
		if (node.type === 'TSTypeOperator' && node.operator === 'readonly' && node.typeAnnotation.type === 'TSArrayType')
			return {of: 'ReadonlyArray', type: this.type(node.typeAnnotation.elementType, depth + 1)};
		if (node.type !== 'TSTypeReference' || node.typeName.type !== 'Identifier') return undefined;
		const [first, second, ...more] = node.typeArguments?.params ?? [];
		const {name} = node.typeName;
		if (first === undefined || more.length > 0) return undefined;
		if (second === undefined && HOLDERS.has(name)) return {of: name, type: this.type(first, depth + 1)};
		return second !== undefined && name === 'Record'
			? {of: `Record ${this.slice(first)}`, type: this.type(second, depth + 1)}
			: undefined;
	}

	protected key(key: PropertyKey, computed: boolean): string {
		if (key.type === 'Identifier' && !computed) return key.name;
		if (key.type === 'Literal' && typeof key.value === 'string') return key.value;
		return computed ? `[${this.slice(key)}]` : this.slice(key);
	}

	protected members(nodes: readonly TSSignature[], depth: number): Map<string, Member> {
		const found = new Map<string, Member>();
		for (const node of nodes) {
			const base = {
				static: false,
				abstract: false,
				protected: false,
				deprecated: this.deprecatedAt.has(node.start),
				line: this.line(node.start),
			};
			const plain = {...base, optional: false, readonly: false, type: undefined, signatures: []};
			switch (node.type) {
				case 'TSPropertySignature': {
					const type = node.typeAnnotation ? this.type(node.typeAnnotation.typeAnnotation, depth + 1) : undefined;
					// A property of a function type and a method are called alike.
					add(found, {
						...plain,
						name: this.key(node.key, node.computed),
						kind: 'property',
						optional: node.optional,
						readonly: node.readonly,
						type,
						signatures: type?.call ? [type.call] : [],
					});
					break;
				}
				case 'TSMethodSignature': {
					const name = this.key(node.key, node.computed);
					if (node.kind === 'method')
						add(found, {
							...plain,
							name,
							kind: 'method',
							optional: node.optional,
							signatures: [this.signature(node, depth)],
						});
					else
						add(found, {
							...plain,
							name,
							kind: 'property',
							readonly: node.kind === 'get',
							type: this.accessor(node.kind, node, depth),
						});
					break;
				}
				case 'TSIndexSignature':
					add(found, {
						...plain,
						name: `[${this.slice(node.parameters[0]?.typeAnnotation ?? node)}]`,
						kind: 'index',
						readonly: node.readonly,
						type: this.type(node.typeAnnotation.typeAnnotation, depth + 1),
					});
					break;
				case 'TSCallSignatureDeclaration':
				case 'TSConstructSignatureDeclaration':
					add(found, {
						...plain,
						name: node.type === 'TSCallSignatureDeclaration' ? '()' : 'new()',
						kind: 'method',
						signatures: [this.signature(node, depth)],
					});
			}
		}
		return found;
	}

	protected accessor(
		kind: 'get' | 'set',
		node: {params: readonly ParamPattern[]; returnType?: FunctionNode['returnType']},
		depth: number,
	): Type | undefined {
		const [first] = node.params;
		if (kind === 'set') return first ? this.parameter(first, depth).type : undefined;
		return node.returnType ? this.type(node.returnType.typeAnnotation, depth + 1) : undefined;
	}
}

/** Overloads gather under their name; a getter and its setter are one property that can be written. */
export function add(members: Map<string, Member>, member: Member, implementation = false): void {
	const key = member.static ? `static ${member.name}` : member.name;
	const known = members.get(key);
	if (known === undefined) members.set(key, member);
	else if (known.kind === 'method' && member.kind === 'method') {
		if (!implementation) members.set(key, {...known, signatures: [...known.signatures, ...member.signatures]});
	} else if (known.kind === 'property' && member.kind === 'property')
		members.set(key, {...known, readonly: known.readonly && member.readonly, type: known.type ?? member.type});
}
