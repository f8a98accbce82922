// Room: detectors. Terraform, block by block, before and after: what the next apply would destroy, replace or open.

import type {Change} from '../domain/change.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {stepBetween} from './support/manifests.ts';
import {type Attribute, attributesOf, type Block, readHcl} from './support/ops/hcl.ts';
import {TERRAFORM_RULES} from './support/ops/terraform-rules.ts';
import {type Sighting, seenAs} from './support/rules.ts';

type Note = Omit<Sighting, 'path'>;

/** Attributes of common resources whose change destroys and creates anew. Source: the providers' own documentation. */
const REPLACES: Readonly<Record<string, readonly string[]>> = {
	aws_db_instance: [
		'engine',
		'db_name',
		'username',
		'availability_zone',
		'storage_encrypted',
		'kms_key_id',
		'identifier',
	],
	aws_rds_cluster: [
		'engine',
		'master_username',
		'database_name',
		'storage_encrypted',
		'kms_key_id',
		'cluster_identifier',
	],
	aws_dynamodb_table: ['name', 'hash_key', 'range_key'],
	aws_s3_bucket: ['bucket', 'bucket_prefix'],
	aws_instance: ['ami', 'availability_zone', 'subnet_id', 'key_name'],
	aws_ebs_volume: ['availability_zone', 'encrypted', 'snapshot_id'],
	aws_efs_file_system: ['encrypted', 'kms_key_id', 'performance_mode'],
	aws_elasticache_cluster: ['engine', 'subnet_group_name', 'cluster_id'],
	aws_elasticache_replication_group: ['at_rest_encryption_enabled', 'subnet_group_name', 'replication_group_id'],
	aws_sqs_queue: ['name', 'fifo_queue'],
	aws_sns_topic: ['name', 'fifo_topic'],
	aws_kinesis_stream: ['name'],
	aws_lb: ['name', 'internal', 'load_balancer_type'],
	aws_lb_target_group: ['name', 'port', 'protocol', 'vpc_id', 'target_type'],
	aws_subnet: ['cidr_block', 'availability_zone', 'vpc_id'],
	aws_vpc: ['cidr_block'],
	aws_eks_cluster: ['name', 'role_arn'],
	google_sql_database_instance: ['name', 'region', 'database_version'],
	google_storage_bucket: ['name', 'location'],
	google_container_cluster: ['name', 'location', 'network', 'subnetwork'],
	google_compute_instance: ['name', 'zone'],
	google_compute_disk: ['name', 'zone', 'type'],
	google_bigquery_dataset: ['dataset_id', 'location'],
	azurerm_resource_group: ['name', 'location'],
	azurerm_storage_account: ['name', 'location', 'account_kind'],
	azurerm_postgresql_flexible_server: ['name', 'location', 'administrator_login'],
	azurerm_mssql_server: ['name', 'location', 'version', 'administrator_login'],
	azurerm_kubernetes_cluster: ['name', 'location', 'dns_prefix'],
};

const PROTECTS =
	/(^|\.)(prevent_destroy|deletion_protection|deletion_protection_enabled|termination_protection|enable_deletion_protection)$/;
const ENDANGERS = /(^|\.)(force_destroy|skip_final_snapshot|force_delete)$/;
const BACKUPS =
	/(^|\.)(backup_retention_period|retention_in_days|snapshot_retention_limit|backup_retention_days|point_in_time_recovery_enabled)$/;
const ENCRYPTS =
	/(^|\.)(encrypted|storage_encrypted|at_rest_encryption_enabled|transit_encryption_enabled|enable_https_traffic_only|require_ssl)$/;
const SIZES =
	/(^|\.)(desired_capacity|min_size|max_size|desired_count|node_count|replica_count|num_cache_nodes|instance_count)$/;
const SECRET = /(^|[._])(password|secret|token|api_?key|private_?key)$/i;

const literal = (value: string | undefined) => value?.replace(/^"(.*)"$/, '$1');

