// Room: detectors. Calls of migration builders as operations: knex, Sequelize, db-migrate, TypeORM, Rails, Django, Alembic,
// Laravel, Entity Framework. Told by the calls' names, which these libraries share more than they differ.

import {chained, fromValue, options} from './builder-columns.ts';
import {dataCalls} from './builder-data.ts';
import {tableCalls} from './builder-table.ts';
import {type Call, isNothing, plainName, textOf, textsOf, truth, type Value} from './call.ts';
import type {Framework} from './families.ts';
import {fragment, type Op} from './op.ts';
import type {Draft} from './postgres-ops.ts';

export interface Builder {
	readonly framework: Framework;
	/** The table that `batch_op` of Alembic stands for. */
	batch: string;
}

/** All operations of these calls and of those inside them. */
export function builderOps(calls: readonly Call[], builder: Builder): Op[] {
	const ops: Op[] = [];
	for (const call of calls) {
		const table = tableScope(call);
		// Kysely: `db.schema.alterTable('a').dropColumn('b')`.
		if (plainName(call.name) === 'altertable' && call.inside.length === 0 && call.chain.length > 0) {
			const name = textOf(call.args[0]) ?? '?';
			for (const next of call.chain) ops.push(...place(next, tableCalls(next, name, false, builder.framework)));
			continue;
		}
		if (/^batch_op|^batch$/.test(call.on) && builder.batch)
			ops.push(...place(call, tableCalls(call, builder.batch, false, builder.framework)));
		else {
			ops.push(...place(call, callOps(call, builder)));
			for (const next of call.chain)
				if (isSchema(call.on)) ops.push(...place(next, callOps({...next, on: call.on}, builder)));
		}
		if (plainName(call.name) === 'batchaltertable') builder.batch = textOf(call.args[0]) ?? '';
		else if (table === undefined) ops.push(...builderOps(call.inside, builder));
		else
			for (const inner of call.inside) {
				const drafts = tableCalls(inner, table.name, table.creates, builder.framework);
				ops.push(...place(inner, drafts));
				if (drafts.length === 0 && !table.creates) ops.push(...builderOps([inner], builder));
			}
		for (const next of call.chain) {
			const scope = isSchema(call.on) ? tableScope(next) : undefined;
			for (const inner of scope ? next.inside : [])
				ops.push(...place(inner, tableCalls(inner, scope?.name ?? '?', scope?.creates === true, builder.framework)));
		}
	}
	return ops;
}

const isSchema = (on: string) => /schema/i.test(on);

const place = (call: Call, drafts: readonly Draft[]): Op[] =>
	drafts.map(({part: _, ...draft}) => ({...draft, line: call.line, text: fragment(call.text)}));

/** A call whose block is about one table. */
function tableScope(call: Call): {name: string; creates: boolean} | undefined {
	const name = textOf(call.args[0] ?? call.named.get('name'));
	if (name === undefined) return undefined;
	const plain = plainName(call.name);
	if (/^(createtable|createtableifnotexists|createjointable)$/.test(plain)) return {name, creates: true};
	if (/^(altertable|changetable|table)$/.test(plain) && call.inside.length > 0) return {name, creates: false};
	if (plain === 'create' && /schema/i.test(call.on)) return {name, creates: true};
	return undefined;
}

const get = (call: Call, ...names: readonly string[]): Value | undefined => {
	for (const name of names) {
		const value = call.named.get(name);
		if (value !== undefined) return value;
	}
	return undefined;
};

/** EF, Django and keyword calls name their arguments; the others go by place. */
const word = (call: Call, place: number, ...names: readonly string[]): string =>
	textOf(get(call, ...names)) ?? textOf(call.args[place]) ?? '?';

const flagged = (call: Call, ...names: readonly string[]) => truth(get(call, ...names)) === true;

const concurrent = (call: Call) =>
	textOf(get(call, 'algorithm')) === 'concurrently' ||
	flagged(call, 'concurrently', 'postgresql_concurrently') ||
	/Concurrently$/.test(call.name);

