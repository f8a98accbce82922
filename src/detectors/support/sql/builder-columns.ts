// Room: detectors. Columns as the builders of migration libraries write them: `t.string('a').notNullable()`,
// `add_column :a, :b, null: false`, `sa.Column('a', nullable=False)`, `models.CharField(null=True)`, `new TableColumn({…})`.

import {type Call, isNothing, plainName, textOf, truth, type Value} from './call.ts';
import type {ColumnSpec} from './op.ts';

export type Writable = {-readonly [key in keyof ColumnSpec]: ColumnSpec[key]};

const CALLED = /uuid|random|nextval|newid|clock_timestamp/i;

/** What a default does to the rows that are there. */
function defaultOf(value: Value | undefined): ColumnSpec['default'] {
	if (isNothing(value)) return 'null';
	if (value?.kind === 'call') return CALLED.test(`${value.call.text}`) ? 'volatile' : 'constant';
	return CALLED.test(textOf(value) ?? '') && /\(/.test(textOf(value) ?? '') ? 'volatile' : 'constant';
}

const DEFAULTS = [
	'default',
	'defaultValue',
	'defaultValueSql',
	'server_default',
	'db_default',
	'defaultTo',
	'defaultsTo',
	'defaultRaw',
];
const NULLS = ['null', 'allowNull', 'nullable', 'isNullable'];
const NOT_NULLS = ['notNull', 'notNullable', 'notnull'];

/** Options that say how a column is, in any library's words. */
export function options(spec: Writable, named: ReadonlyMap<string, Value>): Writable {
	for (const key of DEFAULTS) if (named.has(key)) spec.default = defaultOf(named.get(key)) ?? 'constant';
	for (const key of NULLS) {
		const allowed = truth(named.get(key));
		if (allowed !== undefined) spec.notNull = !allowed;
	}
	for (const key of NOT_NULLS) if (truth(named.get(key))) spec.notNull = true;
	if (truth(named.get('unique')) || truth(named.get('isUnique'))) spec.unique = true;
	if (truth(named.get('primaryKey')) || truth(named.get('primary_key')) || truth(named.get('isPrimary')))
		spec.primary = true;
	if (truth(named.get('autoIncrement')) || truth(named.get('isGenerated')) || truth(named.get('auto_increment')))
		spec.made = 'identity';
	if (named.has('references') || named.has('foreignKey')) {
		spec.references = textOf(named.get('references')) ?? '?';
		const cascade = named.get('onDelete');
		if (/cascade/i.test(textOf(cascade) ?? '')) spec.cascades = true;
	}
	const type = named.get('type') ?? named.get('type_') ?? named.get('columnType');
	const name = type?.kind === 'call' ? type.call.name : textOf(type)?.replace(/^.*\./, '');
	if (name) spec.type ??= name.toLowerCase();
	if (truth(named.get('stored'))) spec.made = 'stored';
	if (named.has('asExpression'))
		spec.made = /stored/i.test(textOf(named.get('generatedType')) ?? '') ? 'stored' : 'virtual';
	return spec;
}

/** `t.string('name').notNullable().defaultTo('x')` — the calls behind a column. */
export function chained(spec: Writable, chain: readonly Call[]): Writable {
	for (const {name, args, on, chain: more} of chain) {
		switch (plainName(name)) {
			case 'notnullable':
			case 'notnull':
				spec.notNull = true;
				break;
			case 'nullable':
				spec.notNull = truth(args[0]) === false;
				break;
			case 'default':
			case 'defaultto':
			case 'usecurrent':
				spec.default = name === 'useCurrent' ? 'constant' : (defaultOf(args[0]) ?? 'constant');
				break;
			case 'unique':
				spec.unique = true;
				break;
			case 'primary':
			case 'primarykey':
				spec.primary = true;
				break;
			case 'autoincrement':
				spec.made = 'identity';
				break;
			case 'storedas':
				spec.made = 'stored';
				break;
			case 'virtualas':
				spec.made = 'virtual';
				break;
			case 'references':
			case 'constrained':
				spec.references = textOf(args[0]) ?? '?';
				break;
			case 'intable':
			case 'on':
				spec.references = textOf(args[0]) ?? spec.references ?? '?';
				break;
			case 'cascadeondelete':
				spec.cascades = true;
				break;
			case 'ondelete':
				if (/cascade/i.test(textOf(args[0]) ?? '')) spec.cascades = true;
				break;
			default:
				if (on === '' && more.length > 0) chained(spec, more);
		}
	}
	return spec;
}

/** A column given as a value: a type's name, an options object, `sa.Column(…)`, `new TableColumn({…})`, `models.X(…)`. */
export function fromValue(name: string | undefined, value: Value | undefined): Writable {
	if (value?.kind === 'text') return {name: name ?? value.text, type: value.text.toLowerCase()};
	if (value?.kind === 'word') return {name: name ?? value.text, type: value.text.replace(/^.*\./, '').toLowerCase()};
	if (value?.kind === 'map') return options({name: name ?? textOf(value.entries.get('name')) ?? '?'}, value.entries);
	if (value?.kind !== 'call') return {name: name ?? '?'};
	const {call} = value;
	if (/^(Column|TableColumn)$/.test(call.name)) {
		const spec: Writable = {name: name ?? textOf(value) ?? '?'};
		const type = call.args[1];
		if (type)
			spec.type = (type.kind === 'call' ? type.call.name : (textOf(type) ?? '?')).replace(/^.*\./, '').toLowerCase();
		for (const arg of call.args) {
			if (arg.kind !== 'call' || arg.call.name !== 'ForeignKey') continue;
			spec.references = (textOf(arg.call.args[0]) ?? '?').replace(/\.\w+$/, '');
			if (/cascade/i.test(textOf(arg.call.named.get('ondelete')) ?? '')) spec.cascades = true;
		}
		return options(spec, call.named);
	}
	if (/Field$|ForeignKey$|OneToOne/.test(call.name)) {
		// Django: a column is NOT NULL unless it says otherwise, and a default fills the rows while the migration runs.
		const spec: Writable = {name: name ?? '?', type: call.name.toLowerCase(), notNull: true};
		if (/^(ForeignKey|OneToOneField)$/.test(call.name)) {
			spec.references = textOf(call.args[0]) ?? textOf(call.named.get('to')) ?? '?';
			spec.name = `${spec.name}_id`;
		}
		if (call.name === 'ManyToManyField') spec.notNull = false;
		// Its `default` is dropped again at once: only `db_default` is there for the version that still runs.
		const named = new Map([...call.named].filter(([key]) => key !== 'default'));
		return options(spec, named);
	}
	return options({name: name ?? '?', type: call.name.toLowerCase()}, call.named);
}
