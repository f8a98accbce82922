// Room: demo. Files that the last third of dev adds to the sample service.

import {source} from '../history/edits.ts';

export const ALLERGENS_MIGRATION = source`
ALTER TABLE products ADD COLUMN allergens TEXT NOT NULL DEFAULT '';

UPDATE products SET allergens = 'gluten' WHERE name IN ('rye', 'roll', 'baguette');
UPDATE products SET allergens = 'gluten, eggs, milk' WHERE name = 'plum cake';
UPDATE products SET allergens = 'gluten, milk' WHERE name = 'pretzel';
`;

export const ALLERGEN_ROUTES = source`
export const routes = [
	{
		method: 'GET',
		path: '/products-without/{allergen}',
		handle: ({db, params}) => {
			const rows = db.prepare('SELECT name FROM products WHERE instr(allergens, ?) = 0').all(params.allergen);
			return {body: rows.map((row) => row.name)};
		},
	},
];
`;

/** One-way, and the version before it does not know the new name. */
export const CUSTOMER_MIGRATION = source`
ALTER TABLE orders RENAME COLUMN customer TO customer_name;
ALTER TABLE orders DROP COLUMN phone;
`;

export const ETAG = source`/** The same text has the same tag. */
const tagOf = (text) => '"' + createHash('sha256').update(text).digest('base64url').slice(0, 22) + '"';

`;

export const GREETINGS_MIGRATION = source`
CREATE TABLE greetings (
	order_id INTEGER PRIMARY KEY REFERENCES orders (id),
	text TEXT NOT NULL
);
`;

export const GREETING_ROUTES = source`
import {Problem} from '../http.js';
import {findOrder} from '../orders.js';

export const routes = [
	{
		method: 'PUT',
		path: '/orders/{id}/greeting',
		handle: ({db, params, body}) => {
			if (!findOrder(db, params.id)) throw new Problem(404, 'there is no such order');
			if (typeof body?.text !== 'string' || body.text.length > 80) throw new Problem(400, 'at most 80 letters');
			db.prepare('INSERT OR REPLACE INTO greetings (order_id, text) VALUES (?, ?)').run(params.id, body.text);
			return {body: {text: body.text}};
		},
	},
];
`;

export const METRICS = source`
// Counts for whoever watches the shop.

const counts = new Map();

export function count(status) {
	const group = Math.floor(status / 100) + 'xx';
	counts.set(group, (counts.get(group) ?? 0) + 1);
}

export function metrics() {
	const lines = [...counts].map(([group, n]) => 'bakery_answers{status="' + group + '"} ' + n);
	return lines.join('\n') + '\n';
}
`;

export const METRICS_ROUTES = source`
import {metrics} from '../metrics.js';

export const routes = [
	{
		method: 'GET',
		path: '/metrics',
		handle: () => ({body: metrics()}),
	},
];
`;

export const LANGUAGES = source`
// What we say when something is wrong, in the languages of the street.

const WORDS = {
	fr: {
		'there is nothing here': 'il n’y a rien ici',
		'we do not bake that': 'nous ne faisons pas cela',
		'an order needs a customer and a product': 'il faut un client et un produit',
	},
	pt: {
		'there is nothing here': 'não há nada aqui',
		'we do not bake that': 'não fazemos isso',
		'an order needs a customer and a product': 'falta o cliente ou o produto',
	},
};

/** In the caller's language when we have it, else as it is. */
export function say(request, text) {
	const language = (request.headers['accept-language'] ?? '').slice(0, 2);
	return WORDS[language]?.[text] ?? text;
}
`;

export const SERVER_TEST = source`
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';

test('the real server starts, and stops when asked', async (t) => {
	const env = {...process.env, DATABASE: ':memory:', HOST: '127.0.0.1', PORT: '0', LOG: ''};
	const server = spawn(process.execPath, ['src/server.js'], {env, stdio: ['ignore', 'pipe', 'inherit']});
	t.after(() => server.kill('SIGKILL'));
	await once(server.stdout, 'data');
	server.kill('SIGTERM');
	assert.deepEqual(await once(server, 'exit'), [0, null]);
});
`;

export const CHANGELOG = source`
# Changes

## Next

- opening hours, a search, receipts, an export
- points for faithful customers

## 1.0.1

- an order that never was is a 404

## 1.0.0

- the shop is open
`;
