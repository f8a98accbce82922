// Room: stages. What is recommended must be able to go. The rules rank each feature by itself; whether the recommended ones
// apply together, without what is not recommended, only git knows. What cannot go is optional and says what it needs; its
// place goes to what the cap had kept out and applies without anything else, the longest waiting first. Knows repositories
// only by the simulation that is handed in.

import type {Simulation} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {Edge} from '../../domain/dependency.ts';
import {BUCKETS, type Bucket, type RankedFeature, type Reason} from '../../domain/feature.ts';
import type {FeatureId, Oid} from '../../domain/ids.ts';
import {compose} from '../../domain/selection/batch-risk.ts';
import type {Links} from '../../domain/selection/links.ts';
import {reach} from '../../domain/selection/links.ts';
import {FAST_TRACK, isOverload, OVERLOAD_LEAST, OVERLOAD_MOST} from '../../domain/selection/rank.ts';
import {touches} from '../../domain/selection/touches.ts';
import {reason} from '../../domain/selection/words.ts';
import {type Closed, closeOver} from './closure.ts';

/** Each is a closure over everything recommended; without a bound the largest branches would take minutes. */
const MOST_CLOSURES = 8;
const MOST_REFILLS = 8;
/** Candidates that are tried for each free place: most of the later ones need something that stays out. */
const TRIES = 4;

export interface FitParts {
	readonly ranked: readonly RankedFeature[];
	/** Everything on the branch, in its order. */
	readonly order: readonly Change[];
	/** `max_features_per_deployment`. */
	readonly most: number;
	/** What features need of each other, and what their changes may need besides. */
	readonly links?: Links;
	readonly suspects?: (change: Oid) => readonly Edge[];
	simulate(picks: readonly Change[]): Promise<Simulation>;
	/** False: free places stay free. Default true. */
	readonly refill?: boolean;
}

const isAdvised = ({bucket}: RankedFeature) => bucket === 'must include' || bucket === 'recommended';
const idOf = ({feature}: RankedFeature) => feature.id;

function moved(one: RankedFeature, bucket: Bucket, why: Reason): RankedFeature {
	return {...one, bucket, reasons: [why, ...one.reasons.slice(1)]};
}

/** Nothing is asked of git yet: links alone say what comes along. */
const unasked = async (): Promise<Simulation> => ({applies: true, conflicts: []});

/** The same features with the recommended ones able to go together; in bucket order, otherwise in the order they came. */
export async function fitRecommended(parts: FitParts): Promise<RankedFeature[]> {
	// What links say costs nothing, so the limit is kept by them first, and git is asked of what is left.
	const first =
		parts.links === undefined ? parts.ranked : await settle({...parts, simulate: unasked}, parts.ranked.length);
	return settle({...parts, ranked: first}, MOST_CLOSURES);
}

async function settle(parts: FitParts, rounds: number): Promise<RankedFeature[]> {
	const list = new Map(parts.ranked.map((one) => [idOf(one), one]));
	const most = Math.min(parts.most, isOverload(parts.ranked) ? OVERLOAD_MOST : Number.POSITIVE_INFINITY);
	let gaveWay = false;
	for (let round = 1; ; round++) {
		const all = [...list.values()];
		const ids = all.filter(isAdvised).map(idOf);
		const closed = ids.length === 0 ? undefined : await close(parts, all, ids);
		// A must that conflicts is said when it is chosen, in the words of a conflict.
		if (closed === undefined) break;
		for (const one of all) list.set(idOf(one), {...one, needs: closed.needs.get(idOf(one)) ?? one.needs});
		for (const {feature, because} of closed.leftOut) {
			const one = list.get(feature);
			if (one === undefined || !isAdvised(one) || one.reasons[0]?.code === 'bucket.needs') continue;
			gaveWay = true;
			const why = because.replace(`“${one.feature.title}” `, '');
			// What must not wait is not talked down: it keeps its place on the list, and a person hears what stands in its way.
			const must = one.bucket === 'must include';
			const text = must ? `${one.reasons[0]?.text}; but it ${why}: a person must decide` : why;
			list.set(feature, moved(one, must ? one.bucket : 'optional', reason('bucket.needs', text)));
		}
		const dear = closed.chosen.length > most ? dearest(closed, [...list.values()]) : undefined;
		if (dear === undefined) {
			if (gaveWay && parts.refill !== false)
				for (const one of await refill(parts, [...list.values()], closed, most)) list.set(idOf(one), one);
			break;
		}
		gaveWay = true;
		const along = `brings others along, and all of them are more than ${most}`;
		list.set(idOf(dear), moved(dear, 'optional', reason('bucket.cap-along', along)));
		if (round >= rounds) break;
	}
	return [...list.values()].sort((a, b) => BUCKETS.indexOf(a.bucket) - BUCKETS.indexOf(b.bucket));
}

