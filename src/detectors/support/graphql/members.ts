// Room: detectors. What a GraphQL type holds, compared: fields and their arguments, input fields, values.

import type {
	ConstDirectiveNode,
	ConstValueNode,
	EnumValueDefinitionNode,
	FieldDefinitionNode,
	InputValueDefinitionNode,
} from 'graphql';
import type {Sign} from '../rules.ts';
import {directiveUses} from './directives.ts';
import {type At, type Place, placed, type TypeEntry, text} from './read.ts';
import {inputLooser, outputStricter, printType} from './types.ts';

/** Tells a sign; `place` is in the files after the change. */
export type Tell = (
	rule: string,
	place: Place,
	object: string,
	what: string,
	sides?: {before?: string | undefined; after?: string | undefined; atMost?: Sign['atMost']},
) => void;

/** What `print` of the parser's package does; handed in, so that the package stays unloaded until needed. */
export type Print = (value: ConstValueNode) => string;

export class Members {
	protected readonly tell: Tell;
	protected readonly print: Print;

	constructor(tell: Tell, print: Print) {
		this.tell = tell;
		this.print = print;
	}

	protected fields(was: TypeEntry, is: TypeEntry): void {
		for (const [name, old] of was.fields) {
			const now = is.fields.get(name);
			if (now === undefined) this.fieldGone(was, old.node, is.place);
			else this.field(`${is.name}.${name}`, old.node, now);
		}
		for (const [name, now] of is.fields)
			if (!was.fields.has(name))
				this.tell('field-added', now.place, `${is.name}.${name}`, `adds field ${is.name}.${name}`, {
					after: printType(now.node.type),
				});
	}

	protected fieldGone(was: TypeEntry, node: FieldDefinitionNode, place: Place): void {
		const object = `${was.name}.${node.name.value}`;
		const rule = reason(node) === undefined ? 'field-removed' : 'deprecated-field-removed';
		this.tell(rule, place, object, `removes ${rule === 'field-removed' ? '' : 'deprecated '}field ${object}`, {
			before: printType(node.type),
		});
	}

	protected field(object: string, old: FieldDefinitionNode, {node, place}: At<FieldDefinitionNode>): void {
		this.description('field', object, place, text(old.description), text(node.description));
		const [was, is] = [reason(old), reason(node)];
		const words = {before: was, after: is};
		if (was === undefined && is !== undefined)
			this.tell('field-deprecated', place, object, `deprecates field ${object}`, words);
		else if (was !== undefined && is === undefined)
			this.tell('field-undeprecated', place, object, `no longer deprecates field ${object}`, words);
		else if (was !== is)
			this.tell(
				`field-deprecation-reason-${was === '' ? 'added' : is === '' ? 'removed' : 'changed'}`,
				place,
				object,
				`deprecates ${object} for another reason`,
				words,
			);
		const [before, after] = [printType(old.type), printType(node.type)];
		if (before !== after)
			this.tell(
				outputStricter(old.type, node.type) ? 'field-type-stricter' : 'field-type-changed',
				place,
				object,
				`changes ${object} from ${before} to ${after}`,
				{before, after},
			);
		const at = () => place;
		this.arguments(
			placed(old.arguments, at),
			placed(node.arguments, (arg) => ({...place, line: place.line + lineBetween(node, arg)})),
			object,
			place,
		);
		directiveUses(this.tell, this.print, 'field', object, place, old.directives ?? [], node.directives ?? []);
	}

	/** Arguments of a field, or of a directive when the object starts with @. */
	protected arguments(
		old: ReadonlyMap<string, At<InputValueDefinitionNode>>,
		now: ReadonlyMap<string, At<InputValueDefinitionNode>>,
		of: string,
		place: Place,
		atMost?: Sign['atMost'],
	): void {
		const directive = of.startsWith('@');
		const word = directive ? 'directive-argument' : 'argument';
		const named = (name: string) => (directive ? `${of}(${name})` : `${of}(${name})`);
		for (const [name, was] of old) {
			const is = now.get(name);
			if (is === undefined) {
				this.tell(`${word}-removed`, place, named(name), `removes argument ${name} of ${of}`, {
					before: printType(was.node.type),
					atMost,
				});
				continue;
			}
			const object = named(name);
			if (text(was.node.description) !== text(is.node.description))
				this.tell(`${word}-description-changed`, is.place, object, `describes argument ${name} of ${of} anew`, {
					before: text(was.node.description),
					after: text(is.node.description),
				});
			this.default(`${word}-default-changed`, object, was.node, is, atMost);
			const [before, after] = [printType(was.node.type), printType(is.node.type)];
			const rule = inputLooser(was.node.type, is.node.type) ? `${word}-type-looser` : `${word}-type-changed`;
			if (before !== after)
				this.tell(rule, is.place, object, `changes argument ${name} of ${of} from ${before} to ${after}`, {
					before,
					after,
					atMost,
				});
			if (!directive)
				directiveUses(
					this.tell,
					this.print,
					'argument',
					object,
					is.place,
					was.node.directives ?? [],
					is.node.directives ?? [],
				);
		}
		for (const [name, {node, place: at}] of now)
			if (!old.has(name))
				this.tell(
					`${required(node) ? 'required' : 'optional'}-${word}-added`,
					at,
					named(name),
					`adds ${required(node) ? 'required ' : ''}argument ${name} to ${of}`,
					{
						after: printType(node.type),
						atMost,
					},
				);
	}

