// Room: detectors. Two collections of types compared: each difference under the rule that names it. Inside a new type nothing
// can break anybody, so nothing is told of it but its birth.

import type {Sign} from '../rules.ts';
import {directiveUses} from './directives.ts';
import {Members, type Print, type Tell} from './members.ts';
import type {Collection, Place, TypeEntry} from './read.ts';
import {printType} from './types.ts';

/** Locations in a query document; the others concern the server alone. */
const IN_QUERIES = /^(QUERY|MUTATION|SUBSCRIPTION|FIELD|FRAGMENT_\w+|INLINE_FRAGMENT|VARIABLE_DEFINITION)$/;

/** Nobody reads more; what is folded away needs no exact number. */
const MOST_SIGNS = 2000;

export function diffSchemas(before: Collection, after: Collection, print: Print): Sign[] {
	const signs: Sign[] = [];
	const tell: Tell = (rule, place, object, what, sides = {}) =>
		signs.push({rule: `graphql-${rule}`, path: place.path, line: place.line, object, what, ...sides});
	const differ = new Differ(tell, print, after);
	differ.schema(before, after);
	differ.directives(before, after);
	for (const [name, was] of before.types) {
		if (signs.length > MOST_SIGNS) break;
		const is = after.types.get(name);
		if (is === undefined) differ.typeGone(was, after);
		else differ.type(was, is);
	}
	for (const [name, is] of after.types)
		if (before.types.has(name)) continue;
		// An extension of a type that lies in a file this change does not touch: only what it adds is new.
		else if (is.defined) tell('type-added', is.place, name, `adds ${is.kind} ${name}`);
		else differ.type({...is, directives: [], ...NOTHING_IN_IT()}, is);
	return signs;
}

const NOTHING_IN_IT = () => ({
	interfaces: new Map(),
	fields: new Map(),
	inputs: new Map(),
	values: new Map(),
	members: new Map(),
});

class Differ extends Members {
	private readonly after: Collection;
	private directions: {readonly sent: ReadonlySet<string>; readonly got: ReadonlySet<string>} | undefined;

	constructor(tell: Tell, print: Print, after: Collection) {
		super(tell, print);
		this.after = after;
	}

	protected override sentOnly(type: string): boolean {
		this.directions ??= directionsOf(this.after);
		return this.directions.sent.has(type) && !this.directions.got.has(type);
	}

	schema(before: Collection, after: Collection): void {
		const place = after.schema?.place ?? before.schema?.place;
		if (place === undefined) return;
		for (const [root, usual] of [
			['query', 'Query'],
			['mutation', 'Mutation'],
			['subscription', 'Subscription'],
		] as const) {
			// Without a schema block the usual name counts; a block without the entry has no such root.
			const rootOf = ({schema, types}: Collection) =>
				schema === undefined ? (types.has(usual) ? usual : undefined) : schema.roots.get(root);
			const [was, is] = [rootOf(before), rootOf(after)];
			const unseen = before.schema === undefined || after.schema === undefined;
			if (was === is || (unseen && (was === undefined || is === undefined))) continue;
			const atMost = was === undefined ? 'note' : undefined;
			this.tell(
				`${root}-type-changed`,
				place,
				root,
				`changes the ${root} root from ${was ?? 'none'} to ${is ?? 'none'}`,
				{
					before: was,
					after: is,
					atMost,
				},
			);
		}
		if (before.schema && after.schema)
			directiveUses(
				this.tell,
				this.print,
				'schema',
				'schema',
				place,
				before.schema.directives,
				after.schema.directives,
			);
	}

