// Room: detectors. PostgreSQL's own syntax tree of one statement, as operations. Knows the tree, neither files nor rules.

import type {Op, OpKind} from './op.ts';
import {tableActions} from './postgres-alter.ts';
import {column, constraint, doubled, literals, objectName, relation, whereOf, words} from './postgres-parts.ts';
import {everywhere, flag, isTree, kid, list, type Tree, text} from './tree.ts';

export type Draft = Omit<Op, 'line' | 'text' | 'group'> & {
	/** Which part between commas of an ALTER TABLE it is. */
	readonly part?: number;
};

const lower = (tag: string) => tag.replace(/^OBJECT_/, '').toLowerCase();
const OBJECTS: Readonly<Record<string, string>> = {matview: 'materialized view', foreign_server: 'server'};
const kindOf = (tag: string) => OBJECTS[lower(tag)] ?? lower(tag).replaceAll('_', ' ');
const cascades = (node: Tree) => text(node, 'behavior') === 'DROP_CASCADE';

function drops(node: Tree): Draft[] {
	const of = kindOf(text(node, 'removeType'));
	const kind: OpKind = of === 'table' ? 'drop-table' : of === 'index' ? 'drop-index' : 'drop-other';
	return list(node, 'objects').map((object) => ({
		kind,
		of,
		object: objectName(object),
		cascade: cascades(node),
		concurrently: flag(node, 'concurrent'),
		ifExists: flag(node, 'missing_ok'),
	}));
}

function rename(node: Tree): Draft {
	const what = text(node, 'renameType');
	const to = text(node, 'newname');
	const object = kid(node, 'relation')
		? relation(kid(node, 'relation'))
		: objectName(node.object) || text(node, 'subname');
	if (what === 'OBJECT_COLUMN' || what === 'OBJECT_ATTRIBUTE')
		return {kind: 'rename-column', object, column: {name: text(node, 'subname')}, to};
	if (['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'].includes(what))
		return {kind: 'rename-table', of: kindOf(what), object, to};
	if (what === 'OBJECT_SCHEMA' || what === 'OBJECT_DATABASE')
		return {kind: 'rename-schema', of: kindOf(what), object, to};
	if (
		['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_SEQUENCE', 'OBJECT_ROLE'].includes(
			what,
		)
	)
		return {kind: 'rename-type', of: kindOf(what), object, to};
	return {kind: 'rename-other', of: kindOf(what), object, to};
}

function createTable(node: Tree): Draft[] {
	const object = relation(kid(node, 'relation'));
	const elements = list(node, 'tableElts');
	const columns = elements.flatMap((one) => {
		const def = kid(one, 'ColumnDef');
		return def ? [column(def)] : [];
	});
	const primary = new Set(
		elements.flatMap((one) => {
			const rule = kid(one, 'Constraint');
			return text(rule, 'contype') === 'CONSTR_PRIMARY' ? words(list(rule, 'keys')) : [];
		}),
	);
	const twice = doubled(columns.map(({name}) => name));
	return [
		{
			kind: 'create-table',
			object,
			columns: columns.map((one) => (primary.has(one.name) ? {...one, primary: true} : one)),
			temporary: text(node, 'relation', 'relpersistence') === 't',
			ifNotExists: flag(node, 'if_not_exists'),
			...(twice ? {doubled: twice} : {}),
		},
		...elements.flatMap((one): Draft[] => {
			const rule = kid(one, 'Constraint');
			const name = text(rule, 'conname');
			return name ? [{kind: 'other', of: 'name', object, name, ...constraint(rule)}] : [];
		}),
	];
}

/** The rows that a statement changes, those of its `WITH` too. */
function dml(tag: string, node: Tree): Draft[] {
	const inner = list(node, 'withClause', 'ctes').flatMap((cte) => {
		const query = kid(cte, 'CommonTableExpr', 'ctequery');
		return query ? ['DeleteStmt', 'UpdateStmt', 'InsertStmt'].flatMap((one) => dmlOf(one, kid(query, one))) : [];
	});
	return [...inner, ...dmlOf(tag, node)];
}