	protected inputs(was: TypeEntry, is: TypeEntry): void {
		for (const [name, old] of was.inputs) {
			const object = `${is.name}.${name}`;
			const now = is.inputs.get(name);
			if (now === undefined) {
				this.tell('input-field-removed', is.place, object, `removes input field ${object}`, {
					before: printType(old.node.type),
				});
				continue;
			}
			this.description('input-field', object, now.place, text(old.node.description), text(now.node.description));
			this.default('input-field-default-changed', object, old.node, now);
			const [before, after] = [printType(old.node.type), printType(now.node.type)];
			const rule = inputLooser(old.node.type, now.node.type) ? 'input-field-type-looser' : 'input-field-type-changed';
			if (before !== after)
				this.tell(rule, now.place, object, `changes input field ${object} from ${before} to ${after}`, {before, after});
			directiveUses(
				this.tell,
				this.print,
				'input-field',
				object,
				now.place,
				old.node.directives ?? [],
				now.node.directives ?? [],
			);
		}
		for (const [name, {node, place}] of is.inputs)
			if (!was.inputs.has(name))
				this.tell(
					`${required(node) ? 'required' : 'optional'}-input-field-added`,
					place,
					`${is.name}.${name}`,
					`adds ${required(node) ? 'required ' : ''}input field ${is.name}.${name}`,
					{
						after: printType(node.type),
					},
				);
	}

	protected values(was: TypeEntry, is: TypeEntry): void {
		for (const [name, old] of was.values) {
			const object = `${is.name}.${name}`;
			const now = is.values.get(name);
			if (now === undefined) {
				this.tell('enum-value-removed', is.place, object, `removes value ${object}`, {before: name});
				continue;
			}
			const sides = {before: text(old.node.description), after: text(now.node.description)};
			if (sides.before !== sides.after)
				this.tell('enum-value-description-changed', now.place, object, `describes ${object} anew`, sides);
			const [before, after] = [reason(old.node), reason(now.node)];
			if (before !== after)
				this.tell(
					before === undefined
						? 'enum-value-deprecated'
						: after === undefined
							? 'enum-value-undeprecated'
							: 'enum-value-deprecation-reason-changed',
					now.place,
					object,
					`changes the deprecation of ${object}`,
					{before, after},
				);
			directiveUses(
				this.tell,
				this.print,
				'enum-value',
				object,
				now.place,
				old.node.directives ?? [],
				now.node.directives ?? [],
			);
		}
		for (const [name, {place}] of is.values)
			if (!was.values.has(name))
				this.tell('enum-value-added', place, `${is.name}.${name}`, `adds value ${is.name}.${name}`, {
					after: name,
					atMost: this.sentOnly(is.name) ? 'note' : undefined,
				});
	}

	/** Clients send values of it and, as far as the files show, never get one. */
	protected sentOnly(_type: string): boolean {
		return false;
	}

	protected default(
		rule: string,
		object: string,
		old: InputValueDefinitionNode,
		{node, place}: At<InputValueDefinitionNode>,
		atMost?: Sign['atMost'],
	): void {
		const [before, after] = [old.defaultValue, node.defaultValue].map((value) => value && this.print(value));
		if (before !== after)
			this.tell(
				rule,
				place,
				object,
				`changes the default of ${object} from ${before ?? 'none'} to ${after ?? 'none'}`,
				{before, after, atMost},
			);
	}

	protected description(
		of: string,
		object: string,
		place: Place,
		before: string | undefined,
		after: string | undefined,
	): void {
		if (before === after) return;
		const how = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
		this.tell(
			`${of}-description-${how}`,
			place,
			object,
			`describes ${object} ${before === undefined ? '' : after === undefined ? 'no longer' : 'anew'}`.trim(),
			{before, after},
		);
	}
}

const required = (node: InputValueDefinitionNode) =>
	node.type.kind === 'NonNullType' && node.defaultValue === undefined;

/** Why it is deprecated, '' without a reason given, undefined when it is not. */
function reason(node: FieldDefinitionNode | EnumValueDefinitionNode): string | undefined {
	const directive = node.directives?.find((one: ConstDirectiveNode) => one.name.value === 'deprecated');
	const value = directive?.arguments?.find((one) => one.name.value === 'reason')?.value;
	return directive && (value?.kind === 'StringValue' ? value.value : '');
}

const lineBetween = (
	a: {readonly name: {readonly loc?: {readonly startToken: {readonly line: number}} | undefined}},
	b: typeof a,
) => (b.name.loc?.startToken.line ?? 0) - (a.name.loc?.startToken.line ?? 0);
