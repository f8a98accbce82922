// Room: targets. `local`: two process slots on this machine behind the embedded gateway. A composition of runtime, router and telemetry.

import {safe} from '../domain/safe.ts';
import type {Observed, Target} from '../ports/target.ts';
import {createGatewayClient} from './gateway-client.ts';
import {ensureGateway, type GatewayOptions} from './gateway-service.ts';
import {gatewayRouter} from './routers/gateway.ts';
import {localProcesses, slotStatus} from './runtimes/local-process.ts';
import {gatewayTelemetry} from './telemetry/gateway.ts';

/** An address a person can open, for whatever the front door is bound to. */
function addressOf(host: string, port: number): string {
	const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
	return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

export function createLocalTarget(options: GatewayOptions): Target {
	const client = createGatewayClient(options.stateFolder, options.clock);
	return {
		name: 'local',
		...gatewayRouter(client),
		...localProcesses(client, options.clock),
		...gatewayTelemetry(client),
		ensure: () => ensureGateway(options),
		async observe(): Promise<Observed | undefined> {
			if ((await client.hello()) === undefined) return undefined;
			const seen = await client.call('observe', {});
			return {
				slots: {blue: slotStatus(seen.slots.blue), green: slotStatus(seen.slots.green)},
				weights: seen.weights,
				stable: seen.stable,
				fence: seen.fence,
				frontDoor: addressOf(seen.host, seen.port),
				...(seen.note === undefined ? {} : {note: safe(seen.note)}),
			};
		},
	};
}