function dmlOf(tag: string, node: Tree | undefined): Draft[] {
	if (!node) return [];
	const object = relation(kid(node, 'relation'));
	if (tag === 'InsertStmt') {
		const select = kid(node, 'selectStmt', 'SelectStmt');
		const [from] = list(select, 'fromClause').map((one) => relation(kid(one, 'RangeVar')));
		return [{kind: 'insert', object, ...(from ? {from} : {}), literals: literals(select)}];
	}
	const where = whereOf(node.whereClause);
	const targets = list(node, 'targetList');
	const set = targets.map((one) => text(one, 'ResTarget', 'name'));
	const twice = targets.some((one) => list(one, 'ResTarget', 'indirection').length > 0) ? undefined : doubled(set);
	return [
		{
			kind: tag === 'DeleteStmt' ? 'delete' : 'update',
			object,
			where: tag === 'MergeStmt' ? 'some' : where,
			keys: set,
			literals: literals([node.targetList, node.whereClause]),
			...(twice ? {doubled: twice} : {}),
		},
	];
}

function select(node: Tree): Draft[] {
	if (
		['DeleteStmt', 'UpdateStmt', 'InsertStmt'].some((tag) =>
			JSON.stringify(node.withClause ?? null).includes(`"${tag}"`),
		)
	)
		return dml('', node).filter(({object}) => object !== '');
	const into = relation(kid(node, 'intoClause', 'rel'));
	if (into) return [{kind: 'create-table', object: into}];
	for (const tree of everywhere(node.targetList)) {
		const call = kid(tree, 'FuncCall');
		if (!call) continue;
		const name = words(list(call, 'funcname')).at(-1) ?? '';
		const [first] = list(call, 'args');
		const argument = text(first, 'A_Const', 'sval', 'sval');
		if (name === 'set_config') return [{kind: 'set', object: argument}];
		if (name === 'setval') return [{kind: 'restart-sequence', object: argument || 'a sequence'}];
		if (/^(pg_catalog|count|now|version|set_limit|pg_advisory\w*|current_\w+)$/.test(name)) return [];
		if (list(node, 'fromClause').length === 0 || node.fromClause === undefined)
			return [{kind: 'call', object: name, literals: literals(call)}];
		return [];
	}
	return [];
}

const other = (
	kind: 'create-other' | 'replace-other',
	of: string,
	object: string,
	rest: Partial<Draft> = {},
): Draft => ({
	kind,
	of,
	object,
	...rest,
});
const made = (node: Tree) => (flag(node, 'replace') ? 'replace-other' : 'create-other');