async function close(parts: FitParts, ranked: readonly RankedFeature[], ids: readonly FeatureId[]) {
	const closure = await closeOver({
		ranked,
		order: parts.order,
		choice: 'recommended',
		ids,
		...(parts.links === undefined ? {} : {links: parts.links}),
		...(parts.suspects === undefined ? {} : {suspects: parts.suspects}),
		simulate: parts.simulate,
		askAbout: async () => 'leave-out',
	});
	return closure.kind === 'closed' ? closure : undefined;
}

/** The least useful recommended feature among those that bring others along. */
function dearest(closed: Closed, ranked: readonly RankedFeature[]): RankedFeature | undefined {
	const along = new Set(closed.pulledIn.map(({feature}) => feature));
	const brings = (one: RankedFeature) => closed.needs.get(idOf(one))?.some((need) => along.has(need)) ?? false;
	return ranked.findLast((one) => one.bucket === 'recommended' && brings(one));
}

/** Fills the free places; what it returns applies together with all that was closed. */
async function refill(parts: FitParts, ranked: readonly RankedFeature[], closed: Closed, most: number) {
	const place = new Map(parts.order.map((change, i) => [change.oid, i]));
	const at = ({feature}: RankedFeature) => Math.min(...feature.changes.map(({oid}) => place.get(oid) ?? place.size));
	const free = most - closed.chosen.length;
	if (free <= 0) return [];
	const chosen = new Set<string>(closed.chosen);
	const linksOf = (id: string) => links.get(id) ?? [];
	const links: ReadonlyMap<string, readonly {readonly needs: string}[]> = parts.links ?? new Map();
	const alone = (one: RankedFeature) => [...reach([idOf(one)], linksOf).keys()].every((id) => chosen.has(id));
	let candidates = ranked
		.filter((one) => one.bucket === 'optional' && one.reasons[0]?.code === 'bucket.cap' && alone(one))
		.sort((a, b) => at(a) - at(b))
		.slice(0, free * TRIES);
	const taken = new Set<Oid>(closed.picks.map(({oid}) => oid));
	const picksOf = (some: readonly RankedFeature[]) => {
		const all = new Set([...taken, ...some.flatMap(({feature}) => feature.changes.map(({oid}) => oid))]);
		return parts.order.filter(({oid}) => all.has(oid));
	};
	for (let round = 0; round < MOST_REFILLS && candidates.length > 0; round++) {
		const seen = await parts.simulate(picksOf(candidates));
		if (seen.applies) {
			const few = affordable(candidates, ranked, free);
			// Of a set that applies, the oldest apply as a rule without the others; looked at once more all the same.
			if (few.length === candidates.length)
				return few.map((one) => moved(one, 'recommended', reason('bucket.safe', touches(one.feature))));
			candidates = few;
			continue;
		}
		const troubled = new Set<Oid>(seen.conflicts.map(({change}) => change));
		const paths = new Set(seen.conflicts.filter(({change}) => taken.has(change)).flatMap((conflict) => conflict.paths));
		candidates = candidates.filter(
			({feature}) =>
				!feature.changes.some(({oid, files}) => troubled.has(oid) || files.some((file) => paths.has(file.path))),
		);
	}
	return [];
}

/** As many as there is room for, and in a long list only as long as the batch stays on the fast track. */
function affordable(candidates: readonly RankedFeature[], ranked: readonly RankedFeature[], free: number) {
	const risks = ranked.filter(isAdvised).map(({risk}) => risk);
	const few: RankedFeature[] = [];
	for (const one of candidates) {
		if (few.length === free) break;
		const risk = compose([...risks, one.risk]);
		const tooMuch = risks.length >= OVERLOAD_LEAST && risk >= FAST_TRACK && risk > compose(risks);
		if (isOverload(ranked) && tooMuch) continue;
		risks.push(one.risk);
		few.push(one);
	}
	return few;
}
