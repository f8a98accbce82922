// Room: domain. The branded identifiers that everything else speaks in. No clock, no randomness: ids arrive as arguments.

declare const brand: unique symbol;
type Brand<T, B> = T & {readonly [brand]: B};

/** A full git object id, 40 or 64 lower-case hex digits. The only way a revision travels inside Orchestra. */
export type Oid = Brand<string, 'Oid'>;
/** `YYYYMMDD_HHMMSS` in UTC, with `_2`, `_3` … when two deployments open in the same second. */
export type DeploymentId = Brand<string, 'DeploymentId'>;
/** Stable across runs while the feature's oldest change is the same: `f-` and 8 hex digits of that change. */
export type FeatureId = Brand<string, 'FeatureId'>;

export const SLOTS = ['blue', 'green'] as const;
/** One of a target's two alternates. */
export type SlotName = (typeof SLOTS)[number];

export const STAGES = ['discovery', 'selection', 'staging', 'testing', 'production', 'learning'] as const;
export type StageName = (typeof STAGES)[number];

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const DEPLOYMENT_ID = /^\d{8}_\d{6}(?:_\d{1,4})?$/;

export function isOid(text: string): text is Oid {
	return OID.test(text);
}

/** Throws on anything but a full object id: a caller that has a name must resolve it first. */
export function asOid(text: string): Oid {
	if (!isOid(text)) throw new TypeError(`not an object id: ${JSON.stringify(text.slice(0, 80))}`);
	return text;
}

export function isDeploymentId(text: string): text is DeploymentId {
	return DEPLOYMENT_ID.test(text);
}

/** @param now milliseconds since the epoch, UTC. @param nth 1 for the first deployment of that second. */
export function deploymentIdAt(now: number, nth = 1): DeploymentId {
	const iso = new Date(now).toISOString();
	const base = `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 19).replaceAll(':', '')}`;
	return (nth === 1 ? base : `${base}_${nth}`) as DeploymentId;
}

export function featureIdOf(oldestChange: Oid): FeatureId {
	return `f-${oldestChange.slice(0, 8)}` as FeatureId;
}

export function otherSlot(slot: SlotName): SlotName {
	return slot === 'blue' ? 'green' : 'blue';
}
