// Room: demo. The first third of what waits on dev: small repairs, opening hours, a search, receipts, and a change of mind.

import {testOf} from '../service/test-file.ts';
import {CACHE, HOURS, HOURS_ROUTES, MONEY, RECEIPT_ROUTES, SEARCH_ROUTES} from '../service/week-one.ts';
import {after, before, put, source, swap} from './edits.ts';
import {MISSING_ORDER} from './released.ts';
import {BOT, commit, INES, JUN, MARA, merge, type Step, TOMAS} from './step.ts';

export const WEEK_ONE: readonly Step[] = [
	commit(INES, 'docs: say what it takes to run the shop', [
		after('README.md', 'It listens on HOST', '\n\nNode 22.13 or newer is all it needs.\n'),
	]),
	commit(JUN, 'fix(orders): answer 404 for an order that never was (BAK-11)', MISSING_ORDER, {
		key: 'missing order',
		body: 'It was a 500 with a stack trace in the log.',
	}),
	commit(JUN, 'test(products): read the price list', [
		put(
			'tests/products.test.js',
			testOf(
				'a product has a name and a price',
				source`	const {body} = await ask('GET', '/products/rye');
	assert.equal(body.price, 480);
	assert.equal((await ask('GET', '/products/pizza')).status, 404);
`,
			),
		),
	]),
	commit(
		INES,
		'fix(http): read at most 64 KB of a body (security) [BAK-14]',
		[
			before(
				'src/http.js',
				'export async function readBody',
				'/** Bytes. An order is a few hundred. */\nconst LIMIT = 65_536;\n\n',
			),
			swap(
				'src/http.js',
				'\tfor await (const chunk of request) {\n',
				source`	let size = 0;
	// Not destroyed on the way out: the caller shall still get an answer.
	for await (const chunk of request.iterator({destroyOnReturn: false})) {
		size += chunk.length;
		if (size > LIMIT) throw new Problem(413, 'the body is too large');
`,
			),
			put(
				'tests/limits.test.js',
				testOf(
					'a body that never ends is not read to the end',
					source`	const answer = await ask('POST', '/orders', {customer: 'x'.repeat(100_000), product: 'rye'});
	assert.equal(answer.status, 413);
`,
				),
			),
		],
		{mark: 'critical', body: 'One client could fill the memory of the shop.\n\nSeverity: critical'},
	),
	commit(INES, 'refactor(config): one way to read a number', [
		swap('src/config.js', 'port: Number(env.PORT ?? 3000),', 'port: numberOf(env.PORT, 3000),'),
		before(
			'src/config.js',
			'export function readConfig',
			'const numberOf = (text, usual) => Number(text ?? usual);\n\n',
		),
	]),
	commit(TOMAS, 'feat(health): say how long the service has been up (#21)', [
		after('src/routes/health.js', 'release: config.release', '\t\t\t\t\tuptime: Math.round(process.uptime()),\n'),
		put(
			'tests/uptime.test.js',
			testOf(
				'the health check says how long the service has been up',
				source`	assert.equal(typeof (await ask('GET', '/health')).body.uptime, 'number');
`,
			),
		),
	]),
	commit(JUN, 'perf(orders): find the orders of a customer by an index', [
		put(
			'migrations/003_orders_by_customer.sql',
			'CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer);\n',
		),
	]),
	commit(BOT, 'chore(deps): bump actions/checkout from 4 to 5', [
		swap('.github/workflows/ci.yml', 'actions/checkout@v4', 'actions/checkout@v5'),
	]),
	commit(MARA, 'fix(products): sort the price list by name, as on the board (BAK-17)', [
		swap('src/products.js', 'ORDER BY rowid', 'ORDER BY name'),
		put(
			'tests/price-list.test.js',
			testOf(
				'the price list is sorted by name',
				source`	const names = (await ask('GET', '/products')).body.map((product) => product.name);
	assert.deepEqual(names, [...names].sort());
`,
			),
		),
	]),
	merge(INES, 12, 'mara/opening-hours', 'Say when the shop is open', 4, [
		commit(MARA, 'feat(hours): know when the shop is open', [
			put('src/hours.js', HOURS),
			put('src/routes/hours.js', HOURS_ROUTES),
		]),
		commit(MARA, 'test(hours): closed on mondays', [
			put(
				'tests/hours.test.js',
				testOf(
					'the shop is closed on mondays',
					source`	assert.equal((await ask('GET', '/hours/2026-06-01')).body.open, false);
	assert.equal((await ask('GET', '/hours/2026-06-02')).body.opens, 7);
	assert.equal((await ask('GET', '/hours/tomorrow')).status, 400);
`,
				),
			),
		]),
		commit(MARA, 'docs(hours): describe them', [
			before(
				'openapi.yaml',
				'  /report/today:',
				source`  /hours/{day}:
    get:
      summary: When the shop is open
      responses:
        '200':
          description: The hours of that day

`,
			),
		]),
	]),
	commit(TOMAS, 'fix(live): let go of listeners that do not answer any more', [
		swap(
			'src/live.js',
			'const [TEXT, CLOSE] = [1, 8];',
			'const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];\nconst PATIENCE = 30_000;',
		),
		before(
			'src/live.js',
			"\t\tsocket.on('data', (chunk) => {",
			source`		let answered = true;
		const pulse = setInterval(() => {
			if (!answered) socket.destroy();
			else socket.write(frame(PING, Buffer.alloc(0)));
			answered = false;
		}, PATIENCE).unref();
		socket.on('close', () => clearInterval(pulse));
`,
		),
		after(
			'src/live.js',
			"\t\tsocket.on('data', (chunk) => {",
			'\t\t\tif ((chunk[0] & 0x0f) === PONG) answered = true;\n',
		),
	]),
	commit(JUN, 'feat(search): find products by a word in their name (#24)', [
		put('src/routes/search.js', SEARCH_ROUTES),
		put(
			'tests/search.test.js',
			testOf(
				'a word finds the products that have it in their name',
				source`	assert.equal((await ask('GET', '/search?q=plum')).body[0].name, 'plum cake');
	assert.deepEqual((await ask('GET', '/search?q=pizza')).body, []);
`,
			),
		),
	]),
	commit(TOMAS, 'ci: try Node 24 too', [
		// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of ours.
		swap('.github/workflows/ci.yml', 'node-version: 22\n', 'node-version: ${{ matrix.node }}\n'),
		after('.github/workflows/ci.yml', 'timeout-minutes: 10', '    strategy:\n      matrix:\n        node: [22, 24]\n'),
	]),
	commit(JUN, 'fixup! feat(search): find products by a word in their name (#24)', [
		swap(
			'src/routes/search.js',
			"\t\t\tconst word = query.get('q') ?? '';\n",
			"\t\t\tconst word = (query.get('q') ?? '').trim().toLowerCase();\n",
		),
	]),
	commit(MARA, 'fix(money): add up whole cents, whatever the quantity (BAK-19)', [
		put('src/money.js', MONEY),
		before('src/report.js', '/** Per product, over', "import {amountOf} from './money.js';\n\n"),
		swap('src/report.js', 'amount: product.price * sold', 'amount: amountOf(product.price, sold)'),
		put(
			'tests/money.test.js',
			source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {amountOf} from '../src/money.js';

test('half a roll costs whole cents', () => {
	assert.equal(amountOf(65, 0.5), 33);
});
`,
		),
	]),
	commit(INES, 'feat(receipts): a receipt for an order (BAK-20)', [
		put('src/routes/receipts.js', RECEIPT_ROUTES),
		put(
			'tests/receipts.test.js',
			testOf(
				'a receipt says what it costs',
				source`	await ask('POST', '/orders', {customer: 'Ada', product: 'rye', quantity: 2});
	assert.match((await ask('GET', '/orders/1/receipt')).body, /2 x rye\ntotal 9.60 EUR/);
`,
			),
		),
	]),
	commit(INES, 'docs(receipts): describe the receipt', [
		before(
			'openapi.yaml',
			'  /products:',
			source`  /orders/{id}/receipt:
    get:
      summary: The receipt, as text
      responses:
        '200':
          description: What it costs

`,
		),
	]),
	commit(TOMAS, 'Speed up the day report', [
		before(
			'src/report.js',
			"\tfor (const product of db.prepare('SELECT name, price",
			source`	const sum = db.prepare(
		'SELECT coalesce(sum(quantity), 0) AS sold FROM orders WHERE product = ? AND taken_at > ?',
	);
`,
		),
		swap(
			'src/report.js',
			source`		const {sold} = db
			.prepare('SELECT coalesce(sum(quantity), 0) AS sold FROM orders WHERE product = ? AND taken_at > ?')
			.get(product.name, since);
`,
			'\t\tconst {sold} = sum.get(product.name, since);\n',
		),
	]),
	commit(
		JUN,
		'feat(cache): remember the price list for a minute',
		[
			put('src/cache.js', CACHE),
			before(
				'src/routes/products.js',
				"import {Problem} from '../http.js';",
				"import {makeCache} from '../cache.js';\n",
			),
			before('src/routes/products.js', 'export const routes', 'const remember = makeCache(60_000);\n\n'),
			swap('src/routes/products.js', '({body: listProducts(db)})', '({body: remember(() => listProducts(db))})'),
		],
		{key: 'cache'},
	),
	{
		kind: 'revert',
		by: MARA,
		of: 'cache',
		subject: 'Revert "feat(cache): remember the price list for a minute"',
		body: 'A new price was on the board and not at the till.',
	},
];
