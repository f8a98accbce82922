// Room: domain. What a person may set about the model: whether it takes part, which one, what it may cost. Knows no key
// and no network.

/** US dollars per million tokens. */
export interface Price {
	readonly input: number;
	readonly output: number;
}

export interface AiCaps {
	/** US dollars: what one deployment, a UTC day, a UTC month may cost in this repository on this machine. */
	readonly perRun: number;
	readonly perDay: number;
	readonly perMonth: number;
	/** Requests in a UTC day, answers from the cache not counted. */
	readonly callsPerDay: number;
}

export interface AiSettings {
	/** `auto`: when there are credentials and a person allowed it. `on`: the same, and the file allows it once it is trusted. */
	readonly enabled: 'auto' | 'on' | 'off';
	readonly model: string;
	readonly caps: AiCaps;
	/** By model; they go before the ones that are built in. */
	readonly prices: Readonly<Record<string, Price>>;
}

export const DEFAULT_AI: AiSettings = {
	enabled: 'auto',
	model: 'claude-haiku-5-5',
	caps: {perRun: 1, perDay: 2, perMonth: 20, callsPerDay: 50},
	prices: {},
};

/** Published list prices for prompts of at most 100,000 tokens, seen in November 2026. They change: `ai.prices` goes before. */
const LIST: Readonly<Record<string, Price>> = {
	'claude-haiku-5-5': {input: 0.1, output: 0.5},
	'claude-sonnet-5-5': {input: 2, output: 10},
	'claude-opus-5-5': {input: 4, output: 20},
	'claude-fable-5-1': {input: 10, output: 50},
};
/** What an unknown model is taken to cost where a cap has to hold: the dearest on the list. */
const UNKNOWN: Price = {input: 10, output: 50};

/** Models whose end the SDK knows, with the day. Compared with the SDK by a test. */
export const RETIRING: Readonly<Record<string, string>> = {
	'claude-sonnet-4-5': '2026-11-30',
	'claude-sonnet-4-5-20250929': '2026-11-30',
};

/** @returns `known: false` where the price is an assumption that errs on the dear side. */
export function priceOf({model, prices}: Pick<AiSettings, 'model' | 'prices'>): Price & {readonly known: boolean} {
	const own = Object.hasOwn(prices, model) ? prices[model] : undefined;
	const listed = Object.hasOwn(LIST, model) ? LIST[model] : undefined;
	const price = own ?? listed;
	return price === undefined ? {...UNKNOWN, known: false} : {...price, known: true};
}

/** US dollars. */
export const costOf = (price: Price, tokens: {readonly input: number; readonly output: number}): number =>
	(tokens.input * price.input + tokens.output * price.output) / 1_000_000;

/** `$0.0123`; small amounts keep their digits, so that a cost is never shown as nothing. */
export function dollars(amount: number): string {
	if (amount === 0) return '$0';
	return amount < 0.0001 ? 'less than $0.0001' : `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}
