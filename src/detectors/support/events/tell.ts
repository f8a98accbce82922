// Room: detectors. How the comparisons of event schemas say what they saw.

import type {Node} from '../openapi/node.ts';
import type {Sign} from '../rules.ts';

/** The node is one of the files after the change. */
export type Tell = (
	rule: string,
	at: Node,
	object: string,
	what: string,
	sides?: {before?: string | undefined; after?: string | undefined; atMost?: Sign['atMost']},
) => void;
