// Room: gateway. How the gateway says no: a code of the catalogue with its values, so that the client can say it in full.

import type {FaultCode} from '../domain/fault/catalogue.ts';

export class Refused extends Error {
	readonly code: FaultCode;
	readonly values: Readonly<Record<string, string | number>>;
	constructor(code: FaultCode, values: Readonly<Record<string, string | number>>) {
		super(code);
		this.code = code;
		this.values = values;
	}
}

export function refuse(code: FaultCode, values: Readonly<Record<string, string | number>>): never {
	throw new Refused(code, values);
}
