// The gateway as a service: its status, its log, its unit file.

import {expect, test} from 'vitest';
import {gatewayLog, gatewayStatus, stopGateway, systemdUnit} from '../../src/targets/gateway-service.ts';
import {leftovers, realClock, testGateway} from '../kit/gateway.ts';
import {tempFolder} from '../kit/temp.ts';

test('status and log tell what runs; nothing runs after a stop, and a stop can keep the slots', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1 \u001b[31m');
	await gateway.route(100);
	const status = await gatewayStatus(gateway.stateFolder, realClock);
	expect(status).toMatchObject({port: gateway.port, weights: {blue: 100, green: 0}, pid: gateway.worker()});
	expect(status?.slots.blue.release).toBe('v1 ␛[31m');
	expect(gatewayLog(gateway.stateFolder, 5).join()).toContain('weights: blue 100, green 0; stable blue');
	expect(await stopGateway(gateway.stateFolder, true, realClock)).toBe(true);
	expect(await gatewayStatus(gateway.stateFolder, realClock)).toBeUndefined();
	expect(leftovers(gateway.stateFolder)).toEqual([status?.slots.blue.pid]);
});

test('where no gateway ever ran there is nothing to see and nothing to stop', async () => {
	const folder = tempFolder();
	expect(await gatewayStatus(folder, realClock)).toBeUndefined();
	expect(await stopGateway(folder, false, realClock)).toBe(false);
	expect(gatewayLog(folder, 5)).toEqual([]);
});

test('a unit file quotes what people chose, and refuses what cannot be quoted', () => {
	const options = {
		stateFolder: '/home/a b/50%/$HOME/"x"/.orchestra',
		port: 8080,
		program: {keeper: '/opt/keeper.js', gateway: '/opt/gateway.js'},
		execPath: '/usr/bin/node',
		name: 'shop\n[Service]\nExecStart=/bin/evil',
		path: '/usr/bin:/opt/$x/bin',
	};
	const unit = systemdUnit(options);
	expect(unit).toContain(
		'ExecStart="/usr/bin/node" "/opt/keeper.js" "--gateway" "/opt/gateway.js" "--state" "/home/a b/50%%/$$HOME/\\"x\\"/.orchestra" "--host" "127.0.0.1" "--port" "8080"\n',
	);
	expect(unit).toContain('Environment="PATH=/usr/bin:/opt/$x/bin"\n');
	expect(unit.split('\n').filter((line) => line.startsWith('ExecStart='))).toHaveLength(1);
	expect(() => systemdUnit({...options, stateFolder: '/a\nExecStart=/bin/evil'})).toThrow(TypeError);
});
