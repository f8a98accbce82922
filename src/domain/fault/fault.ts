// Room: domain. A fault: a described failure, as data, because it is logged, folded and drawn. Words live in catalogue.ts.

import type {StageName} from '../ids.ts';
import {type Safe, safe} from '../safe.ts';
import {CATALOGUE, type FaultCode} from './catalogue.ts';

export interface Fault {
	readonly code: FaultCode;
	/** Whose move it is: the user's, something outside, a bug of ours, or nobody's (cancelled on purpose). */
	readonly kind: 'user' | 'outside' | 'bug' | 'cancelled';
	readonly headline: Safe;
	readonly details: readonly Safe[];
	/** What it means for users right now, e.g. "traffic is still 100 % on v41". Filled by who knows it. */
	readonly now?: Safe;
	/** Commands to copy, or short instructions. */
	readonly nextSteps: readonly Safe[];
	readonly stage?: StageName;
	readonly step?: string;
}

export interface FaultContext {
	/** Values for the `{name}` holes in the catalogue's words. Outside text is welcome: it is made safe here. */
	readonly with?: Readonly<Record<string, string | number>>;
	readonly details?: readonly string[];
	readonly now?: string;
	readonly nextSteps?: readonly string[];
	readonly stage?: StageName;
	readonly step?: string;
}

function fill(template: string, values: Readonly<Record<string, string | number>>): Safe {
	return safe(template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?')).trimEnd());
}

/** The only way to make a fault. */
export function fault(code: FaultCode, context: FaultContext = {}): Fault {
	const words = CATALOGUE[code];
	const values = context.with ?? {};
	return {
		code,
		kind: words.kind,
		headline: fill(words.headline, values),
		details: (context.details ?? []).map((line) => safe(line)),
		nextSteps: [
			...(context.nextSteps ?? []).map((line) => safe(line)),
			...words.next.map((line) => fill(line, values)),
		],
		...(context.now === undefined ? {} : {now: safe(context.now)}),
		...(context.stage === undefined ? {} : {stage: context.stage}),
		...(context.step === undefined ? {} : {step: context.step}),
	};
}

/** How a fault travels as an exception, from an adapter to whoever records it. */
export class FaultError extends Error {
	readonly fault: Fault;
	constructor(described: Fault, options?: {cause?: unknown}) {
		super(described.headline, options);
		this.name = 'FaultError';
		this.fault = described;
	}
}

/** Throws the fault as an exception. */
export function raise(code: FaultCode, context: FaultContext = {}, cause?: unknown): never {
	throw new FaultError(fault(code, context), cause === undefined ? undefined : {cause});
}

/** Anything thrown, as a fault: what is not ours already is a bug of ours, and says so. */
export function faultOf(thrown: unknown, context: FaultContext = {}): Fault {
	if (thrown instanceof FaultError)
		return {...thrown.fault, ...(context.now === undefined ? {} : {now: safe(context.now)})};
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	const where = (error.stack ?? '')
		.split('\n')
		.slice(1, 4)
		.map((line) => line.trim());
	return fault('BUG', {...context, with: {message: error.message}, details: [...(context.details ?? []), ...where]});
}
