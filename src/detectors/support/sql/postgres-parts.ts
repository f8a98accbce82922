// Room: detectors. The smaller pieces of PostgreSQL's syntax tree: names, types, defaults, columns, constraints, conditions.

import type {ColumnSpec, Op, Where} from './op.ts';
import {everywhere, flag, isTree, kid, list, type Tree, tagged, text} from './tree.ts';

/** `schema.table` of a RangeVar. */
export function relation(value: unknown): string {
	const schema = text(value, 'schemaname');
	return `${schema ? `${schema}.` : ''}${text(value, 'relname')}`;
}

/** The words of a list of String nodes. */
export const words = (value: readonly unknown[]): string[] =>
	value.flatMap((item) => text(item, 'String', 'sval') || []);

/** The name of what a DROP or RENAME is about, whatever shape it has. */
export function objectName(value: unknown): string {
	const [tag, inner] = tagged(value);
	if (tag === 'String') return text(inner, 'sval');
	if (tag === 'List') return words(list(inner, 'items')).join('.') || list(inner, 'items').map(objectName).join('.');
	if (tag === 'ObjectWithArgs') return words(list(inner, 'objname')).join('.');
	if (tag === 'TypeName') return words(list(inner, 'names')).join('.');
	if (tag === 'RoleSpec') return text(inner, 'rolename');
	return relation(inner);
}

const SHORT: Readonly<Record<string, string>> = {
	int2: 'smallint',
	int4: 'int',
	int8: 'bigint',
	bpchar: 'char',
	bool: 'boolean',
	float4: 'real',
	float8: 'double precision',
};

function typeName(value: unknown): string {
	const names = words(list(value, 'names')).filter((name) => name !== 'pg_catalog');
	const name = names.map((one) => SHORT[one] ?? one).join('.');
	const sizes = list(value, 'typmods').map(
		(one) => text(one, 'A_Const', 'ival', 'ival') || (kid(one, 'A_Const', 'ival') ? '0' : '?'),
	);
	// Intervals keep their precision here, which is no size.
	const size = sizes.length > 0 && name !== 'interval' ? `(${sizes.join(',')})` : '';
	return `${name}${size}${list(value, 'arrayBounds').length > 0 ? '[]' : ''}`;
}

/** Functions whose value is the same for all rows of one statement: a default made of them is filled in at once. */
const STABLE = new Set(
	'now current_timestamp transaction_timestamp statement_timestamp current_date current_user session_user user current_setting lower upper md5 to_char to_timestamp to_date date_trunc jsonb_build_object json_build_object jsonb_build_array json_build_array array_fill make_interval length abs round floor ceil coalesce concat replace trim btrim left right encode decode timezone int4range int8range tstzrange daterange to_jsonb to_json'.split(
		' ',
	),
);

export function defaultOf(expression: unknown): NonNullable<ColumnSpec['default']> {
	if (kid(expression, 'A_Const')?.isnull === true) return 'null';
	for (const tree of everywhere(expression)) {
		const call = kid(tree, 'FuncCall');
		if (call && !STABLE.has(words(list(call, 'funcname')).at(-1) ?? '')) return 'volatile';
	}
	return 'constant';
}

const FORMS: Readonly<Record<string, NonNullable<Op['form']>>> = {
	CONSTR_FOREIGN: 'foreign',
	CONSTR_UNIQUE: 'unique',
	CONSTR_PRIMARY: 'primary',
	CONSTR_CHECK: 'check',
	CONSTR_EXCLUSION: 'exclude',
	CONSTR_NOTNULL: 'not-null',
};

export function constraint(node: unknown): Partial<Op> {
	const form = FORMS[text(node, 'contype')];
	const name = text(node, 'conname');
	const keys = [...words(list(node, 'keys')), ...words(list(node, 'fk_attrs'))];
	const tested = form === 'check' ? nonNullTested(kid(node, 'raw_expr')) : undefined;
	return {
		...(form ? {form} : {}),
		...(name ? {name} : {}),
		keys: tested === undefined ? keys : [tested],
		...(form === 'foreign' ? {to: relation(kid(node, 'pktable')), cascade: text(node, 'fk_del_action') === 'c'} : {}),
		notValid: flag(node, 'skip_validation'),
		usingIndex: text(node, 'indexname') !== '',
	};
}

/** The column of `CHECK (column IS NOT NULL)`. */
function nonNullTested(expression: unknown): string | undefined {
	const test = kid(expression, 'NullTest');
	if (!test || text(test, 'nulltesttype') !== 'IS_NOT_NULL') return undefined;
	return words(list(test, 'arg', 'ColumnRef', 'fields')).at(-1);
}

export function column(node: unknown): ColumnSpec {
	const type = typeName(kid(node, 'typeName'));
	const spec: {-readonly [key in keyof ColumnSpec]: ColumnSpec[key]} = {name: text(node, 'colname'), type};
	if (/^(small|big)?serial\d?$/.test(type)) spec.made = 'serial';
	for (const one of list(node, 'constraints')) {
		const inner = kid(one, 'Constraint');
		switch (text(inner, 'contype')) {
			case 'CONSTR_NOTNULL':
				spec.notNull = true;
				break;
			case 'CONSTR_DEFAULT':
				spec.default = defaultOf(inner?.raw_expr);
				break;
			case 'CONSTR_PRIMARY':
				spec.primary = true;
				break;
			case 'CONSTR_UNIQUE':
				spec.unique = true;
				break;
			case 'CONSTR_CHECK':
				spec.check = true;
				break;
			case 'CONSTR_FOREIGN':
				spec.references = relation(kid(inner, 'pktable'));
				spec.cascades = text(inner, 'fk_del_action') === 'c';
				break;
			case 'CONSTR_IDENTITY':
				spec.made = 'identity';
				break;
			case 'CONSTR_GENERATED':
				spec.made = text(inner, 'generated_kind') === 'v' ? 'virtual' : 'stored';
				break;
			default:
		}
	}
	return spec;
}

/** Whether a WHERE limits anything: `true` and `1 = 1` do not. */
export function whereOf(clause: unknown): Where {
	if (!isTree(clause)) return 'none';
	if (kid(clause, 'A_Const', 'boolval')?.boolval === true) return 'always';
	const left = kid(clause, 'A_Expr', 'lexpr', 'A_Const');
	const right = kid(clause, 'A_Expr', 'rexpr', 'A_Const');
	const name = words(list(clause, 'A_Expr', 'name')).join('');
	if (left && right && name === '=' && JSON.stringify(bare(left)) === JSON.stringify(bare(right))) return 'always';
	return 'some';
}

const bare = ({location: _, ...rest}: Tree): Tree => rest;

/** String literals inside, at most 50. */
export function literals(value: unknown): string[] {
	const all: string[] = [];
	for (const tree of everywhere(value)) {
		const literal = text(tree, 'A_Const', 'sval', 'sval');
		if (literal && all.length < 50) all.push(literal);
	}
	return all;
}

/** The first name that stands twice. */
export function doubled(names: readonly string[]): string | undefined {
	return names.find((name, i) => name !== '' && names.indexOf(name) < i);
}
