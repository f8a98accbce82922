// Room: detectors. Request bodies and responses: statuses, media types, headers, links, and the schemas inside.

import {type Header, type Media, UNSTATED} from '../bodies.ts';
import type {Operation, Response} from '../model.ts';
import {get, type Node, shown, signature} from '../node.ts';
import {into, type Place} from '../report.ts';
import type {RuleName} from '../rules.ts';
import {type Context, type Flow, sides} from './context.ts';
import {compareLifecycle} from './lifecycle.ts';
import {compareSchemas} from './schemas.ts';

type Content = ReadonlyMap<string, Media>;

export function compareBody(context: Context, was: Operation, is: Operation, flow: Flow, place: Place): void {
	const {report} = context;
	const [old, now] = [was.body, is.body];
	const where = into(place, ' request');
	if (old === undefined && now === undefined) return;
	if (old === undefined) {
		const rule = now?.required === true ? 'body-added-required' : 'body-added';
		report.add({rule, place: where, at: now?.at, before: 'none', after: [...(now?.content.keys() ?? [])].join(', ')});
		return;
	}
	if (now === undefined) {
		report.add({
			rule: 'body-removed',
			place: where,
			at: is.at,
			before: [...old.content.keys()].join(', '),
			after: 'none',
		});
		return;
	}
	if (old.required !== now.required) {
		const say = (required: boolean) => (required ? 'required' : 'optional');
		const rule = now.required ? 'body-became-required' : 'body-became-optional';
		report.add({rule, place: where, at: now.at, before: say(old.required), after: say(now.required)});
	}
	compareContent(context, old.content, now.content, flow, where, now.at);
}

/** `application/*` covers `application/json`; all covers everything. */
const covers = (wide: string, narrow: string) =>
	wide === '*/*' || wide === '*' || (wide.endsWith('/*') && narrow.startsWith(wide.slice(0, -1)));

function compareContent(context: Context, was: Content, is: Content, flow: Flow, place: Place, at: Node): void {
	const {report} = context;
	const {gone, born, both} = sides(was, is);
	const request = flow === 'request';
	if (is.size === 0 || was.size === 0) {
		emptied(context, was, is, flow, place, at);
		return;
	}
	const wide = new Set([...was.keys(), ...is.keys()]).size > 1;
	const step = (media: Media) => (wide && media.name !== UNSTATED ? into(place, ` (${media.name})`) : place);
	const compareMedia = (old: Media, now: Media) => {
		const where = step(now);
		compareEncodings(context, old, now, where);
		const [from, to] = [old.schema, now.schema];
		if (from !== undefined && to !== undefined) compareSchemas(context, from, to, flow, where);
		else if (from === undefined && to !== undefined && request)
			report.add({rule: 'body-schema-added', place: where, at: now.at, before: 'any', after: shown(to[0])});
		else if (from !== undefined && to === undefined && !request)
			report.add({rule: 'response-schema-removed', place: where, at: now.at, before: shown(from[0]), after: 'any'});
	};
	for (const {was: old, is: now} of both) compareMedia(old, now);
	// A 2.0 document that leaves the type open means whatever the other side says.
	const open = [...gone, ...born].find(([key]) => key === UNSTATED);
	if (open !== undefined) {
		const [old] = was.values();
		const [now] = is.values();
		if (old !== undefined && now !== undefined && both.length === 0) compareMedia(old, now);
		return;
	}
	for (const [key, old] of gone) {
		const wider = born.find(([other]) => covers(other, key))?.[1];
		const narrower = born.find(([other]) => covers(key, other))?.[1];
		if (wider !== undefined) {
			if (!request)
				report.add({
					rule: 'response-media-type-widened',
					place,
					at: wider.at,
					before: old.name,
					after: wider.name,
				});
			compareMedia(old, wider);
		} else if (narrower !== undefined && !request) compareMedia(old, narrower);
		else
			report.add({
				rule: request ? 'body-media-type-removed' : 'response-media-type-removed',
				place,
				at,
				before: old.name,
				after: 'absent',
				group: old.name,
			});
	}
	for (const [key, now] of born) {
		if (gone.some(([other]) => covers(key, other) || covers(other, key))) continue;
		report.add({
			rule: request ? 'body-media-type-added' : 'response-media-type-added',
			place,
			at: now.at,
			before: 'absent',
			after: now.name,
			group: now.name,
		});
	}
}

/** One side has no body at all. */
function emptied({report}: Context, was: Content, is: Content, flow: Flow, place: Place, at: Node): void {
	const names = (content: Content) =>
		[...content.values()].map(({name}) => (name === UNSTATED ? 'any type' : name)).join(', ');
	const [before, after] = [names(was), names(is)];
	if (before === after) return;
	const group = `${before} → ${after}`;
	const good = isSuccess(/ response (\w+)/.exec(place.within)?.[1] ?? '2');
	const rule: RuleName =
		flow === 'request'
			? is.size === 0
				? 'body-media-type-removed'
				: 'body-media-type-added'
			: is.size > 0
				? 'response-media-type-added'
				: good
					? 'response-media-type-removed'
					: 'response-schema-removed';
	report.add({rule, place, at, before: before || 'no body', after: after || 'no body', group});
}