function* attribute(block: Block, old: Attribute | undefined, now: Attribute): Iterable<Note> {
	if (old?.value === now.value) return;
	const object = block.labels.join('.');
	const note = {line: now.line, object, ...(old ? {before: old.value} : {}), after: now.value};
	const {name, value} = now;
	if (PROTECTS.test(name) && value === 'false')
		yield {...note, rule: 'tf-protection-off', what: `sets ${name} = false`};
	else if (ENDANGERS.test(name) && value === 'true')
		yield {...note, rule: 'tf-protection-off', what: `sets ${name} = true`};
	else if (BACKUPS.test(name) && old && (value === 'false' || Number(value) < Number(old.value)))
		yield {...note, rule: 'tf-backups-off', what: `${name} is ${value} instead of ${old.value}`};
	else if (ENCRYPTS.test(name) && value === 'false')
		yield {...note, rule: 'tf-unencrypted', what: `sets ${name} = false`};
	else if (SIZES.test(name) && old && Number(value) < Number(old.value))
		yield {...note, rule: 'tf-size-lowered', what: `${name} is ${value} instead of ${old.value}`};
	if (
		/"(0\.0\.0\.0\/0|::\/0)"/.test(value) &&
		!/"(0\.0\.0\.0\/0|::\/0)"/.test(old?.value ?? '') &&
		!/egress/.test(`${name} ${block.name}`)
	)
		yield {...note, rule: 'tf-public', what: `lets everybody in (${name})`};
	if (/(^|\.)(publicly_accessible|public_network_access_enabled)$/.test(name) && value === 'true')
		yield {...note, rule: 'tf-public', what: `sets ${name} = true`};
	if (/(^|\.)acl$/.test(name) && /"public-read/.test(value))
		yield {...note, rule: 'tf-public', what: `sets ${name} = ${value}`};
	if (
		/(actions|Action)\W+\[?\s*"\*"/.test(`${name} = ${value}`) &&
		!/(actions|Action)\W+\[?\s*"\*"/.test(`${name} = ${old?.value ?? ''}`)
	)
		yield {...note, rule: 'tf-rights-wild', what: 'allows every action'};
	if (SECRET.test(name) && /^"[^"$]{4,}"$/.test(value))
		yield {line: now.line, object, rule: 'tf-secret', what: `writes ${name} in clear`};
	if (old && block.type === 'resource' && REPLACES[block.labels[0] ?? '']?.includes(name))
		yield {...note, rule: 'tf-replaced', what: `changes ${name}, which replaces ${object}`};
	if (old && /(^|\.)(version|engine_version|required_version)$/.test(name) && stepBetween(old.value, value) === 'major')
		yield {...note, rule: 'tf-version-major', what: `${name} is ${literal(value)} instead of ${literal(old.value)}`};
	if (
		old &&
		block.type === 'module' &&
		name === 'source' &&
		literal(old.value)?.split('?')[0] !== literal(value)?.split('?')[0]
	)
		yield {...note, rule: 'tf-module-source', what: `takes the module ${object} from another place`};
}

function* block(old: Block | undefined, now: Block): Iterable<Note> {
	const before = new Map(old ? [...attributesOf(old)].map((one) => [one.name, one]) : []);
	const after = [...attributesOf(now)];
	for (const one of after) yield* attribute(now, before.get(one.name), one);
	const names = new Set(after.map(({name}) => name));
	for (const one of before.values()) {
		if (PROTECTS.test(one.name) && one.value === 'true' && !names.has(one.name))
			yield {rule: 'tf-protection-off', line: now.line, what: `takes ${one.name} away`, object: now.labels.join('.')};
	}
	const backend = (side: Block | undefined) => side?.blocks.find(({type}) => type === 'backend' || type === 'cloud');
	const [was, is] = [backend(old), backend(now)];
	const shape = (side: Block | undefined) =>
		JSON.stringify(side && [side.name, side.attributes.map(({name, value}) => [name, value])]);
	if (old && shape(was) !== shape(is))
		yield {rule: 'tf-backend-changed', line: is?.line ?? now.line, what: 'keeps its state elsewhere'};
	if (now.type === 'variable' && !names.has('default') && (!old || before.has('default')))
		yield {
			rule: 'tf-variable-required',
			line: now.line,
			what: `asks for ${now.labels.join('.')}`,
			object: now.labels.join('.'),
		};
	if (now.type === 'resource' && !old)
		yield {
			rule: 'tf-resource-added',
			line: now.line,
			what: `adds ${now.labels.join('.')}`,
			object: now.labels.join('.'),
		};
}

/** What the same change writes in other files: a resource that only moved is still there. */
interface Elsewhere {
	readonly names: ReadonlySet<string>;
	readonly moved: ReadonlySet<string>;
}

function* inFile({path, before, after}: Patch, elsewhere: Elsewhere): Iterable<Sighting> {
	const [was, is] = [readHcl(before ?? ''), readHcl(after ?? '')];
	const start = is[0]?.line;
	for (const old of was) {
		if (elsewhere.names.has(old.name)) continue;
		const object = old.labels.join('.');
		if (old.type === 'output')
			yield {rule: 'tf-output-gone', path, line: start, what: `removes the output ${object}`, object};
		if (old.type !== 'resource' || elsewhere.moved.has(object)) continue;
		const body = ({attributes}: Block) => JSON.stringify(attributes.map(({name, value}) => [name, value]));
		const twin = is.find(
			(now) =>
				now.type === 'resource' &&
				now.labels[0] === old.labels[0] &&
				body(now) === body(old) &&
				!was.some(({name}) => name === now.name),
		);
		if (twin)
			yield {
				rule: 'tf-resource-renamed',
				path,
				line: twin.line,
				what: `calls ${object} ${twin.labels.join('.')}`,
				object,
				before: object,
				after: twin.labels.join('.'),
			};
		else yield {rule: 'tf-resource-gone', path, line: start, what: `removes ${object}: it is destroyed`, object};
	}
	for (const now of is) {
		const old = was.find(({name}) => name === now.name);
		for (const note of block(old, now)) yield {...note, path};
	}
}

const wants = (path: string) => /\.tf$/i.test(path) && !isTestPath(path);

export const detector = {
	name: 'terraform',
	topic: 'infra',
	rules: TERRAFORM_RULES,
	reads: 'files',
	wants,
	detect(change: Change, patches: readonly Patch[]) {
		const wanted = patches.filter(({path}) => wants(path));
		const blocks = wanted.flatMap(({after}) => readHcl(after ?? ''));
		const moved = blocks
			.filter(({type}) => type === 'moved' || type === 'removed')
			.flatMap(({attributes}) => attributes.filter(({name}) => name === 'from').map(({value}) => value));
		const elsewhere: Elsewhere = {names: new Set(blocks.map(({name}) => name)), moved: new Set(moved)};
		return seenAs(
			change,
			TERRAFORM_RULES,
			wanted.flatMap((patch) => [...inFile(patch, elsewhere)]),
		);
	},
} satisfies Detector;
