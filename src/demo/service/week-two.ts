// Room: demo. Files that the second third of dev adds to the sample service.

import {source} from '../history/edits.ts';

export const LOYALTY_MIGRATION = source`
CREATE TABLE loyalty (
	customer TEXT PRIMARY KEY,
	points INTEGER NOT NULL DEFAULT 0
);
`;

export const LOYALTY = source`
// Points for faithful customers.

export function pointsOf(db, customer) {
	return db.prepare('SELECT points FROM loyalty WHERE customer = ?').get(customer)?.points ?? 0;
}

/** A point for each piece bought. */
export function earn(db, customer, pieces) {
	db.prepare(
		'INSERT INTO loyalty (customer, points) VALUES (?, ?) ON CONFLICT DO UPDATE SET points = points + excluded.points',
	).run(customer, pieces);
}
`;

export const LOYALTY_ROUTES = source`
import {pointsOf} from '../loyalty.js';

export const routes = [
	{
		method: 'GET',
		path: '/loyalty/{customer}',
		handle: ({db, params}) => {
			const points = pointsOf(db, params.customer);
			return {body: {customer: params.customer, points}};
		},
	},
];
`;

export const VOUCHER_ROUTES = source`
import {Problem} from '../http.js';
import {spend} from '../loyalty.js';

export const routes = [
	{
		method: 'POST',
		path: '/vouchers',
		handle: ({db, body}) => {
			if (!body?.customer || !(body.points > 0)) throw new Problem(400, 'whose points, and how many?');
			if (!spend(db, body.customer, body.points)) throw new Problem(409, 'there are not so many points');
			return {status: 201, body: {customer: body.customer, worth: body.points * 5}};
		},
	},
];
`;

export const EXPORT_ROUTES = source`
import {listOrders} from '../orders.js';

const NAMES = ['id', 'customer', 'product', 'quantity', 'state', 'takenAt'];

const field = (value) => '"' + String(value).replaceAll('"', '""') + '"';

export const routes = [
	{
		method: 'GET',
		path: '/export/orders',
		handle: ({db}) => {
			const lines = listOrders(db).map((order) => NAMES.map((name) => field(order[name])).join(','));

			return {
				body: NAMES.join(',') + '\n' + lines.join('\n') + '\n',
				headers: {'content-type': 'text/csv; charset=utf-8'},
			};
		},
	},
];
`;

export const DELIVERY = source`
// When we could bring it. A sketch: two rides a day, ten boxes each.

const RIDES = ['08:30', '16:00'];

export function slotsOn(date) {
	const day = date.toISOString().slice(0, 10);
	return RIDES.map((ride) => ({at: day + ' ' + ride, boxes: 10}));
}
`;

export const DELIVERY_ROUTES = source`
import {slotsOn} from '../delivery.js';
import {Problem} from '../http.js';

export const routes = [
	{
		method: 'GET',
		path: '/delivery/{day}',
		handle: ({params}) => {
			const day = new Date(params.day + 'T12:00:00Z');
			if (Number.isNaN(day.getTime())) throw new Problem(400, 'a day looks like 2026-05-31');
			return {body: slotsOn(day)};
		},
	},
];
`;

export const AUDIT = source`
// What was asked lately, so that support sees what happened right before a call. The last requests are kept one by one;
// older ones are folded into a total per path, a handful at a time, so that the memory they take stays the same.

import {makeRecent} from './audit/recent.js';
import {makeTotals} from './audit/totals.js';

const FOLD = 6;

/** Probes and listeners would push everything else out. */
const IGNORED = ['/health', '/live'];

export function makeAudit(keep) {
	const recent = makeRecent();
	const totals = makeTotals();
	let seen = 0;

	return {
		note(method, path) {
			if (IGNORED.includes(path)) return;
			seen += 1;
			recent.add({method, path, at: new Date().toISOString()});
			if (recent.size() > keep && seen % FOLD === 0) totals.add(recent.oldest(FOLD));
		},
		size: recent.size,
		recent: recent.list,
		totals: totals.list,
	};
}
`;

export const AUDIT_RECENT = source`
// The requests that are kept one by one.

export function makeRecent() {
	const entries = [];
	return {
		add: (entry) => entries.push(entry),
		size: () => entries.length,
		/** Takes some out. */
		oldest: (count) => entries.splice(0, count),
		/** Newest first. */
		list: () => entries.toReversed(),
	};
}
`;

/**
 * The mistake that no test of the service finds: it adds to a total that nobody has made. The first 30 requests are only
 * kept; from then on, one request in six folds the oldest away and fails.
 */
export const AUDIT_TOTALS = source`
// How often each path was asked before that, and when last.

export function makeTotals() {
	const totals = new Map();
	return {
		add(entries) {
			for (const entry of entries) {
				const total = totals.get(entry.path);
				total.count += 1;
				total.last = entry.at;
			}
		},
		list: () => Object.fromEntries(totals),
	};
}
`;

export const AUDIT_ROUTES = source`
export const routes = [
	{
		method: 'GET',
		path: '/audit/recent',
		handle: ({audit}) => ({body: audit.recent()}),
	},
	{
		method: 'GET',
		path: '/audit/totals',
		handle: ({audit}) => ({body: audit.totals()}),
	},
];
`;

export const NEW_BAKERS = source`
# For new bakers

1. Read src/app.js from the top: a request comes in, a route answers, a line is logged.
2. Everything that the shop does is a file in src/routes/, and most have one beside them in src/ that talks to the database.
3. A change of the database is a new file in migrations/. The version before must be able to live with it.
4. Write the test first, in a file of its own. They run in a second.
`;
