// Room: targets. Telemetry: what the embedded gateway itself counted, per slot.

import type {Target} from '../../ports/target.ts';
import type {GatewayClient} from '../gateway-client.ts';

export function gatewayTelemetry(client: GatewayClient): Pick<Target, 'counts'> {
	return {counts: () => client.call('counts', {})};
}
