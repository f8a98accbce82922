// Room: demo. The last third of what waits on dev: the schema change, the breaking interface, and a dozen harmless ones.

import {testOf} from '../service/test-file.ts';
import * as files from '../service/week-three.ts';
import {after, before, drop, put, source, swap} from './edits.ts';
import {BOT, commit, INES, JUN, MARA, merge, type Step, TOMAS} from './step.ts';

export const WEEK_THREE: readonly Step[] = [
	commit(MARA, 'fix(orders): refuse a quantity of zero or less, which paid the customer (BAK-31)', [
		after(
			'src/routes/orders.js',
			'const {customer, product, quantity = 1} = body;',
			"\t\t\tif (!(quantity > 0)) throw new Problem(422, 'a quantity is more than zero');\n",
		),
		put(
			'tests/quantity.test.js',
			testOf(
				'nobody can order less than nothing',
				source`	const order = {customer: 'Ada', product: 'rye', quantity: -3};
	assert.equal((await ask('POST', '/orders', order)).status, 422);
`,
			),
		),
	]),
	merge(MARA, 18, 'ines/allergens', 'Find what one can eat', 6, [
		commit(INES, 'feat(allergens): know what is in a product (BAK-38)', [
			put('migrations/005_allergens.sql', files.ALLERGENS_MIGRATION),
			put('src/routes/allergens.js', files.ALLERGEN_ROUTES),
		]),
		commit(INES, 'test(allergens): bread without milk (BAK-38)', [
			put(
				'tests/allergens.test.js',
				testOf(
					'what has no milk in it can be found',
					source`	const names = (await ask('GET', '/products-without/milk')).body;
	assert.deepEqual(names.sort(), ['baguette', 'roll', 'rye']);
`,
				),
			),
		]),
	]),
	commit(
		JUN,
		'feat(customers): call the column what it is and drop the unused phone number (BAK-40)',
		[
			put('migrations/006_customer_name.sql', files.CUSTOMER_MIGRATION),
			swap(
				'src/orders.js',
				"const COLUMNS = 'id, customer, product,",
				"const COLUMNS = 'id, customer_name AS customer, product,",
			),
			swap('src/orders.js', "' WHERE customer = ?'", "' WHERE customer_name = ?'"),
			swap('src/orders.js', 'INSERT INTO orders (customer, product', 'INSERT INTO orders (customer_name, product'),
		],
		{mark: 'schema'},
	),
	commit(TOMAS, 'feat(states): PATCH /orders/{id} says what became of an order (BAK-43)', [
		before(
			'src/routes/orders.js',
			"\t{\n\t\tmethod: 'POST',\n\t\tpath: '/orders/{id}/ready',",
			source`	{
		method: 'PATCH',
		path: '/orders/{id}',
		handle: ({db, params, body}) => {
			if (!['taken', 'ready', 'fetched'].includes(body?.state)) throw new Problem(400, 'taken, ready or fetched?');
			return {body: setState(db, params.id, body.state)};
		},
	},
`,
		),
		before(
			'openapi.yaml',
			'\n  /orders/{id}/ready:',
			source`    patch:
      summary: Say what became of it
      responses:
        '200':
          description: The order
`,
		),
		put(
			'tests/states.test.js',
			testOf(
				'an order is taken, then ready, then fetched',
				source`	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	assert.equal((await ask('PATCH', '/orders/1', {state: 'fetched'})).body.state, 'fetched');
	assert.equal((await ask('PATCH', '/orders/1', {state: 'eaten'})).status, 400);
`,
			),
		),
	]),
	commit(
		INES,
		'feat(api)!: remove POST /orders/{id}/ready, PATCH /orders/{id} takes its place (BAK-44)',
		[
			swap(
				'src/routes/orders.js',
				source`	{
		method: 'POST',
		path: '/orders/{id}/ready',
		handle: ({db, params}) => {
			const order = setState(db, params.id, 'ready');
			return {body: order};
		},
	},
`,
				'',
			),
			swap(
				'openapi.yaml',
				source`  /orders/{id}/ready:
    post:
      summary: The order can be fetched
      responses:
        '200':
          description: The order

`,
				'',
			),
			drop('tests/ready.test.js'),
		],
		{
			mark: 'breaking',
			body: 'BREAKING CHANGE: POST /orders/{id}/ready is gone. Send PATCH /orders/{id} with {"state": "ready"}.',
		},
	),
	commit(JUN, 'test(server): start the real thing, and stop it', [put('tests/server.test.js', files.SERVER_TEST)]),
	commit(TOMAS, 'feat(etag): answer 304 when nothing has changed (#41)', [
		before('src/http.js', '/** A refusal that the caller', "import {createHash} from 'node:crypto';\n\n"),
		before('src/http.js', 'export function send(', files.ETAG),
		before(
			'src/http.js',
			"\tresponse.writeHead(status, {'content-type'",
			source`	if (status === 200) {
		const tag = tagOf(text);
		response.setHeader('etag', tag);
		if (response.req.method === 'GET' && response.req.headers['if-none-match'] === tag) {
			response.writeHead(304).end();
			return;
		}
	}

`,
		),
		put(
			'tests/etag.test.js',
			testOf(
				'who has it already is told so',
				source`	const first = await ask('GET', '/products');
	const again = await ask('GET', '/products', undefined, {'if-none-match': first.headers.get('etag')});
	assert.equal(again.status, 304);
`,
			),
		),
	]),
	commit(BOT, 'chore(deps): bump actions/setup-node from 4 to 5', [
		swap('.github/workflows/ci.yml', 'actions/setup-node@v4', 'actions/setup-node@v5'),
	]),
	commit(MARA, 'feat(greetings): a greeting on the box (BAK-47)', [
		put('migrations/007_greetings.sql', files.GREETINGS_MIGRATION),
		put('src/routes/greetings.js', files.GREETING_ROUTES),
		put(
			'tests/greetings.test.js',
			testOf(
				'a box can carry a greeting',
				source`	await ask('POST', '/orders', {customer: 'Ada', product: 'plum cake'});
	assert.equal((await ask('PUT', '/orders/1/greeting', {text: 'Happy birthday'})).status, 200);
	assert.equal((await ask('PUT', '/orders/2/greeting', {text: 'Who?'})).status, 404);
`,
			),
		),
	]),
	commit(MARA, 'fix(hours): the last day of the year ends at noon', [
		swap(
			'src/hours.js',
			'\treturn WEEK[date.getUTCDay()];',
			"\tif (date.toISOString().slice(5, 10) === '12-31') return [7, 12];\n\treturn WEEK[date.getUTCDay()];",
		),
	]),
	commit(JUN, 'feat(report): the week in numbers (#44)', [
		after(
			'src/routes/report.js',
			'handle: ({db}) => ({body: sales(db, 1)}),',
			"\t},\n\t{\n\t\tmethod: 'GET',\n\t\tpath: '/report/week',\n\t\thandle: ({db}) => ({body: sales(db, 7)}),\n",
		),
		put(
			'tests/week.test.js',
			testOf(
				'the week report covers seven days',
				source`	assert.equal((await ask('GET', '/report/week')).body.days, 7);
`,
			),
		),
	]),
	commit(TOMAS, 'feat(metrics): answers by status at /metrics (#47)', [
		put('src/metrics.js', files.METRICS),
		put('src/routes/metrics.js', files.METRICS_ROUTES),
		after('src/app.js', "import {log} from './log.js';", "import {count} from './metrics.js';\n"),
		before('src/app.js', "\tlog('request', {", '\tcount(status);\n'),
		put(
			'tests/metrics.test.js',
			testOf(
				'answers are counted by status',
				source`	await ask('GET', '/nowhere');
	assert.match((await ask('GET', '/metrics')).body, /status="4xx"} [1-9]/);
`,
			),
		),
	]),
	commit(INES, 'docs: what changed so far', [put('CHANGELOG.md', files.CHANGELOG)]),
	commit(TOMAS, 'fixup! feat(metrics): answers by status at /metrics (#47)', [
		swap(
			'src/metrics.js',
			"\treturn lines.join('\\n') + '\\n';",
			"\treturn '# TYPE bakery_answers counter\\n' + lines.sort().join('\\n') + '\\n';",
		),
	]),
	commit(JUN, 'chore: drop the lint script that does nothing', [
		swap('package.json', '\t\t"lint": "echo there is no linter yet",\n', ''),
	]),
	commit(JUN, 'fix(openapi): a quantity is a whole number', [
		swap('openapi.yaml', '        quantity:\n          type: number', '        quantity:\n          type: integer'),
	]),
	commit(INES, 'feat(languages): say what is wrong in French and Portuguese too (BAK-52)', [
		put('src/languages.js', files.LANGUAGES),
		after('src/app.js', "import {Problem, readBody, send} from './http.js';", "import {say} from './languages.js';\n"),
		swap(
			'src/app.js',
			"\t\tsend(response, status, {error: status === 500 ? 'something went wrong here' : error.message});",
			"\t\tsend(response, status, {error: say(request, status === 500 ? 'something went wrong here' : error.message)});",
		),
		put(
			'tests/languages.test.js',
			testOf(
				'a caller reads what is wrong in their language',
				source`	const answer = await ask('GET', '/nowhere', undefined, {'accept-language': 'pt-PT'});
	assert.equal(answer.body.error, 'não há nada aqui');
`,
			),
		),
	]),
	commit(TOMAS, 'ci: stop a run that a newer push overtakes', [
		before(
			'.github/workflows/ci.yml',
			'\njobs:',
			// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, not of ours.
			'\n\nconcurrency:\n  group: ci-${{ github.ref }}\n  cancel-in-progress: true\n',
		),
	]),
	commit(JUN, 'fix(router): answer 400 for a path that cannot be decoded (#52)', [
		swap('src/app.js', '= decodeURIComponent(given[index]);', '= decoded(given[index]);'),
		before(
			'src/app.js',
			'/** What the {names} of a route',
			source`function decoded(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		throw new Problem(400, 'that path cannot be read');
	}
}

`,
		),
		put(
			'tests/paths.test.js',
			testOf(
				'a broken path is the fault of the caller',
				source`	assert.equal((await ask('GET', '/products/%E0%A4%A')).status, 400);
`,
			),
		),
	]),
	commit(INES, 'test(report): a day without a sale', [
		put(
			'tests/quiet-day.test.js',
			testOf(
				'a day without a sale adds up to nothing',
				source`	assert.equal((await ask('GET', '/report/today')).body.total, 0);
`,
			),
		),
	]),
	commit(MARA, 'Tell people where the shop is', [
		before('README.md', 'Mara runs the shop', 'You find us at the corner of Mill Lane.\n\n'),
	]),
];
