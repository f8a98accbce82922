// Room: tests. The rules about Terraform, manifests, configuration, flags and schedules: what fires each, and what does not.

import type {Case, Files} from './cases.ts';

const tf = (
	fires: [string | undefined, string | undefined],
	quiet: [string | undefined, string | undefined],
): Case => ({
	fires: ['infra/main.tf', ...fires],
	quiet: ['infra/main.tf', ...quiet],
});
const db = (text: string, name = 'main') => `resource "aws_db_instance" "${name}" {\n${text}}\n`;

export const TERRAFORM: Readonly<Record<string, Case>> = {
	'tf-resource-gone': tf(
		[db('  engine = "x"\n'), ''],
		[db('  engine = "x"\n'), `removed {\n  from = aws_db_instance.main\n}\n`],
	),
	'tf-resource-renamed': tf(
		[db('  engine = "x"\n'), db('  engine = "x"\n', 'other')],
		[
			db('  engine = "x"\n'),
			`${db('  engine = "x"\n', 'other')}moved {\n  from = aws_db_instance.main\n  to = aws_db_instance.other\n}\n`,
		],
	),
	'tf-replaced': tf(
		[db('  engine = "a"\n'), db('  engine = "b"\n')],
		[db('  tags = {a = 1}\n'), db('  tags = {a = 2}\n')],
	),
	'tf-protection-off': tf(
		[db('  lifecycle {\n    prevent_destroy = true\n  }\n'), db('')],
		[db('  deletion_protection = false\n'), db('  deletion_protection = true\n')],
	),
	'tf-backups-off': tf(
		[db('  backup_retention_period = 7\n'), db('  backup_retention_period = 0\n')],
		[db('  backup_retention_period = 7\n'), db('  backup_retention_period = 14\n')],
	),
	'tf-public': tf(
		[undefined, 'resource "aws_security_group" "a" {\n  ingress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'],
		[undefined, 'resource "aws_security_group" "a" {\n  egress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'],
	),
	'tf-unencrypted': tf(
		[undefined, db('  storage_encrypted = false\n')],
		[undefined, db('  storage_encrypted = true\n')],
	),
	'tf-rights-wild': tf(
		[undefined, 'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["*"]\n  }\n}\n'],
		[undefined, 'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["s3:Get*"]\n  }\n}\n'],
	),
	'tf-size-lowered': tf(
		[
			'resource "aws_ecs_service" "a" {\n  desired_count = 4\n}\n',
			'resource "aws_ecs_service" "a" {\n  desired_count = 2\n}\n',
		],
		[
			'resource "aws_ecs_service" "a" {\n  desired_count = 2\n}\n',
			'resource "aws_ecs_service" "a" {\n  desired_count = 4\n}\n',
		],
	),
	'tf-version-major': tf(
		['module "a" {\n  version = "4.2.0"\n}\n', 'module "a" {\n  version = "5.0.0"\n}\n'],
		['module "a" {\n  version = "4.2.0"\n}\n', 'module "a" {\n  version = "4.3.0"\n}\n'],
	),
	'tf-backend-changed': tf(
		[
			'terraform {\n  backend "s3" {\n    key = "a"\n  }\n}\n',
			'terraform {\n  backend "s3" {\n    key = "b"\n  }\n}\n',
		],
		[
			'terraform {\n  backend "s3" {\n    key = "a"\n  }\n}\n',
			'terraform {\n  # why\n  backend "s3" {\n    key = "a"\n  }\n}\n',
		],
	),
	'tf-variable-required': tf(
		[undefined, 'variable "a" {\n  type = string\n}\n'],
		[undefined, 'variable "a" {\n  default = "{ x"\n}\n'],
	),
	'tf-output-gone': tf(
		['output "a" {\n  value = 1\n}\n', ''],
		['output "a" {\n  value = 1\n}\n', 'output "a" {\n  value = 2\n}\n'],
	),
	'tf-module-source': tf(
		['module "a" {\n  source = "git::x//a?ref=1"\n}\n', 'module "a" {\n  source = "git::y//a?ref=1"\n}\n'],
		['module "a" {\n  source = "git::x//a?ref=1"\n}\n', 'module "a" {\n  source = "git::x//a?ref=2"\n}\n'],
	),
	'tf-secret': tf([undefined, db('  password = "hunter22"\n')], [undefined, db('  password = var.password\n')]),
	'tf-resource-added': tf([undefined, db('')], [db(''), db('  # why\n')]),
};

const json = (value: unknown) => JSON.stringify(value, null, 2);
const npm = (was: object, is: object): Files => ['package.json', json(was), json(is)];
const needs = (version: string) => ({dependencies: {lib: version}});