function callOps(call: Call, builder: Builder): Draft[] {
	const {framework} = builder;
	const plain = plainName(call.name);
	const model = framework === 'django';
	const ef = framework === 'ef';
	const table = word(call, 0, ...(model ? ['model_name'] : ef ? ['table'] : ['table_name', 'table']));
	const column = () => word(call, 1, ...(model || ef ? ['name'] : ['column_name']));
	switch (plain) {
		case 'createtable':
		case 'createtableifnotexists':
		case 'createjointable':
		case 'createmodel': {
			if (call.args.length === 0 && !call.named.has('name')) return [];
			const object = word(call, 0, 'name');
			const fields = call.args[1]?.kind === 'map' ? [...call.args[1].entries] : [];
			const columns = fields.map(([name, value]) => fromValue(name, value));
			return [
				{
					kind: 'create-table',
					object,
					columns,
					force: flagged(call, 'force') || textOf(get(call, 'force')) === 'cascade',
				},
			];
		}
		case 'create':
			return isSchema(call.on) ? [{kind: 'create-table', object: word(call, 0)}] : [];
		case 'droptable':
		case 'droptableifexists':
		case 'dropjointable':
		case 'deletemodel':
			if (call.args.length === 0 && !call.named.has('name')) return [];
			return [{kind: 'drop-table', object: word(call, 0, 'name')}];
		case 'drop':
		case 'dropifexists':
			return isSchema(call.on) ? [{kind: 'drop-table', object: word(call, 0)}] : [];
		case 'dropalltables':
			return [{kind: 'drop-table', object: 'every table'}];
		case 'rename':
			return isSchema(call.on) ? [{kind: 'rename-table', object: word(call, 0), to: word(call, 1)}] : [];
		case 'renametable':
		case 'renamemodel':
			return [
				{kind: 'rename-table', object: word(call, 0, 'old_name', 'name'), to: word(call, 1, 'new_name', 'newName')},
			];
		case 'altermodeltable':
			return [{kind: 'rename-table', object: word(call, 0, 'name'), to: word(call, 1, 'table')}];
		case 'addcolumn':
		case 'addfield': {
			const given = model
				? get(call, 'field')
				: (call.args[2] ?? (call.args[1]?.kind === 'call' ? call.args[1] : undefined));
			const name = call.args[1]?.kind === 'call' ? undefined : column();
			const spec = options(fromValue(name, given), call.named);
			// TypeORM: a column is NOT NULL unless it says otherwise.
			if (framework === 'typeorm' && given?.kind === 'call' && !given.call.named.has('isNullable')) spec.notNull = true;
			if (spec.type === 'manytomanyfield') return [{kind: 'create-table', object: `${table}_${spec.name}`}];
			return [{kind: 'add-column', object: table, column: spec}];
		}
		case 'addcolumns':
			return (call.args[1]?.kind === 'list' ? call.args[1].items : []).map((item) => ({
				kind: 'add-column',
				object: table,
				column: fromValue(undefined, item),
			}));
		case 'dropcolumn':
		case 'removecolumn':
		case 'removefield':
			if (ef || model) return [{kind: 'drop-column', object: table, column: {name: column()}}];
			return (call.args.length > 2 ? [call.args[1]] : call.args.slice(1))
				.flatMap((item) => textsOf(item))
				.map((name) => ({kind: 'drop-column', object: table, column: {name}}));
		case 'dropcolumns':
		case 'removecolumns':
			return call.args
				.slice(1)
				.flatMap((item) => (item.kind === 'list' ? item.items : [item]).flatMap((one) => textOf(one) ?? []))
				.map((name) => ({kind: 'drop-column', object: table, column: {name}}));
		case 'removereference':
		case 'removebelongsto':
			return [{kind: 'drop-column', object: table, column: {name: `${column()}_id`}}];
		case 'removetimestamps':
			return ['created_at', 'updated_at'].map((name) => ({kind: 'drop-column', object: table, column: {name}}));
		case 'renamecolumn':
		case 'renamefield': {
			const from = model ? word(call, 1, 'old_name') : word(call, 1, 'name');
			return [{kind: 'rename-column', object: table, column: {name: from}, to: word(call, 2, 'new_name', 'newName')}];
		}
		case 'changecolumn':
		case 'altercolumn':
		case 'alterfield':
			return changed(call, table, model, ef);
		case 'changecolumnnull':
			return [
				{
					kind: truth(call.args[2]) === false ? 'set-not-null' : 'drop-not-null',
					object: table,
					column: {name: column()},
				},
			];
		case 'changecolumndefault': {
			const to = get(call, 'to') ?? call.args[2];
			return [{kind: isNothing(to) ? 'drop-default' : 'set-default', object: table, column: {name: column()}}];
		}
		case 'addreference':
		case 'addbelongsto':
			return reference(call, table, column());
		default:
			return [...rulesAndIndexes(call, plain, table, framework), ...dataCalls(call, framework)];
	}
}

