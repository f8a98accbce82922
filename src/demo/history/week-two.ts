// Room: demo. The second third of what waits on dev: loyalty points and what builds on them, an export, two critical fixes, and
// the change that passes every test and fails only under traffic.

import {testOf} from '../service/test-file.ts';
import * as files from '../service/week-two.ts';
import {after, before, put, source, swap} from './edits.ts';
import {BOT, commit, INES, JUN, MARA, merge, type Step, TOMAS} from './step.ts';

export const WEEK_TWO: readonly Step[] = [
	commit(TOMAS, 'fix(server): say which port is taken instead of a stack trace', [
		before('src/server.js', "import {makeApp} from './app.js';", "import {exit} from 'node:process';\n\n"),
		before(
			'src/server.js',
			'function stop(signal) {',
			source`app.once('error', (error) => {
	log('cannot listen', {port: config.port, reason: error.code});
	exit(1);
});

`,
		),
	]),
	commit(BOT, 'chore(deps): bump node from 22.13-alpine to 22.22-alpine', [
		swap('Dockerfile', 'FROM node:22.13-alpine', 'FROM node:22.22-alpine'),
	]),
	commit(MARA, 'feat(loyalty): a point for each piece (BAK-23)', [
		put('migrations/004_loyalty.sql', files.LOYALTY_MIGRATION),
		put('src/loyalty.js', files.LOYALTY),
		put('src/routes/loyalty.js', files.LOYALTY_ROUTES),
		before('src/routes/orders.js', "} from '../orders.js';", "import {earn} from '../loyalty.js';\n"),
		after('src/routes/orders.js', '\t\t\tlive.ordered();', '\t\t\tearn(db, customer, quantity);\n'),
		put(
			'tests/loyalty.test.js',
			testOf(
				'each piece is a point',
				source`	await ask('POST', '/orders', {customer: 'Ada', product: 'roll', quantity: 4});
	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	assert.equal((await ask('GET', '/loyalty/Ada')).body.points, 5);
	assert.equal((await ask('GET', '/loyalty/Bo')).body.points, 0);
`,
			),
		),
	]),
	commit(MARA, 'feat(loyalty): a free roll for every hundred points (BAK-23)', [
		swap(
			'src/routes/loyalty.js',
			'return {body: {customer: params.customer, points}};',
			'return {body: {customer: params.customer, points, rolls: Math.floor(points / 100)}};',
		),
	]),
	commit(JUN, 'feat(vouchers): pay with points (BAK-26)', [
		swap(
			'src/loyalty.js',
			'/** A point for each piece bought. */\n',
			source`/** False when there are not enough. */
export function spend(db, customer, points) {
	const paid = db
		.prepare('UPDATE loyalty SET points = points - ? WHERE customer = ? AND points >= ?')
		.run(points, customer, points);
	return Number(paid.changes) === 1;
}

/** A point for each piece bought; vouchers spend them. */
`,
		),
		put('src/routes/vouchers.js', files.VOUCHER_ROUTES),
		put(
			'tests/vouchers.test.js',
			testOf(
				'points can be spent once',
				source`	await ask('POST', '/orders', {customer: 'Ada', product: 'roll', quantity: 20});
	assert.equal((await ask('POST', '/vouchers', {customer: 'Ada', points: 20})).body.worth, 100);
	assert.equal((await ask('POST', '/vouchers', {customer: 'Ada', points: 20})).status, 409);
`,
			),
		),
	]),
	commit(
		INES,
		'fix(security): close an SQL injection in the list of orders [BAK-27]',
		[
			swap('src/orders.js', `" WHERE customer = '" + customer + "'" : '';`, "' WHERE customer = ?' : '';"),
			swap(
				'src/orders.js',
				"return db.prepare('SELECT ' + COLUMNS + ' FROM orders' + where + ' ORDER BY id DESC LIMIT 50').all();",
				"const list = db.prepare('SELECT ' + COLUMNS + ' FROM orders' + where + ' ORDER BY id DESC LIMIT 50');\n\treturn customer ? list.all(customer) : list.all();",
			),
			put(
				'tests/injection.test.js',
				testOf(
					'a customer is a name and never a piece of SQL',
					source`	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	const list = await ask('GET', '/orders?customer=' + encodeURIComponent("' OR 'a' = 'a"));
	assert.deepEqual(list.body, []);
`,
				),
			),
		],
		{mark: 'critical', body: 'Anybody could read the orders of everybody.\n\nSeverity: critical'},
	),
	merge(INES, 15, 'tomas/csv-export', 'Orders as CSV for the tax adviser', 5, [
		commit(TOMAS, 'feat(export): orders as CSV', [put('src/routes/export.js', files.EXPORT_ROUTES)]),
		commit(TOMAS, 'test(export): quotes are doubled', [
			put(
				'tests/export.test.js',
				testOf(
					'quotes in a name are doubled',
					source`	await ask('POST', '/orders', {customer: 'Ada "the" B', product: 'rye'});
	assert.match((await ask('GET', '/export/orders')).body, /"Ada ""the"" B"/);
`,
				),
			),
		]),
	]),
	commit(TOMAS, 'feat(export): let the caller choose the separator (#36)', [
		swap(
			'src/routes/export.js',
			'handle: ({db}) => {',
			"handle: ({db, query}) => {\n\t\t\tconst separator = query.get('separator') ?? ',';",
		),
		swap('src/routes/export.js', "field(order[name])).join(','));", 'field(order[name])).join(separator));'),
		swap('src/routes/export.js', "body: NAMES.join(',') + ", 'body: NAMES.join(separator) + '),
	]),
	commit(INES, 'refactor(log): one JSON object per line', [
		swap(
			'src/log.js',
			"process.stdout.write(new Date().toISOString() + ' ' + what + ' ' + JSON.stringify(details) + '\\n');",
			"process.stdout.write(JSON.stringify({at: new Date().toISOString(), what, ...details}) + '\\n');",
		),
	]),
	commit(MARA, 'Delivery slots, first sketch', [
		put('src/delivery.js', files.DELIVERY),
		put('src/routes/delivery.js', files.DELIVERY_ROUTES),
		put(
			'tests/delivery.test.js',
			testOf(
				'there are two rides a day',
				source`	assert.equal((await ask('GET', '/delivery/2026-06-03')).body.length, 2);
`,
			),
		),
	]),
	commit(TOMAS, 'fix(delivery): nobody drives on Sundays', [
		swap(
			'src/delivery.js',
			'export function slotsOn(date) {\n',
			'export function slotsOn(date) {\n\tif (date.getUTCDay() === 0) return [];\n',
		),
	]),
	commit(JUN, 'chore: ignore the folders of editors', [after('.gitignore', 'node_modules/', '.idea/\n.vscode/\n')]),
	commit(
		INES,
		'fix: do not crash on a request for // (BAK-29)',
		[
			swap(
				'src/app.js',
				"\tconst url = new URL(request.url, 'http://bakery');",
				"\tconst url = URL.parse(request.url, 'http://bakery') ?? new URL('http://bakery/not-a-path');",
			),
			put(
				'tests/slashes.test.js',
				source`
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {request} from 'node:http';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('a path of two slashes is a 404 and nothing worse', async (t) => {
	const {base} = await bakery(t);
	const sent = request(base, {path: '//'}).end();
	const [answer] = await once(sent, 'response');
	answer.resume();
	assert.equal(answer.statusCode, 404);
});
`,
			),
		],
		{mark: 'critical', body: 'One such request took the whole service down.\n\nSeverity: critical'},
	),
	commit(INES, 'docs: a page for new bakers', [put('docs/NEW-BAKERS.md', files.NEW_BAKERS)]),
	commit(
		JUN,
		'feat(audit): keep the last requests at hand for support',
		[
			put('src/audit.js', files.AUDIT),
			put('src/audit/recent.js', files.AUDIT_RECENT),
			put('src/audit/totals.js', files.AUDIT_TOTALS),
			put('src/routes/audit.js', files.AUDIT_ROUTES),
			before('src/app.js', 'import {Problem, readBody, send}', "import {makeAudit} from './audit.js';\n"),
			before(
				'src/app.js',
				'\t\tconst body = await readBody(request);',
				'\t\tcontext.audit.note(request.method, url.pathname);\n',
			),
			before(
				'src/app.js',
				'\tcontext.live = attachLive(server);',
				'\tcontext.audit = makeAudit(config.auditKeep);\n\tserver.audit = context.audit;\n',
			),
			after('src/server.js', "\tlog('stopping', {signal});", "\tlog('audited', {kept: app.audit.size()});\n"),
			after('Dockerfile', 'ENV HOST=0.0.0.0', 'ENV AUDIT_KEEP=30\n'),
			after('src/config.js', 'database: env.DATABASE', '\t\tauditKeep: Number(env.AUDIT_KEEP ?? 30),\n'),
			before(
				'openapi.yaml',
				'\ncomponents:',
				source`

  /audit/recent:
    get:
      summary: What was asked lately, newest first
      responses:
        '200':
          description: A list of requests

  /audit/totals:
    get:
      summary: How often each path was asked before that
      responses:
        '200':
          description: A total per path
`,
			),
			before(
				'README.md',
				'## Test it',
				'## Look after it\n\n    curl localhost:3000/audit/recent\n\nAUDIT_KEEP says how many requests are kept one by one (30).\n\n',
			),
		],
		{mark: 'bad', body: 'So that support sees what happened right before a call.'},
	),
	commit(JUN, 'test(orders): two orders at the same moment', [
		put(
			'tests/two-orders.test.js',
			testOf(
				'two orders at the same moment are two orders',
				source`	const order = {customer: 'Ada', product: 'roll'};
	await Promise.all([ask('POST', '/orders', order), ask('POST', '/orders', order)]);
	assert.equal((await ask('GET', '/orders')).body.length, 2);
`,
			),
		),
	]),
	commit(JUN, 'perf(products): prepare the price list once', [
		swap(
			'src/products.js',
			"\treturn db.prepare('SELECT name, price FROM products ORDER BY name').all();",
			"\tif (!lists.has(db)) lists.set(db, db.prepare('SELECT name, price FROM products ORDER BY name'));\n\treturn lists.get(db).all();",
		),
		before('src/products.js', 'export function listProducts', 'const lists = new WeakMap();\n\n'),
	]),
	commit(TOMAS, 'build: leave tests and notes out of the image', [
		put('.dockerignore', '.git\n.github\n.orchestra\ndocs\nsmoke\ntests\n'),
	]),
];
