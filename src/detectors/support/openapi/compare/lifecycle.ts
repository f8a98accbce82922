// Room: detectors. Deprecation, sunset dates and stability of operations, parameters and fields, and how a removal is judged.

import {get, isTrue, type Node, text} from '../node.ts';
import type {Place} from '../report.ts';
import type {Context} from './context.ts';

const DAY = 86_400;
/** Days between the change and the sunset that callers need at the least. */
const NOTICE = 30;
const LEVELS = ['draft', 'alpha', 'beta', 'stable'];

/** Seconds since the epoch; undefined for what is no date. */
function dateOf(written: string): number | undefined {
	const match = /^(\d{4})-(\d\d)-(\d\d)(?:$|[T ])/.exec(written);
	if (match === null) return undefined;
	const [year, month, day] = match.slice(1).map(Number);
	const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1);
	// 31 February turns into March: no date.
	return new Date(at).toISOString().slice(0, 10) === written.slice(0, 10) ? at / 1000 : undefined;
}

const sunsetOf = (node: Node | undefined) => get(node, 'x-sunset') ?? get(node, 'sunset');
const levelOf = (node: Node | undefined) => text(get(node, 'x-stability-level'));

export function compareLifecycle(
	{report, now}: Pick<Context, 'report' | 'now'>,
	before: Node | undefined,
	after: Node | undefined,
	at: Node,
	place: Place,
): void {
	const [was, is] = [isTrue(get(before, 'deprecated')), isTrue(get(after, 'deprecated'))];
	const [oldSunset, sunset] = [sunsetOf(before), sunsetOf(after)];
	const [oldText, written] = [text(oldSunset), text(sunset)];
	const date = written === undefined ? undefined : dateOf(written);
	const spot = sunset ?? get(after, 'deprecated') ?? at;
	const days = {before: oldText ?? 'no date', after: written ?? 'no date'};
	if (!was && is)
		report.add({rule: date === undefined ? 'deprecated-without-date' : 'deprecated', place, at: spot, ...days});
	if (was && !is) report.add({rule: 'reactivated', place, at: spot, before: 'deprecated', after: 'in use'});
	if (is && written !== undefined && written !== oldText) {
		const old = oldText === undefined ? undefined : dateOf(oldText);
		if (date === undefined) report.add({rule: 'sunset-invalid', place, at: spot, ...days});
		else if (old !== undefined && date < old) report.add({rule: 'sunset-brought-forward', place, at: spot, ...days});
		else if (old === undefined && date - now < NOTICE * DAY)
			report.add({rule: 'sunset-too-soon', place, at: spot, ...days});
	}
	if (was && is && oldText !== undefined && written === undefined)
		report.add({rule: 'sunset-removed', place, at: spot, ...days});
	compareStability({report}, before, after, at, place);
}

function compareStability(
	{report}: Pick<Context, 'report'>,
	before: Node | undefined,
	after: Node | undefined,
	at: Node,
	place: Place,
): void {
	const [was, is] = [levelOf(before), levelOf(after)];
	if (was === is || is === undefined) return;
	const [from, to] = [LEVELS.indexOf(was ?? 'stable'), LEVELS.indexOf(is)];
	const spot = get(after, 'x-stability-level') ?? at;
	const words = {before: was ?? 'not said', after: is};
	if (to < 0) report.add({rule: 'stability-invalid', place, at: spot, ...words});
	else if (was !== undefined && from > to) report.add({rule: 'stability-decreased', place, at: spot, ...words});
}

/** How a removal is judged: by whether, and until when, callers were warned. */
export function farewell(
	node: Node | undefined,
	now: number,
): 'removed' | 'before-sunset' | 'deprecated' | 'after-sunset' {
	if (!isTrue(get(node, 'deprecated'))) return 'removed';
	const date = dateOf(text(sunsetOf(node)) ?? '');
	if (date === undefined) return 'deprecated';
	return date > now ? 'before-sunset' : 'after-sunset';
}