function changed(call: Call, table: string, model: boolean, ef: boolean): Draft[] {
	const name = word(call, 1, ...(model || ef ? ['name'] : ['column_name']));
	const ops: Draft[] = [];
	if (model) return [{kind: 'modify-column', object: table, column: {name}}];
	// Sequelize and db-migrate state the type again whatever they change.
	const restated = call.args[2]?.kind === 'map' ? call.args[2].entries : undefined;
	if (restated && [...restated.keys()].some((key) => key !== 'type')) {
		const nullable = truth(restated.get('allowNull'));
		if (nullable === false || truth(restated.get('notNull')))
			ops.push({kind: 'set-not-null', object: table, column: {name}});
		else if (nullable === true) ops.push({kind: 'drop-not-null', object: table, column: {name}});
		return [...ops, {kind: 'modify-column', object: table, column: {name}}];
	}
	const renamed = textOf(get(call, 'new_column_name'));
	if (renamed) ops.push({kind: 'rename-column', object: table, column: {name}, to: renamed});
	const given = call.args[2];
	const keyword = get(call, 'type_', 'type');
	const typed = given !== undefined && given.kind !== 'map' ? fromValue(name, given) : undefined;
	const spec = options({...(typed ?? {name})}, call.named);
	const old = textOf(get(call, 'oldType'));
	if (typed?.type || (keyword !== undefined && (!ef || (old !== undefined && old !== textOf(keyword)))))
		ops.push({kind: 'change-type', object: table, column: {...spec, ...(spec.type ? {} : {type: '?'})}});
	const oldNull = truth(get(call, 'oldNullable'));
	if (spec.notNull === true && oldNull !== false && call.named.size > 0)
		ops.push({kind: 'set-not-null', object: table, column: {name}});
	if (spec.notNull === false && oldNull !== true && !ef)
		ops.push({kind: 'drop-not-null', object: table, column: {name}});
	const server = get(call, 'server_default');
	if (server !== undefined)
		ops.push({kind: isNothing(server) ? 'drop-default' : 'set-default', object: table, column: {name}});
	return ops.length > 0 ? ops : [{kind: 'modify-column', object: table, column: {name}}];
}

function reference(call: Call, object: string, name: string): Draft[] {
	const key = call.named.get('foreign_key');
	const wants = truth(key) === true || key?.kind === 'map' || key?.kind === 'list';
	const index = call.named.get('index');
	const quiet = index?.kind === 'map' && textOf(index.entries.get('algorithm')) === 'concurrently';
	const column = options(
		{name: `${name}_id`},
		new Map([...call.named].filter(([one]) => one === 'null' || one === 'default')),
	);
	return [
		{kind: 'add-column', object, column},
		...(wants
			? [{kind: 'add-constraint' as const, form: 'foreign' as const, object, to: name, keys: [column.name]}]
			: []),
		...(truth(index) === false
			? []
			: [{kind: 'create-index' as const, object, keys: [column.name], concurrently: quiet}]),
	];
}

