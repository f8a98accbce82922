// Room: cli. `orchestra gateway start|stop|status|logs|install`: the embedded data plane by hand.

import {raise} from '../../domain/fault/fault.ts';
import {SLOTS, type SlotName} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {gatewayStatus, stopGateway, systemdUnit} from '../../targets/gateway-service.ts';
import {clock, openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {PROGRAM} from '../program.ts';

export interface GatewayOptions {
	readonly json?: boolean;
	readonly keepSlots?: boolean;
	readonly lines?: number;
	readonly port?: number;
}

export async function gatewayCommand(
	io: Io,
	verb: string,
	argument: string | undefined,
	options: GatewayOptions,
): Promise<ExitCode> {
	const place = await openWorkplace(io, {port: options.port, tolerant: verb !== 'install'});
	const {target, stateFolder, project} = place;
	switch (verb) {
		case 'start': {
			await target.ensure();
			const observed = await target.observe();
			io.out(options.json ? JSON.stringify(observed) : `The gateway listens on ${observed?.frontDoor}`);
			return EXIT.ok;
		}
		case 'stop': {
			const stopped = await stopGateway(stateFolder, options.keepSlots ?? false, clock);
			io.out(stopped ? 'The gateway is stopped' : 'The gateway was not running');
			return EXIT.ok;
		}
		case 'status': {
			const status = await gatewayStatus(stateFolder, clock);
			if (options.json) io.out(JSON.stringify(status ?? null));
			else if (!status) io.out('The gateway is not running. Start it with: orchestra gateway start');
			else {
				io.out(`Front door http://${status.host}:${status.port}; stable: ${status.stable}`);
				for (const name of SLOTS) {
					const slot = status.slots[name];
					const where = slot.port === undefined ? '' : `, port ${slot.port}, pid ${slot.pid ?? '-'}`;
					io.out(
						`${name.padEnd(6)} ${String(status.weights[name]).padStart(3)} %  ${slot.release ?? '(empty)'} ${slot.state}${where}, ${slot.inFlight} in flight`,
					);
				}
			}
			return status ? EXIT.ok : EXIT.failed;
		}
		case 'logs': {
			const slot = SLOTS.find((name): name is SlotName => name === argument);
			if (!slot) raise('USAGE', {with: {message: 'say which slot: orchestra gateway logs blue|green'}});
			for (const line of await target.logs(slot, options.lines ?? 100)) io.out(line);
			return EXIT.ok;
		}
		case 'install': {
			io.out(
				systemdUnit({
					stateFolder,
					port: project.port,
					program: PROGRAM,
					execPath: process.execPath,
					name: project.name,
					...(io.env.PATH === undefined ? {} : {path: io.env.PATH}),
				}),
			);
			io.err(
				'Save it as ~/.config/systemd/user/orchestra-gateway.service, then: systemctl --user enable --now orchestra-gateway',
			);
			return EXIT.ok;
		}
		default:
			return raise('USAGE', {with: {message: `gateway ${verb}: say start, stop, status, logs or install`}});
	}
}
