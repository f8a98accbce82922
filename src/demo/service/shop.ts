// Room: demo. The sample service as version 1.0.0 has it: what a bakery does, and its tests.

import {source} from '../history/edits.ts';

export const ORDERS = source`
// Orders in the database.

const COLUMNS = 'id, customer, product, quantity, state, taken_at AS takenAt';

/** The newest fifty, of everybody or of one customer. */
export function listOrders(db, customer) {
	const where = customer ? " WHERE customer = '" + customer + "'" : '';
	return db.prepare('SELECT ' + COLUMNS + ' FROM orders' + where + ' ORDER BY id DESC LIMIT 50').all();
}

export function findOrder(db, id) {
	return db.prepare('SELECT ' + COLUMNS + ' FROM orders WHERE id = ?').get(id);
}

export function addOrder(db, {customer, product, quantity}) {
	const added = db
		.prepare('INSERT INTO orders (customer, product, quantity) VALUES (?, ?, ?)')
		.run(customer, product, quantity);
	return findOrder(db, added.lastInsertRowid);
}

export function setState(db, id, state) {
	db.prepare('UPDATE orders SET state = ? WHERE id = ?').run(state, id);
	return findOrder(db, id);
}
`;

export const ORDER_ROUTES = source`
import {Problem} from '../http.js';
import {addOrder, findOrder, listOrders, setState} from '../orders.js';
import {findProduct} from '../products.js';

export const routes = [
	{
		method: 'GET',
		path: '/orders',
		handle: ({db, query}) => ({body: listOrders(db, query.get('customer'))}),
	},
	{
		method: 'POST',
		path: '/orders',
		handle: ({db, body, live}) => {
			if (!body?.customer || !body?.product) throw new Problem(400, 'an order needs a customer and a product');

			const {customer, product, quantity = 1} = body;
			if (!findProduct(db, product)) throw new Problem(422, 'we do not bake that');

			const order = addOrder(db, {customer, product, quantity});
			live.ordered();

			return {status: 201, body: order, headers: {location: '/orders/' + order.id}};
		},
	},
	{
		method: 'GET',
		path: '/orders/{id}',
		handle: ({db, params}) => {
			const order = findOrder(db, params.id);
			return {body: {...order, waiting: order.state === 'taken'}};
		},
	},
	{
		method: 'POST',
		path: '/orders/{id}/ready',
		handle: ({db, params}) => {
			const order = setState(db, params.id, 'ready');
			return {body: order};
		},
	},
];
`;

export const PRODUCTS = source`
// The price list.

export function listProducts(db) {
	return db.prepare('SELECT name, price FROM products ORDER BY rowid').all();
}

export function findProduct(db, name) {
	return db.prepare('SELECT * FROM products WHERE name = ?').get(name);
}
`;

export const PRODUCT_ROUTES = source`
import {Problem} from '../http.js';
import {findProduct, listProducts} from '../products.js';

export const routes = [
	{
		method: 'GET',
		path: '/products',
		handle: ({db}) => ({body: listProducts(db)}),
	},
	{
		method: 'GET',
		path: '/products/{name}',
		handle: ({db, params}) => {
			const product = findProduct(db, params.name);
			if (!product) throw new Problem(404, 'we do not bake that');
			return {body: product};
		},
	},
];
`;

export const HEALTH_ROUTES = source`
export const routes = [
	{
		method: 'GET',
		path: '/health',
		handle: ({db, config}) => {
			db.prepare('SELECT 1').get();
			return {
				body: {
					ok: true,
					release: config.release,
				},
			};
		},
	},
];
`;

export const REPORT_ROUTES = source`
import {sales} from '../report.js';

export const routes = [
	{
		method: 'GET',
		path: '/report/today',
		handle: ({db}) => ({body: sales(db, 1)}),
	},
];
`;

export const REPORT = source`
// What was sold.

/** Per product, over the last days. Amounts are in cents. */
export function sales(db, days) {
	const since = new Date(Date.now() - days * 86_400_000).toISOString();
	const rows = [];
	for (const product of db.prepare('SELECT name, price FROM products').all()) {
		const {sold} = db
			.prepare('SELECT coalesce(sum(quantity), 0) AS sold FROM orders WHERE product = ? AND taken_at > ?')
			.get(product.name, since);

		if (sold !== 0) rows.push({product: product.name, sold, amount: product.price * sold});
	}

	return {
		days,
		rows,
		total: rows.reduce((sum, row) => sum + row.amount, 0),
	};
}
`;

