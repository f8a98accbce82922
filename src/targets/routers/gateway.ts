// Room: targets. Router: the embedded gateway divides the traffic, request by request.

import {raise} from '../../domain/fault/fault.ts';
import type {Target} from '../../ports/target.ts';
import type {GatewayClient} from '../gateway-client.ts';

export function gatewayRouter(client: GatewayClient): Pick<Target, 'capabilities' | 'route' | 'renew' | 'drain'> {
	return {
		capabilities: {weights: 'request', drain: 'counted', websocketsSurviveSwitch: true, switch: 'atomic'},
		async route(wish) {
			await client.call('route', wish);
			// Asked anew, and not read from the answer: what counts is what holds, also after a restart in between.
			const seen = await client.call('observe', {});
			const {blue, green} = seen.weights;
			if (blue !== wish.weights.blue || green !== wish.weights.green || seen.stable !== wish.stable)
				raise('ROUTE_NOT_CONFIRMED', {
					with: {
						wanted: `blue ${wish.weights.blue} %, green ${wish.weights.green} %, stable ${wish.stable}`,
						seen: `blue ${blue} %, green ${green} %, stable ${seen.stable}`,
					},
				});
		},
		async renew(fence) {
			await client.call('renew', {fence});
		},
		drain: (slot, seconds) => client.call('drain', {slot, ms: seconds * 1000}),
	};
}