export const DEPENDENCIES: Readonly<Record<string, Case>> = {
	'dep-major': {fires: npm(needs('^1.2.0'), needs('^2.0.0')), quiet: npm(needs('^1.2.0'), needs('^1.3.0'))},
	'dep-back': {fires: npm(needs('^1.2.0'), needs('^1.1.0')), quiet: npm(needs('^1.1.0'), needs('^1.2.0'))},
	'dep-minor': {fires: npm(needs('^1.2.0'), needs('^1.3.0')), quiet: npm(needs('^1.2.0'), needs('^1.2.1'))},
	'dep-patch': {fires: npm(needs('^1.2.0'), needs('^1.2.1')), quiet: npm(needs('^1.2.0'), needs('^1.3.0'))},
	'dep-changed': {fires: npm(needs('^1.2.0'), needs('~1.2.0')), quiet: npm(needs('^1.2.0'), needs('^1.2.1'))},
	'dep-added': {fires: npm({dependencies: {}}, needs('^1.2.0')), quiet: npm({name: 'a'}, {name: 'b'})},
	'dep-removed': {
		fires: npm(needs('^1.2.0'), {dependencies: {}}),
		quiet: npm(needs('^1.2.0'), {devDependencies: {lib: '^1.2.0'}}),
	},
	'dep-engine': {
		fires: npm({engines: {node: '>=20'}}, {engines: {node: '>=22'}}),
		quiet: npm({engines: {node: '>=20'}}, {engines: {node: '>=20'}, name: 'a'}),
	},
	'dep-outside-registry': {fires: npm({}, needs('github:who/what')), quiet: npm({}, needs('^1.0.0'))},
	'dep-floating': {fires: npm({}, needs('*')), quiet: npm(needs('*'), {...needs('*'), name: 'a'})},
	'dep-install-script': {
		fires: npm({scripts: {}}, {scripts: {postinstall: 'node x'}}),
		quiet: npm({scripts: {postinstall: 'node x'}}, {scripts: {postinstall: 'node x', build: 'tsc'}}),
	},
	'dep-only-development': {
		fires: npm(needs('^1.2.0'), {devDependencies: {lib: '^1.2.0'}}),
		quiet: npm({devDependencies: {lib: '^1.2.0'}}, needs('^1.2.0')),
	},
	'dep-override': {
		fires: npm({}, {overrides: {lib: '1.0.0'}}),
		quiet: npm({overrides: {lib: '1.0.0'}}, {overrides: {}}),
	},
	'dep-peer-narrowed': {
		fires: npm({peerDependencies: {react: '>=17'}}, {peerDependencies: {react: '>=19'}}),
		quiet: npm({peerDependencies: {react: '>=17'}}, {peerDependencies: {react: '>=17', ink: '8'}}),
	},
	'dep-manager': {
		fires: npm({packageManager: 'pnpm@9'}, {packageManager: 'pnpm@10'}),
		quiet: npm({}, {packageManager: 'pnpm@10'}),
	},
};

const code = (was: string, is: string): Files => ['src/a.ts', was, is];

export const CONFIGURATION: Readonly<Record<string, Case>> = {
	'config-variable-required': {
		fires: code('', 'const a = process.env.API_URL;'),
		quiet: code('', 'const a = process.env.API_URL ?? "x";'),
	},
	'config-variable-born': {
		fires: code('', 'const a = process.env.API_URL ?? "x";'),
		quiet: code('f(process.env.API_URL)', 'g(process.env.API_URL)'),
	},
	'config-default-gone': {
		fires: code('f(process.env.API_URL ?? "x")', 'f(process.env.API_URL)'),
		quiet: code('f(process.env.API_URL)', 'f(process.env.API_URL ?? "x")'),
	},
	'config-variable-declared': {fires: ['.env.example', 'A=1', 'A=1\nB=2'], quiet: ['.env.example', 'A=1', 'A=2']},
	'config-variable-dropped': {fires: ['.env.example', 'A=1\nB=2', 'A=1'], quiet: ['.env.example', 'A=1', 'A=1\nB=2']},
	'config-env-file': {fires: ['.env.production', undefined, 'A=1'], quiet: ['.env.production', 'A=1', undefined]},
	'config-file': {fires: ['config/app.yaml', 'a: 1', 'a: 2'], quiet: ['src/app.yaml', 'a: 1', 'a: 2']},
	'config-file-gone': {fires: ['config/app.yaml', 'a: 1', undefined], quiet: ['config/app.yaml', undefined, 'a: 1']},
};

const flags = (was: string, is: string): Files => ['src/feature-flags.ts', was, is];

export const FLAGS: Readonly<Record<string, Case>> = {
	'flag-on': {
		fires: flags('  newCart: false,', '  newCart: true,'),
		quiet: flags('  newCart: true,', '  newCart: false,'),
	},
	'flag-off': {
		fires: flags('  newCart: parse(process.env.CART, true),', '  newCart: parse(process.env.CART, false),'),
		quiet: flags('  newCart: true,', '  newCart: true, // why'),
	},
	'flag-born': {fires: flags('', '  newCart: false,'), quiet: flags('', '  newCart: true,')},
	'flag-gone': {fires: flags('  newCart: true,', ''), quiet: flags('  count: 3,', '')},
};

const jobs = (was: string, is: string): Files => ['src/jobs.ts', was, is];

export const SCHEDULES: Readonly<Record<string, Case>> = {
	'schedule-changed': {
		fires: jobs("cron('0 3 * * *', run)", "cron('0 4 * * *', run)"),
		quiet: jobs("cron('0 3 * * *', run)", "cron('0 3 * * *', walk)"),
	},
	'schedule-born': {
		fires: ['etc/crontab', '', '0 3 * * * root /bin/x'],
		quiet: ['etc/crontab', '', '# 0 3 * * * root /bin/x'],
	},
	'schedule-gone': {fires: ['a.timer', 'OnCalendar=daily', ''], quiet: jobs("const size = '1 2 3 4 5';", '')},
	'schedule-often': {fires: jobs('', "schedule('* * * * *', run)"), quiet: jobs('', "schedule('*/5 * * * *', run)")},
};
