// Room: adapters. Whether a person here has allowed that text of this repository goes to a model. Kept where trust is kept:
// in the user's own folder, so that nothing a repository brings along can answer for them.

import {createHash} from 'node:crypto';
import {realpathSync} from 'node:fs';
import type {AiSettings} from '../../domain/ai.ts';
import type {TrustStore} from '../../ports/trust.ts';

/** Raised when more is sent than before: then everybody is asked anew. */
const WHAT_IS_SENT = 1;

export interface Consent {
	/** Undefined: never asked. */
	given(): Promise<boolean | undefined>;
	give(yes: boolean): Promise<void>;
}

/**
 * For these terms: another model, other caps or other prices in a file that came with a pull are asked for anew, because it
 * is the person's money.
 * @param store a store of hashes: a yes is one, a no is another; the later answer counts.
 */
export function consentFor(root: string, store: TrustStore, {model, caps, prices}: AiSettings): Consent {
	const {perRun, perDay, perMonth, callsPerDay} = caps;
	const listed = Object.entries(prices).map(([name, {input, output}]) => [name, input, output]);
	const terms = {sends: WHAT_IS_SENT, model, caps: [perRun, perDay, perMonth, callsPerDay], prices: listed.sort()};
	const hash = (answer: string) =>
		createHash('sha256')
			.update(JSON.stringify({about: 'text to a model', answer, terms, repository: realpathSync(root)}))
			.digest('hex');
	// Hashes are only ever added: each change of mind is the next one.
	const MOST_CHANGES = 100;
	const last = async (): Promise<number> => {
		for (let n = 0; n < MOST_CHANGES; n++) if (!(await store.isTrusted(hash(String(n + 1))))) return n;
		return MOST_CHANGES;
	};
	const given = async (): Promise<boolean | undefined> => {
		const n = await last();
		if (n === 0) return undefined;
		// Behind the last that is counted nobody can take a yes back: then it is none.
		return n < MOST_CHANGES && (await store.isTrusted(hash(`${n} yes`)));
	};
	return {
		given,
		async give(yes) {
			if ((await given()) === yes) return;
			const n = (await last()) + 1;
			if (yes) await store.trust(hash(`${n} yes`));
			await store.trust(hash(String(n)));
		},
	};
}
