// Room: detectors. Calls of a migration that change rows: `knex('a').update(…)`, `queryInterface.bulkDelete('a', …)`,
// `Order.update_all(…)`, `DB::table('a')->delete()`, `migrations.RunPython(…)`, `migrationBuilder.DeleteData(…)`.

import {type Call, isNothing, plainName, textOf} from './call.ts';
import type {Framework} from './families.ts';
import type {Where} from './op.ts';
import type {Draft} from './postgres-ops.ts';

const LIMITING = /^(where\w*|andwhere|orwhere|having|limit|filter|exclude|find|findby|scope|in|not|joins)$/;
const UPDATES = /^(update|updateall|increment|decrement|bulkupdate|save)$/;
const DELETES = /^(delete|del|deleteall|destroyall|bulkdelete)$/;

export function dataCalls(call: Call, framework: Framework): Draft[] {
	const plain = plainName(call.name);
	if (plain === 'runpython' || plain === 'runcode')
		return [{kind: 'run-code', object: textOf(call.args[0]) ?? 'a function'}];
	if (plain === 'bulkinsert' || plain === 'insertdata')
		return [{kind: 'insert', object: textOf(call.named.get('table')) ?? textOf(call.args[0]) ?? '?'}];
	if (plain === 'bulkdelete') {
		const condition = call.args[1];
		const none = isNothing(condition) || (condition?.kind === 'map' && condition.entries.size === 0);
		return [{kind: 'delete', object: textOf(call.args[0]) ?? '?', where: none ? 'none' : 'some'}];
	}
	if (plain === 'bulkupdate') {
		const condition = call.args[2];
		const none = isNothing(condition) || (condition?.kind === 'map' && condition.entries.size === 0);
		return [{kind: 'update', object: textOf(call.args[0]) ?? '?', where: none ? 'none' : 'some'}];
	}
	if (framework === 'ef' && (plain === 'deletedata' || plain === 'updatedata'))
		return [
			{
				kind: plain === 'deletedata' ? 'delete' : 'update',
				object: textOf(call.named.get('table')) ?? '?',
				where: 'some',
			},
		];
	if (framework === 'rails' && (plain === 'updateall' || plain === 'deleteall' || plain === 'destroyall'))
		return [rows(plain, call.on.split('.')[0] || '?', 'none')];
	// `knex('orders')…`, `DB::table('orders')…`, `Order.where(…)…`
	const table = textOf(call.args[0]);
	const starts = /^(knex|trx|db|table|from)$/i.test(call.name) || (framework === 'rails' && LIMITING.test(plain));
	if (!starts || call.chain.length === 0) return [];
	const object = framework === 'rails' ? call.on.split('.')[0] || '?' : table;
	if (object === undefined) return [];
	const limited = LIMITING.test(plain) || call.chain.some((next) => LIMITING.test(plainName(next.name)));
	return call.chain.flatMap((next): Draft[] => {
		const name = plainName(next.name);
		if (name === 'truncate') return [{kind: 'truncate', object}];
		if (!UPDATES.test(name) && !DELETES.test(name)) return [];
		return [rows(name, object, limited ? 'some' : 'none')];
	});
}

const rows = (name: string, object: string, where: Where): Draft => ({
	kind: DELETES.test(name) ? 'delete' : 'update',
	object,
	where,
});
