// Room: detectors. Calls on one table, inside `alterTable('a', t => { … })`, `change_table :a do |t| … end`,
// `Schema::table('a', function (Blueprint $table) { … })` or `with op.batch_alter_table('a') as batch_op`.

import {chained, fromValue, options} from './builder-columns.ts';
import {type Call, plainName, textOf, textsOf, truth} from './call.ts';
import type {Framework} from './families.ts';
import type {Draft} from './postgres-ops.ts';

/** Column types of knex, Laravel and Rails, by their call's plain name. */
const TYPES =
	/^(string|text|tinytext|mediumtext|longtext|char|integer|int|tinyinteger|tinyint|smallint|smallinteger|mediumint|mediuminteger|bigint|biginteger|unsigned\w*integer|float|double|decimal|numeric|unsigneddecimal|boolean|bool|date|datetime|datetimetz|time|timetz|timestamp|timestamptz|year|binary|blob|enum|enu|set|json|jsonb|uuid|ulid|ipaddress|macaddress|inet|cidr|citext|tsvector|hstore|xml|money|interval|int4range|geometry|geography|point|polygon|linestring|specifictype|specifictype|foreignid|foreignuuid|foreignulid|foreignidfor|column|vector|virtual|primarykey)$/;
const COUNTED =
	/^(increments|bigincrements|smallincrements|mediumincrements|tinyincrements|id|identity|serial|bigserial)$/;
const NOT_NULL_BY_DEFAULT: readonly Framework[] = ['laravel'];

