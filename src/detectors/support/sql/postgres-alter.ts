// Room: detectors. The actions of PostgreSQL's ALTER TABLE (and ALTER TYPE of a composite), one operation each.

import type {Draft} from './postgres-ops.ts';
import {column, constraint, defaultOf, relation} from './postgres-parts.ts';
import {flag, isTree, kid, list, type Tree, text} from './tree.ts';

function action(subtype: string, node: Tree, object: string): Draft | undefined {
	const name = text(node, 'name');
	const def = kid(node, 'def');
	const cascade = text(node, 'behavior') === 'DROP_CASCADE';
	switch (subtype) {
		case 'AT_AddColumn':
			return {kind: 'add-column', object, column: column(kid(def, 'ColumnDef')), ifNotExists: flag(node, 'missing_ok')};
		case 'AT_DropColumn':
			return {kind: 'drop-column', object, column: {name}, cascade, ifExists: flag(node, 'missing_ok')};
		case 'AT_AlterColumnType':
			return {kind: 'change-type', object, column: {...column(kid(def, 'ColumnDef')), name}};
		case 'AT_ColumnDefault':
			return def && defaultOf(def) !== 'null'
				? {kind: 'set-default', object, column: {name}}
				: {kind: 'drop-default', object, column: {name}};
		case 'AT_SetNotNull':
			return {kind: 'set-not-null', object, column: {name}};
		case 'AT_DropNotNull':
			return {kind: 'drop-not-null', object, column: {name}};
		case 'AT_AddIdentity':
			return {kind: 'add-identity', object, column: {name}, of: text(def, 'Constraint', 'generated_when')};
		case 'AT_DropIdentity':
		case 'AT_DropExpression':
			return {
				kind: 'drop-identity',
				object,
				column: {name},
				of: subtype === 'AT_DropIdentity' ? 'identity' : 'expression',
			};
		case 'AT_AddConstraint':
			return {kind: 'add-constraint', object, ...constraint(kid(def, 'Constraint'))};
		case 'AT_ValidateConstraint':
			return {kind: 'validate-constraint', object, name};
		case 'AT_DropConstraint':
			return {kind: 'drop-constraint', object, name, cascade, ...(/_pkey$/.test(name) ? {form: 'primary'} : {})};
		case 'AT_AlterConstraint':
			return {kind: 'alter-constraint', object, name: text(def, 'ATAlterConstraint', 'conname')};
		case 'AT_AttachPartition':
			return {kind: 'attach-partition', object, to: relation(kid(def, 'PartitionCmd', 'name'))};
		case 'AT_DetachPartition':
			return {
				kind: 'detach-partition',
				object,
				to: relation(kid(def, 'PartitionCmd', 'name')),
				concurrently: flag(def, 'PartitionCmd', 'concurrent'),
			};
		case 'AT_SetTableSpace':
			return {kind: 'rewrite-table', of: 'SET TABLESPACE', object};
		case 'AT_SetAccessMethod':
			return {kind: 'rewrite-table', of: 'SET ACCESS METHOD', object};
		case 'AT_SetLogged':
			return {kind: 'rewrite-table', of: 'SET LOGGED', object};
		case 'AT_SetUnLogged':
			return {kind: 'rewrite-table', of: 'SET UNLOGGED', object};
		case 'AT_EnableRowSecurity':
		case 'AT_ForceRowSecurity':
			return {kind: 'row-security', of: 'on', object};
		case 'AT_DisableRowSecurity':
		case 'AT_NoForceRowSecurity':
			return {kind: 'row-security', of: 'off', object};
		default:
			if (/^AT_Disable(Trig|Rule)/.test(subtype)) return {kind: 'trigger-switch', of: 'off', object, name};
			if (/^AT_Enable/.test(subtype)) return {kind: 'trigger-switch', of: 'on', object, name};
			return undefined;
	}
}

export function tableActions(node: Tree): Draft[] {
	const object = relation(kid(node, 'relation'));
	const of = text(node, 'objtype').replace('OBJECT_', '').toLowerCase();
	return list(node, 'cmds').flatMap((cmd, part): Draft[] => {
		const inner = kid(cmd, 'AlterTableCmd');
		const draft = isTree(inner) ? action(text(inner, 'subtype'), inner, object) : undefined;
		return draft ? [{...draft, ...(of !== 'table' && draft.of === undefined ? {of} : {}), part}] : [];
	});
}