function rulesAndIndexes(call: Call, plain: string, table: string, framework: Framework): Draft[] {
	const alembic = framework === 'alembic';
	// Alembic's constraints and indexes say their own name first, then the table.
	const object = alembic ? word(call, 1, 'table_name', 'source_table') : table;
	const columns = (place: number) => textsOf(call.args[place] ?? get(call, 'columns', 'column', 'fields'));
	const notValid = truth(call.named.get('validate')) === false || flagged(call, 'postgresql_not_valid');
	switch (plain) {
		case 'addindex':
		case 'addindexconcurrently':
		case 'createindex': {
			const index = call.args[1]?.kind === 'call' ? call.args[1].call.named : call.named;
			const unique =
				truth(index.get('unique')) === true ||
				truth(index.get('isUnique')) === true ||
				(framework === 'db-migrate' && truth(call.args[3]) === true);
			return [{kind: 'create-index', object, unique, concurrently: concurrent(call), keys: columns(alembic ? 2 : 1)}];
		}
		case 'removeindex':
		case 'removeindexconcurrently':
		case 'dropindex':
			return [
				{
					kind: 'drop-index',
					object: alembic ? word(call, 0) : word(call, 1, 'name', 'index_name'),
					to: object,
					concurrently: concurrent(call),
				},
			];
		case 'addforeignkey':
		case 'createforeignkey':
			return [
				{
					kind: 'add-constraint',
					form: 'foreign',
					object,
					notValid,
					to: word(call, alembic ? 2 : 1, 'principalTable', 'referencedTableName'),
					cascade: /cascade/i.test(textOf(get(call, 'on_delete', 'onDelete', 'ondelete')) ?? ''),
				},
			];
		case 'addcheckconstraint':
		case 'createcheckconstraint':
			return [{kind: 'add-constraint', form: 'check', object, notValid}];
		case 'adduniqueconstraint':
		case 'createuniqueconstraint':
			return [
				{
					kind: 'add-constraint',
					form: 'unique',
					object,
					usingIndex: call.named.has('using_index'),
					keys: columns(alembic ? 2 : 1),
				},
			];
		case 'addexclusionconstraint':
		case 'createexcludeconstraint':
			return [{kind: 'add-constraint', form: 'exclude', object}];
		case 'createprimarykey':
		case 'addprimarykey':
			return [{kind: 'add-constraint', form: 'primary', object}];
		case 'addconstraint':
		case 'addconstraintnotvalid': {
			const given = call.named.get('constraint');
			const type = (given?.kind === 'call' ? given.call.name : (textOf(get(call, 'type')) ?? '')).toLowerCase();
			const form = /unique/.test(type)
				? 'unique'
				: /foreign/.test(type)
					? 'foreign'
					: /primary/.test(type)
						? 'primary'
						: /exclu/.test(type)
							? 'exclude'
							: 'check';
			return [{kind: 'add-constraint', form, object, notValid: plain === 'addconstraintnotvalid'}];
		}
		case 'alteruniquetogether': {
			const given = get(call, 'unique_together');
			const none =
				given?.kind === 'other' ||
				(given?.kind === 'list' && given.items.length === 0) ||
				(given?.kind === 'call' && given.call.args.length === 0);
			return none ? [] : [{kind: 'add-constraint', form: 'unique', object: word(call, 0, 'name')}];
		}
		case 'removeconstraint':
		case 'dropconstraint':
		case 'removeforeignkey':
		case 'dropforeignkey':
		case 'removecheckconstraint':
		case 'dropcheckconstraint':
		case 'removeuniqueconstraint':
		case 'dropuniqueconstraint':
			return [{kind: 'drop-constraint', object, name: alembic ? word(call, 0) : word(call, 1, 'name')}];
		case 'dropprimarykey':
			return [{kind: 'drop-constraint', form: 'primary', object, name: 'PRIMARY KEY'}];
		case 'validateforeignkey':
		case 'validatecheckconstraint':
		case 'validateconstraint':
			return [{kind: 'validate-constraint', object, name: word(call, 1, 'name')}];
		case 'createschema':
			return [{kind: 'create-other', of: 'schema', object: table}];
		case 'dropschema':
			return [{kind: 'drop-other', of: 'schema', object: word(call, 0, 'name')}];
		case 'dropdatabase':
			return [{kind: 'drop-other', of: 'database', object: word(call, 0, 'name')}];
		case 'renameschema':
			return [{kind: 'rename-schema', of: 'schema', object: word(call, 0), to: word(call, 1)}];
		case 'enableextension':
			return [{kind: 'create-other', of: 'extension', object: word(call, 0)}];
		case 'disableextension':
			return [{kind: 'drop-other', of: 'extension', object: word(call, 0)}];
		case 'createview':
			return [{kind: 'create-other', of: 'view', object: word(call, 0)}];
		case 'dropview':
		case 'dropviewifexists':
			return [{kind: 'drop-other', of: 'view', object: word(call, 0)}];
		case 'createenum':
			return [{kind: 'create-other', of: 'type', object: word(call, 0)}];
		case 'dropenum':
			return [{kind: 'drop-other', of: 'type', object: word(call, 0)}];
		case 'renameenum':
			return [{kind: 'rename-type', of: 'type', object: word(call, 0), to: word(call, 1, 'to')}];
		case 'addenumvalue':
			return [
				{
					kind: 'add-enum-value',
					object: word(call, 0),
					to: word(call, 1),
					placed: call.named.has('before') || call.named.has('after'),
				},
			];
		case 'renameenumvalue':
			return [{kind: 'rename-enum-value', object: word(call, 0), name: word(call, 1, 'from'), to: word(call, 2, 'to')}];
		default:
			return [];
	}
}

export const columnOfChain = (name: string, call: Call) =>
	chained(options({name, type: plainName(call.name)}, call.named), call.chain);