export function tableCalls(call: Call, table: string, creates: boolean, framework: Framework): Draft[] {
	const plain = plainName(call.name);
	const first = textOf(call.args[0]);
	const every = call.args.flatMap((arg) => textsOf(arg));
	if (creates) return [];
	const notValid = truth(call.named.get('validate')) === false;
	if (TYPES.test(plain) && first !== undefined) {
		const names = framework === 'rails' && plain !== 'column' ? every : [first];
		return names.map((name) => {
			const spec = options({name, type: plain === 'column' ? (textOf(call.args[1]) ?? 'column') : plain}, call.named);
			const altered = call.chain.some((next) => /^(alter|change)$/.test(next.name));
			if (NOT_NULL_BY_DEFAULT.includes(framework) && !altered) spec.notNull = true;
			const column = chained(spec, call.chain);
			return {kind: altered ? 'change-type' : 'add-column', object: table, column};
		});
	}
	if (COUNTED.test(plain))
		return [{kind: 'add-column', object: table, column: {name: first ?? 'id', made: 'serial', type: plain}}];
	switch (plain) {
		case 'add':
			return framework === 'ecto' && first !== undefined
				? [{kind: 'add-column', object: table, column: options(fromValue(first, call.args[1]), call.named)}]
				: [];
		case 'modify':
			return framework === 'ecto' && first !== undefined
				? [{kind: 'change-type', object: table, column: options(fromValue(first, call.args[1]), call.named)}]
				: [];
		case 'addcolumn': {
			const given = call.args[0]?.kind === 'call' ? call.args[0] : call.args[1];
			const spec = fromValue(call.args[0]?.kind === 'call' ? undefined : first, given);
			// Kysely says the rest in a function: `addColumn('a', 'text', (c) => c.notNull())`.
			const inner = call.inside.flatMap((one) => [one, ...one.chain]);
			return [{kind: 'add-column', object: table, column: chained(spec, [...call.chain, ...inner])}];
		}
		case 'timestamps':
		case 'timestampstz':
		case 'nullabletimestamps':
			return ['created_at', 'updated_at'].map((name) => ({
				kind: 'add-column',
				object: table,
				column: {
					name,
					type: 'timestamp',
					...(framework === 'rails' && truth(call.named.get('null')) !== true ? {notNull: true} : {}),
				},
			}));
		case 'softdeletes':
		case 'remembertoken':
			return [
				{
					kind: 'add-column',
					object: table,
					column: {name: first ?? (plain === 'softdeletes' ? 'deleted_at' : 'remember_token')},
				},
			];
		case 'references':
		case 'belongsto': {
			const key = call.named.get('foreign_key');
			const linked = truth(key) === true || key?.kind === 'map';
			return [
				{
					kind: 'add-column',
					object: table,
					column: options({name: `${first ?? '?'}_id`}, new Map([...call.named].filter(([one]) => one === 'null'))),
				},
				...(linked
					? [
							{
								kind: 'add-constraint' as const,
								form: 'foreign' as const,
								object: table,
								to: first ?? '?',
								keys: [`${first}_id`],
							},
						]
					: []),
			];
		}
		case 'dropcolumn':
		case 'dropcolumns':
		case 'removecolumn':
		case 'removecolumns':
		case 'remove':
			// Ecto says the type behind the name.
			return (framework === 'ecto' ? every.slice(0, 1) : every).map((name) => ({
				kind: 'drop-column',
				object: table,
				column: {name},
			}));
		case 'removereferences':
		case 'removebelongsto':
			return every.map((name) => ({kind: 'drop-column', object: table, column: {name: `${name}_id`}}));
		case 'droptimestamps':
		case 'droptimestampstz':
		case 'removetimestamps':
			return ['created_at', 'updated_at'].map((name) => ({kind: 'drop-column', object: table, column: {name}}));
		case 'dropsoftdeletes':
			return [{kind: 'drop-column', object: table, column: {name: first ?? 'deleted_at'}}];
		case 'dropconstrainedforeignid':
			return [{kind: 'drop-column', object: table, column: {name: first ?? '?'}}];
		case 'renamecolumn':
			return [{kind: 'rename-column', object: table, column: {name: first ?? '?'}, to: textOf(call.args[1]) ?? '?'}];
		case 'rename':
			// Rails renames a column so, Laravel the table.
			return call.args.length > 1
				? [{kind: 'rename-column', object: table, column: {name: first ?? '?'}, to: textOf(call.args[1]) ?? '?'}]
				: [{kind: 'rename-table', object: table, to: first ?? '?'}];
		case 'change':
		case 'altercolumn':
		case 'changecolumn': {
			const name = first ?? '?';
			const spec = options({...fromValue(name, call.args[1])}, call.named);
			if (call.args[1] !== undefined || call.named.has('type_') || call.named.has('type'))
				return [{kind: 'change-type', object: table, column: spec}];
			if (spec.notNull === true) return [{kind: 'set-not-null', object: table, column: spec}];
			return [{kind: 'modify-column', object: table, column: {name}}];
		}
		case 'changedefault':
			return [{kind: 'set-default', object: table, column: {name: first ?? '?'}}];
		case 'changenull':
			return [
				{
					kind: truth(call.args[1]) === false ? 'set-not-null' : 'drop-not-null',
					object: table,
					column: {name: first ?? '?'},
				},
			];
		case 'setnullable':
			return [{kind: 'drop-not-null', object: table, column: {name: first ?? '?'}}];
		case 'dropnullable':
			return [{kind: 'set-not-null', object: table, column: {name: first ?? '?'}}];
		case 'unique':
			return [{kind: 'add-constraint', form: 'unique', object: table, keys: textsOf(call.args[0])}];
		case 'primary':
			return [{kind: 'add-constraint', form: 'primary', object: table, keys: textsOf(call.args[0])}];
		case 'check':
		case 'checkpositive':
		case 'checkin':
		case 'checkconstraint':
		case 'createcheckconstraint':
			return [{kind: 'add-constraint', form: 'check', object: table, notValid}];
		case 'createuniqueconstraint':
			return [{kind: 'add-constraint', form: 'unique', object: table, keys: textsOf(call.args[1])}];
		case 'createforeignkey':
			return [{kind: 'add-constraint', form: 'foreign', object: table, to: textOf(call.args[1]) ?? '?'}];
		case 'foreign':
		case 'foreignkey': {
			const spec = chained({name: first ?? '?'}, call.chain);
			return [
				{
					kind: 'add-constraint',
					form: 'foreign',
					object: table,
					keys: textsOf(call.args[0]),
					to: spec.references ?? first ?? '?',
					cascade: spec.cascades === true,
					notValid,
				},
			];
		}
		case 'index':
		case 'createindex':
		case 'fulltext':
		case 'spatialindex': {
			const unique = truth(call.named.get('unique')) === true;
			const quiet = textOf(call.named.get('algorithm')) === 'concurrently';
			return [
				{
					kind: 'create-index',
					object: table,
					unique,
					concurrently: quiet,
					keys: textsOf(call.args[plain === 'createindex' ? 1 : 0]),
				},
			];
		}
		case 'dropindex':
		case 'removeindex':
			return [{kind: 'drop-index', object: first ?? '?', to: table}];
		case 'dropunique':
		case 'dropforeign':
		case 'dropconstraint':
		case 'dropchecks':
			return [{kind: 'drop-constraint', object: table, name: first ?? textsOf(call.args[0])[0] ?? '?'}];
		case 'dropprimary':
			return [{kind: 'drop-constraint', form: 'primary', object: table, name: 'PRIMARY KEY'}];
		default:
			return [];
	}
}