	directives(before: Collection, after: Collection): void {
		for (const [name, was] of before.directives) {
			const is = after.directives.get(name);
			const object = `@${name}`;
			const concerned = (locations: Iterable<string>) =>
				[...locations].some((at) => IN_QUERIES.test(at)) ? undefined : 'caution';
			if (is === undefined) {
				this.tell('directive-removed', gone(was.place, after), object, `removes directive ${object}`, {
					before: [...was.locations].join(' | '),
					atMost: concerned(was.locations),
				});
				continue;
			}
			if (was.description !== is.description)
				this.tell('directive-description-changed', is.place, object, `describes ${object} anew`, described(was, is));
			for (const at of was.locations)
				if (!is.locations.has(at))
					this.tell('directive-location-removed', is.place, object, `${object} may no longer stand on ${at}`, {
						before: at,
						atMost: concerned([at]),
					});
			for (const at of is.locations)
				if (!was.locations.has(at))
					this.tell('directive-location-added', is.place, object, `${object} may stand on ${at}`, {after: at});
			if (was.repeatable && !is.repeatable)
				this.tell('directive-repeatable-removed', is.place, object, `${object} may no longer be repeated`);
			if (!was.repeatable && is.repeatable)
				this.tell('directive-repeatable-added', is.place, object, `${object} may be repeated`);
			this.arguments(was.args, is.args, object, is.place, concerned(is.locations));
		}
		for (const [name, is] of after.directives)
			if (!before.directives.has(name)) this.tell('directive-added', is.place, `@${name}`, `adds directive @${name}`);
	}

	typeGone(was: TypeEntry, after: Collection): void {
		const place = gone(was.place, after);
		if (was.defined) {
			this.tell('type-removed', place, was.name, `removes ${was.kind} ${was.name}`, {
				before: `${was.kind} ${was.name}`,
			});
			return;
		}
		// Only its extension lay here: what the extension added is gone, not the type.
		for (const field of was.fields.values()) this.fieldGone(was, field.node, place);
		for (const name of was.inputs.keys())
			this.tell('input-field-removed', place, `${was.name}.${name}`, `removes input field ${was.name}.${name}`);
		for (const name of was.values.keys())
			this.tell('enum-value-removed', place, `${was.name}.${name}`, `removes value ${was.name}.${name}`);
		for (const name of was.members.keys())
			this.tell('union-member-removed', place, was.name, `takes ${name} out of union ${was.name}`, {before: name});
	}

	type(was: TypeEntry, is: TypeEntry): void {
		const {name, place} = is;
		if (was.kind !== is.kind) {
			this.tell('type-kind-changed', place, name, `makes ${was.kind} ${name} ${is.kind}`, {
				before: was.kind,
				after: is.kind,
			});
			return;
		}
		if (was.defined && is.defined) this.description('type', name, place, was.description, is.description);
		for (const one of was.interfaces.keys())
			if (!is.interfaces.has(one))
				this.tell('interface-removed', place, name, `${name} no longer implements ${one}`, {before: one});
		for (const [one, at] of is.interfaces)
			if (!was.interfaces.has(one)) this.tell('interface-added', at, name, `${name} implements ${one}`, {after: one});
		for (const one of was.members.keys())
			if (!is.members.has(one))
				this.tell('union-member-removed', place, name, `takes ${one} out of union ${name}`, {before: one});
		for (const [one, at] of is.members)
			if (!was.members.has(one))
				this.tell('union-member-added', at, name, `adds ${one} to union ${name}`, {after: one});
		this.fields(was, is);
		this.inputs(was, is);
		this.values(was, is);
		const on = {
			type: 'object',
			interface: 'interface',
			input: 'input',
			enum: 'enum',
			union: 'union',
			scalar: 'scalar',
		} as const;
		directiveUses(this.tell, this.print, on[is.kind], name, place, was.directives, is.directives);
	}
}

const described = (was: {description: string | undefined}, is: {description: string | undefined}) => ({
	before: was.description,
	after: is.description,
});
/** Where a thing was: its file, when that file is still there; the line has moved. */
const gone = (place: Place, after: Collection): Place => {
	const near = [...after.types.values()].find(
		(type) => type.place.path === place.path && type.place.line >= place.line,
	);
	return near?.place ?? {...place, line: 1};
};

/** The types that clients send, in arguments and input fields, and those that fields give them. */
function directionsOf({types}: Collection) {
	const [sent, got] = [new Set<string>(), new Set<string>()];
	const bare = (type: Parameters<typeof printType>[0]) => printType(type).replaceAll(/[[\]!]/g, '');
	for (const {fields, inputs} of types.values()) {
		for (const {node} of inputs.values()) sent.add(bare(node.type));
		for (const {node} of fields.values()) {
			got.add(bare(node.type));
			for (const arg of node.arguments ?? []) sent.add(bare(arg.type));
		}
	}
	return {sent, got};
}
