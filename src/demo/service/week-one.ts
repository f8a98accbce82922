// Room: demo. Files that the first third of dev adds to the sample service.

import {source} from '../history/edits.ts';

export const HOURS = source`
// When the shop is open. Days are 0 (Sunday) to 6, hours in local time.

const WEEK = {2: [7, 18], 3: [7, 18], 4: [7, 18], 5: [7, 18], 6: [7, 14], 0: [8, 11]};

/** Opening and closing hour of a day, or undefined when we are closed. */
export function hoursOf(date) {
	return WEEK[date.getUTCDay()];
}

/** @param text a day as 2026-05-31 */
export function dayOf(text) {
	const date = new Date(text + 'T12:00:00Z');
	return Number.isNaN(date.getTime()) ? undefined : date;
}
`;

export const HOURS_ROUTES = source`
import {dayOf, hoursOf} from '../hours.js';
import {Problem} from '../http.js';

export const routes = [
	{
		method: 'GET',
		path: '/hours/{day}',
		handle: ({params}) => {
			const day = dayOf(params.day);
			if (!day) throw new Problem(400, 'a day looks like 2026-05-31');
			const [opens, closes] = hoursOf(day) ?? [];
			return {body: {day: params.day, open: opens !== undefined, opens, closes}};
		},
	},
];
`;

export const SEARCH_ROUTES = source`
export const routes = [
	{
		method: 'GET',
		path: '/search',
		handle: ({db, query}) => {
			const word = query.get('q') ?? '';
			const rows = db.prepare('SELECT name, price FROM products WHERE instr(name, ?) > 0').all(word);

			return {body: rows};
		},
	},
];
`;

export const MONEY = source`
// Amounts are whole cents. Everything that multiplies a price does it here.

/** Half a cent goes up, as the till does it. */
export function amountOf(price, quantity) {
	return Math.floor(price * quantity + 0.5);
}
`;

export const RECEIPT_ROUTES = source`
import {Problem} from '../http.js';
import {amountOf} from '../money.js';
import {findOrder} from '../orders.js';
import {findProduct} from '../products.js';

export const routes = [
	{
		method: 'GET',
		path: '/orders/{id}/receipt',
		handle: ({db, params}) => {
			const order = findOrder(db, params.id);
			if (!order) throw new Problem(404, 'there is no such order');
			const {price} = findProduct(db, order.product);
			const amount = (amountOf(price, order.quantity) / 100).toFixed(2);
			return {body: order.quantity + ' x ' + order.product + '\ntotal ' + amount + ' EUR\n'};
		},
	},
];
`;

export const CACHE = source`
// Remembers an answer for a while.

export function makeCache(milliseconds) {
	let kept;
	let until = 0;
	return (make) => {
		if (Date.now() > until) {
			kept = make();
			until = Date.now() + milliseconds;
		}
		return kept;
	};
}
`;