export const KIT = source`
// Starts the whole service in the test's own process, with a database in memory.

import {once} from 'node:events';

import {makeApp} from '../src/app.js';
import {readConfig} from '../src/config.js';
import {migrate, openDatabase} from '../src/db.js';

process.env.LOG = 'off';

export async function bakery(t, env = {}) {
	const db = openDatabase(':memory:');
	migrate(db);
	const app = makeApp({db, config: readConfig(env)});
	app.listen(0, '127.0.0.1');
	await once(app, 'listening');
	t.after(() => {
		app.close();
		app.closeAllConnections();
		db.close();
	});
	const base = 'http://127.0.0.1:' + app.address().port;

	/** Sends a request; the body of the answer is JSON where it says so. */
	async function ask(method, path, body, headers = {}) {
		const answer = await fetch(base + path, {method, headers, body: body && JSON.stringify(body)});
		const text = await answer.text();
		const json = answer.headers.get('content-type')?.includes('json');
		return {status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text};
	}

	return {base, db, ask};
}
`;

export const ORDERS_TEST = source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('an order is taken and can be read again', async (t) => {
	const {ask} = await bakery(t);
	const taken = await ask('POST', '/orders', {customer: 'Ada', product: 'rye', quantity: 2});
	assert.equal(taken.status, 201);
	assert.equal(taken.headers.get('location'), '/orders/1');
	const read = await ask('GET', '/orders/1');
	assert.equal(read.body.quantity, 2);
	assert.equal(read.body.waiting, true);
});

test('the list can be narrowed to one customer', async (t) => {
	const {ask} = await bakery(t);
	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	await ask('POST', '/orders', {customer: 'Bo', product: 'roll'});
	const list = await ask('GET', '/orders?customer=Bo');
	assert.deepEqual(list.body.map((order) => order.product), ['roll']);
});

test('an order without a product is refused', async (t) => {
	const {ask} = await bakery(t);
	assert.equal((await ask('POST', '/orders', {customer: 'Ada'})).status, 400);
	assert.equal((await ask('POST', '/orders', {customer: 'Ada', product: 'pizza'})).status, 422);
});
`;

export const READY_TEST = source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('an order can be made ready', async (t) => {
	const {ask} = await bakery(t);
	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	assert.equal((await ask('POST', '/orders/1/ready')).body.state, 'ready');
});
`;

export const HEALTH_TEST = source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('the health check says which release answers', async (t) => {
	const {ask} = await bakery(t, {ORCHESTRA_RELEASE: 'v7'});
	const answer = await ask('GET', '/health');
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('x-release'), 'v7');
	assert.equal(answer.body.release, 'v7');
});

test('an unknown path is a 404', async (t) => {
	const {ask} = await bakery(t);
	assert.equal((await ask('GET', '/nowhere')).status, 404);
});
`;

export const REPORT_TEST = source`
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('the day report adds up what was sold', async (t) => {
	const {ask} = await bakery(t);
	await ask('POST', '/orders', {customer: 'Ada', product: 'roll', quantity: 3});
	await ask('POST', '/orders', {customer: 'Bo', product: 'roll', quantity: 1});
	const {body} = await ask('GET', '/report/today');
	assert.equal(body.rows[0].sold, 4);
	assert.equal(body.total, 4 * body.rows[0].amount / body.rows[0].sold);
});
`;

export const LIVE_TEST = source`
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';

import {bakery} from './kit.js';

test('a new order is told to everybody who listens at /live', async (t) => {
	const {base, ask} = await bakery(t);
	const socket = new WebSocket(base.replace('http', 'ws') + '/live');
	const [first] = await once(socket, 'message');
	assert.deepEqual(JSON.parse(first.data), {orders: 0});
	const next = once(socket, 'message');
	await ask('POST', '/orders', {customer: 'Ada', product: 'rye'});
	assert.deepEqual(JSON.parse((await next)[0].data), {orders: 1});
	socket.close();
});
`;

export const SMOKE = source`
// The real thing once through: migrate a fresh file, start, order, stop.

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';

test('a fresh installation takes an order and stops when asked', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'bakery-smoke-'));
	t.after(() => rmSync(folder, {recursive: true, force: true}));
	const env = {...process.env, DATABASE: join(folder, 'data.db'), HOST: '127.0.0.1', PORT: '0', LOG: ''};
	execFileSync(process.execPath, ['migrate.js'], {env});
	const server = spawn(process.execPath, ['src/server.js'], {env, stdio: ['ignore', 'pipe', 'inherit']});
	t.after(() => server.kill('SIGKILL'));
	const [line] = await once(server.stdout, 'data');
	const port = /"port":(\d+)/.exec(String(line))[1];
	const order = JSON.stringify({customer: 'Ada', product: 'rye'});
	const answer = await fetch('http://127.0.0.1:' + port + '/orders', {method: 'POST', body: order});
	assert.equal(answer.status, 201);
	await answer.text();
	server.kill('SIGTERM');
	assert.deepEqual(await once(server, 'exit'), [0, null]);
});
`;