/** What one statement does. Nothing for what only reads or comments. */
export function postgresOps(tag: string, node: Tree): Draft[] {
	switch (tag) {
		case 'CreateStmt':
			return createTable(node);
		case 'AlterTableStmt':
			return tableActions(node);
		case 'DropStmt':
			return drops(node);
		case 'DropdbStmt':
			return [{kind: 'drop-other', of: 'database', object: text(node, 'dbname')}];
		case 'DropRoleStmt':
			return list(node, 'roles').map((role) => ({kind: 'drop-other', of: 'role', object: objectName(role)}));
		case 'DropOwnedStmt':
			return list(node, 'roles').map((role) => ({kind: 'drop-owned', object: objectName(role)}));
		case 'DropTableSpaceStmt':
			return [{kind: 'drop-other', of: 'tablespace', object: text(node, 'tablespacename')}];
		case 'TruncateStmt':
			return list(node, 'relations').map((one) => ({
				kind: 'truncate',
				object: relation(kid(one, 'RangeVar')),
				cascade: cascades(node),
			}));
		case 'RenameStmt':
			return [rename(node)];
		case 'AlterObjectSchemaStmt': {
			const object = kid(node, 'relation') ? relation(kid(node, 'relation')) : objectName(node.object);
			return [{kind: 'move-table', of: kindOf(text(node, 'objectType')), object, to: text(node, 'newschema')}];
		}
		case 'IndexStmt': {
			const keys = list(node, 'indexParams').map((one) => text(one, 'IndexElem', 'name') || '(expression)');
			const name = text(node, 'idxname');
			return [
				{
					kind: 'create-index',
					object: relation(kid(node, 'relation')),
					...(name ? {name} : {}),
					keys,
					unique: flag(node, 'unique'),
					concurrently: flag(node, 'concurrent'),
					ifNotExists: flag(node, 'if_not_exists'),
					placed: isTree(node.whereClause),
				},
			];
		}
		case 'ReindexStmt':
			return [
				{
					kind: 'reindex',
					object: relation(kid(node, 'relation')) || text(node, 'name'),
					concurrently: list(node, 'params').some((one) => text(one, 'DefElem', 'defname') === 'concurrently'),
				},
			];
		case 'ClusterStmt':
			return [{kind: 'rewrite-table', of: 'CLUSTER', object: relation(kid(node, 'relation')) || 'every table'}];
		case 'VacuumStmt':
			if (!list(node, 'options').some((one) => text(one, 'DefElem', 'defname') === 'full')) return [];
			return [
				{
					kind: 'rewrite-table',
					of: 'VACUUM FULL',
					object: list(node, 'rels').map((one) => relation(kid(one, 'VacuumRelation', 'relation')))[0] ?? 'every table',
				},
			];
		case 'LockStmt':
			return list(node, 'relations').map((one) => ({kind: 'lock-table', object: relation(kid(one, 'RangeVar'))}));
		case 'RefreshMatViewStmt':
			return [{kind: 'refresh-view', object: relation(kid(node, 'relation')), concurrently: flag(node, 'concurrent')}];
		case 'AlterEnumStmt': {
			const object = words(list(node, 'typeName')).join('.');
			const old = text(node, 'oldVal');
			if (old) return [{kind: 'rename-enum-value', object, name: old, to: text(node, 'newVal')}];
			return [{kind: 'add-enum-value', object, to: text(node, 'newVal'), placed: text(node, 'newValNeighbor') !== ''}];
		}
		case 'CreateDomainStmt':
			return [
				{
					kind: 'create-domain',
					object: words(list(node, 'domainname')).join('.'),
					placed: list(node, 'constraints').some((one) => /CHECK|NOTNULL/.test(text(one, 'Constraint', 'contype'))),
				},
			];
		case 'AlterDomainStmt':
			return [{kind: 'alter-domain', object: words(list(node, 'typeName')).join('.'), of: text(node, 'subtype')}];
		case 'AlterSeqStmt':
			return list(node, 'options').some((one) => text(one, 'DefElem', 'defname') === 'restart')
				? [{kind: 'restart-sequence', object: relation(kid(node, 'sequence'))}]
				: [];
		case 'CreateTableAsStmt': {
			const into = relation(kid(node, 'into', 'rel'));
			if (text(node, 'objtype') === 'OBJECT_MATVIEW') return [other('create-other', 'materialized view', into)];
			return [{kind: 'create-table', object: into, temporary: text(node, 'into', 'rel', 'relpersistence') === 't'}];
		}
		case 'ViewStmt': {
			const twice = doubled(words(list(node, 'aliases')));
			return [other(made(node), 'view', relation(kid(node, 'view')), twice ? {doubled: twice} : {})];
		}
		case 'CreateFunctionStmt':
			return [
				other(
					made(node),
					flag(node, 'is_procedure') ? 'procedure' : 'function',
					words(list(node, 'funcname')).join('.'),
				),
			];
		case 'CreateTrigStmt':
			return [other(made(node), 'trigger', relation(kid(node, 'relation')), {name: text(node, 'trigname')})];
		case 'CreateEnumStmt':
			return [
				other('create-other', 'type', words(list(node, 'typeName')).join('.'), {
					literals: words(list(node, 'vals')).slice(0, 50),
				}),
			];
		case 'CompositeTypeStmt':
			return [other('create-other', 'type', relation(kid(node, 'typevar')))];
		case 'CreateRangeStmt':
			return [other('create-other', 'type', words(list(node, 'typeName')).join('.'))];
		case 'CreateSeqStmt':
			return [other('create-other', 'sequence', relation(kid(node, 'sequence')))];
		case 'CreateSchemaStmt':
			return [other('create-other', 'schema', text(node, 'schemaname'))];
		case 'CreateExtensionStmt':
			return [other('create-other', 'extension', text(node, 'extname'))];
		case 'CreatePolicyStmt':
			return [other('create-other', 'policy', relation(kid(node, 'table')), {name: text(node, 'policy_name')})];
		case 'InsertStmt':
		case 'UpdateStmt':
		case 'DeleteStmt':
		case 'MergeStmt':
			return dml(tag, node);
		case 'SelectStmt':
			return select(node);
		case 'CallStmt':
			return [{kind: 'call', object: words(list(node, 'funccall', 'funcname')).join('.')}];
		case 'CopyStmt':
			return flag(node, 'is_from') ? [{kind: 'insert', object: relation(kid(node, 'relation'))}] : [];
		case 'GrantStmt': {
			const [first] = list(node, 'objects').map(objectName);
			return [{kind: flag(node, 'is_grant') ? 'grant' : 'revoke', object: first ?? 'everything'}];
		}
		case 'VariableSetStmt':
			return [{kind: 'set', object: text(node, 'name'), literals: literals(node.args)}];
		case 'TransactionStmt': {
			const what = text(node, 'kind');
			if (/BEGIN|START/.test(what)) return [{kind: 'begin', object: ''}];
			return /COMMIT|ROLLBACK$/.test(what) ? [{kind: 'commit', object: ''}] : [];
		}
		default:
			return [];
	}
}