function compareEncodings({report}: Context, was: Media, is: Media, place: Place): void {
	if (was.encoding === undefined && is.encoding === undefined) return;
	const [old, now] = [was.encoding, is.encoding].map((node) => (node === undefined ? '' : signature(node)));
	if (old !== now)
		report.add({
			rule: 'body-encoding-changed',
			place,
			at: is.encoding ?? is.at,
			before: shown(was.encoding),
			after: shown(is.encoding),
		});
}

const isSuccess = (status: string) => status.startsWith('2') || status.startsWith('3');

export function compareResponses(context: Context, was: Operation, is: Operation, flow: Flow, place: Place): void {
	const {report} = context;
	const {gone, born, both} = sides(was.responses, is.responses);
	const where = (status: string) => into(place, ` response ${status}`);
	for (const {name, was: old, is: now} of both) compareResponse(context, old, now, flow, where(name));
	const ranged = (list: ReadonlyMap<string, Response>, status: string) =>
		status === 'default' ? undefined : list.get(`${status[0]}XX`);
	const paired = new Set<string>();
	for (const [status, old] of gone) {
		const range = ranged(is.responses, status);
		if (range !== undefined) compareResponse(context, old, range, flow, where(status));
		if (range !== undefined) paired.add(status);
	}
	for (const [status, now] of born) {
		const range = ranged(was.responses, status);
		if (range !== undefined) compareResponse(context, range, now, flow, where(status));
		if (range !== undefined) paired.add(status);
	}
	const lost = gone.filter(([status]) => !paired.has(status));
	const won = born.filter(([status]) => !paired.has(status));
	const good = (list: readonly (readonly [string, Response])[]) => list.filter(([status]) => isSuccess(status));
	const [from, to] = [good(lost), good(won)];
	const [oldOne, newOne] = [from[0], to[0]];
	const changed = from.length === 1 && to.length === 1 && oldOne !== undefined && newOne !== undefined;
	if (changed) {
		report.add({
			rule: 'response-success-changed',
			place: where(newOne[0]),
			at: newOne[1].at,
			before: oldOne[0],
			after: newOne[0],
		});
		compareResponse(context, oldOne[1], newOne[1], flow, where(newOne[0]));
	}
	for (const [status] of lost) {
		if (changed && isSuccess(status)) continue;
		const rule: RuleName = isSuccess(status)
			? 'response-success-removed'
			: status === 'default'
				? 'response-default-removed'
				: 'response-error-removed';
		const group = isSuccess(status) ? {} : {group: status};
		const at = get(is.at, 'responses') ?? is.at;
		report.add({rule, place: where(status), at, before: status, after: 'absent', ...group});
	}
	for (const [status, now] of won) {
		if (changed && isSuccess(status)) continue;
		const rule = isSuccess(status) ? 'response-success-added' : 'response-error-added';
		const group = isSuccess(status) ? {} : {group: status};
		report.add({rule, place: where(status), at: now.at, before: 'absent', after: status, ...group});
	}
}

function compareResponse(context: Context, was: Response, is: Response, flow: Flow, place: Place): void {
	const {report} = context;
	compareContent(context, was.content, is.content, flow, place, is.at);
	const headers = sides(was.headers, is.headers);
	for (const [, header] of headers.gone)
		report.add({
			rule: header.required ? 'header-removed' : 'optional-header-removed',
			place: into(place, ` header ${header.name}`),
			at: is.at,
			before: header.required ? 'always sent' : 'sometimes sent',
			after: 'absent',
			group: header.name,
		});
	for (const [, header] of headers.born)
		report.add({
			rule: 'header-added',
			place: into(place, ` header ${header.name}`),
			at: header.at,
			before: 'absent',
			after: header.required ? 'always sent' : 'sometimes sent',
			group: header.name,
		});
	for (const each of headers.both) compareHeaders(context, each.was, each.is, flow, place);
	for (const [name] of sides(was.links, is.links).gone)
		report.add({rule: 'response-link-removed', place, at: is.at, before: name, after: 'absent'});
}

function compareHeaders(context: Context, was: Header, is: Header, flow: Flow, place: Place): void {
	const where = into(place, ` header ${is.name}`);
	if (was.required && !is.required)
		context.report.add({
			rule: 'header-became-optional',
			place: where,
			at: is.at,
			before: 'always sent',
			after: 'sometimes sent',
		});
	compareLifecycle(context, was.node, is.node, is.at, where);
	if (was.schema !== undefined && is.schema !== undefined) compareSchemas(context, was.schema, is.schema, flow, where);
}
