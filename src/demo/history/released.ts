// Room: demo. The sample history up to what is live: how main came to 1.0.0, and the hotfix after it.

import {APP, CONFIG, DB, HTTP, LIVE, LOG, MIGRATE, SERVER} from '../service/core.ts';
import * as shop from '../service/shop.ts';
import * as around from '../service/surroundings.ts';
import {drop, put, source, swap} from './edits.ts';
import {commit, INES, JUN, MARA, type Pick, type Step, TOMAS} from './step.ts';

/** The first version had no orders to tell about, and no database. */
const APP_WITHOUT_LIVE = [
	swap('src/app.js', "import {attachLive} from './live.js';\n", ''),
	swap('src/app.js', '\tcontext.live = attachLive(server);\n', ''),
	swap('src/app.js', '\t\tcontext.live.close();\n', ''),
];

const HEALTH = [
	put('src/routes/health.js', shop.HEALTH_ROUTES),
	put('tests/kit.js', shop.KIT),
	put('tests/health.test.js', shop.HEALTH_TEST),
];

/** @param project the text of orchestration/orchestra.json. */
export function released(project: string): readonly Step[] {
	return [
		commit(INES, 'An empty shop: a server, a health check, a test', [
			put('package.json', around.PACKAGE),
			put('README.md', around.README),
			put('.gitignore', around.GITIGNORE),
			put('src/app.js', APP),
			...APP_WITHOUT_LIVE,
			put('src/http.js', HTTP),
			put('src/config.js', CONFIG),
			put('src/log.js', LOG),
			put('src/db.js', DB),
			put('src/server.js', SERVER),
			put('migrate.js', MIGRATE),
			put('migrations/001_orders.sql', around.FIRST_MIGRATION),
			...HEALTH,
		]),
		commit(INES, 'chore: let Orchestra conduct the releases', [put('orchestration/orchestra.json', project)]),
		commit(JUN, 'feat(products): a price list', [
			put('migrations/002_products.sql', around.PRODUCTS_MIGRATION),
			put('src/products.js', shop.PRODUCTS),
			put('src/routes/products.js', shop.PRODUCT_ROUTES),
		]),
		commit(
			INES,
			'feat(orders): take orders, and tell everybody who listens',
			[
				put('src/orders.js', shop.ORDERS),
				put('src/routes/orders.js', shop.ORDER_ROUTES),
				put('src/live.js', LIVE),
				drop('src/app.js'),
				put('src/app.js', APP),
				put('tests/orders.test.js', shop.ORDERS_TEST),
				put('tests/ready.test.js', shop.READY_TEST),
				put('tests/live.test.js', shop.LIVE_TEST),
			],
			{tag: 'v0.1.0'},
		),
		commit(TOMAS, 'build: an image, and tests on every push', [
			put('Dockerfile', around.DOCKERFILE),
			put('.github/workflows/ci.yml', around.CI),
		]),
		commit(MARA, 'feat(report): what was sold today', [
			put('src/report.js', shop.REPORT),
			put('src/routes/report.js', shop.REPORT_ROUTES),
			put('tests/report.test.js', shop.REPORT_TEST),
		]),
		commit(
			JUN,
			'docs: describe the interface, and try a fresh installation',
			[put('openapi.yaml', around.OPENAPI), put('smoke/order.smoke.js', shop.SMOKE)],
			{tag: 'v0.9.0'},
		),
		commit(INES, 'chore(release): 1.0.0', [swap('package.json', '"version": "0.1.0"', '"version": "1.0.0"')], {
			tag: 'v1.0.0',
		}),
	];
}

const MISSING_TEST = source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('an order that never was is a 404', async (t) => {
	const {ask} = await bakery(t);
	assert.equal((await ask('GET', '/orders/77')).status, 404);
});
`;

/** The same edits on dev and, as a pick, on main. */
export const MISSING_ORDER = [
	swap(
		'src/routes/orders.js',
		"\t\t\treturn {body: {...order, waiting: order.state === 'taken'}};",
		"\t\t\tif (!order) throw new Problem(404, 'there is no such order');\n\t\t\treturn {body: {...order, waiting: order.state === 'taken'}};",
	),
	put('tests/missing.test.js', MISSING_TEST),
];

const hotfix: Pick = {
	kind: 'pick',
	by: INES,
	of: 'missing order',
	subject: 'fix(orders): answer 404 for an order that never was (BAK-11)',
	edits: MISSING_ORDER,
};

/** What happened on main after dev left it: the hotfix that is live as 1.0.1. */
export const HOTFIX: readonly Step[] = [
	hotfix,
	commit(INES, 'chore(release): 1.0.1', [swap('package.json', '"version": "1.0.0"', '"version": "1.0.1"')], {
		tag: 'v1.0.1',
	}),
];
