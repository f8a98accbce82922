// Room: domain. A change: one commit, one merged PR or one squash, as evidence of what somebody did.

import type {Oid} from './ids.ts';
import type {Safe} from './safe.ts';

export const KINDS = [
	'feat',
	'fix',
	'perf',
	'refactor',
	'revert',
	'docs',
	'test',
	'build',
	'ci',
	'chore',
	'style',
	'other',
] as const;
/** What sort of change: by Conventional Commits where the author wrote one, by a documented heuristic otherwise. */
export type Kind = (typeof KINDS)[number];

export interface FileDelta {
	/** The bytes of the path as git has them, decoded as UTF-8; for looking up, never for drawing. */
	readonly path: string;
	readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type-changed';
	/** The path before a rename or copy. */
	readonly from?: string;
}

/** Where a change is already on the base under another id, and which of the keys showed it. */
export interface Shipped {
	readonly as: Oid;
	readonly how: 'trailer' | 'author' | 'pull-request' | 'patch-id';
}

export interface Change {
	readonly oid: Oid;
	/** First parent: a change is always the difference to it. */
	readonly parent: Oid;
	readonly tree: Oid;
	readonly form: 'commit' | 'merge';
	readonly subject: Safe;
	readonly body: string;
	readonly author: {readonly name: Safe; readonly email: string};
	/** Seconds since the epoch, as the author's clock said; clamped to 0…253402300799. */
	readonly authoredAt: number;
	readonly committedAt: number;
	readonly kind: Kind;
	/** True when the subject follows Conventional Commits; false when `kind` is the heuristic's guess. */
	readonly conventional: boolean;
	readonly scope?: Safe;
	readonly breaking: boolean;
	/** Issue keys such as `#12` or `ABC-34`, in the order found. */
	readonly issues: readonly string[];
	readonly pullRequest?: number;
	/** The branch that a merge names; none when it is a long-lived one. */
	readonly branch?: string;
	readonly files: readonly FileDelta[];
	readonly bot: boolean;
	readonly shipped?: Shipped;
	/** The change this one takes back, when both are in the range. */
	readonly reverts?: Oid;
	/** True when a later change in the range takes this one back (parity counted): the two cancel out. */
	readonly cancelled: boolean;
}
