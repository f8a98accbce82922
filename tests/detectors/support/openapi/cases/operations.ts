// Room: tests. Rules about paths, operations, parameters, bodies and their lives: what fires each, and what does not.

import {type Case, type Doc, doc, get, I, object, ok, param, paths, S} from '../documents.ts';

const PAST = {deprecated: true, 'x-sunset': '2025-06-01'};
const FUTURE = {deprecated: true, 'x-sunset': '2026-12-01'};
const OPEN = {deprecated: true};
const two = (parts: Doc): Doc => doc({paths: {'/things': {get: {responses: ok}, delete: {responses: ok, ...parts}}}});
const one = doc({paths: {'/things': {get: {responses: ok}}}});
const gone = (parts: Doc): Doc =>
	doc({paths: {'/things': {get: {responses: ok}}, '/old': {get: {responses: ok, ...parts}}}});
const none = get();
const query = (...parameters: readonly Doc[]): Doc => get({parameters});
const limit = {name: 'limit', in: 'query', schema: I};
const callback = (callbacks: Doc): Doc => get({callbacks});
const onDone = {onDone: {'{$request.query.url}': {post: {responses: ok}}}};
const webhooks = (webhooks: Doc): Doc => doc({webhooks});
const hook = {post: {responses: ok}};
const body = (requestBody: unknown): Doc =>
	doc({paths: {'/things': {post: {responses: ok, ...(requestBody === undefined ? {} : {requestBody})}}}});
const json = {'application/json': {schema: S}};
const list = {name: 'ids', in: 'query', schema: {type: 'array', items: I}};

export const OPERATION_CASES: readonly Case[] = [
	['path-removed', [paths('/a', '/b'), paths('/a')], [paths('/a', '/b'), paths('/b', '/a')]],
	['path-removed-before-sunset', [gone(FUTURE), one], [gone(PAST), one]],
	['path-removed-deprecated', [gone(OPEN), one], [gone({}), one]],
	['path-removed-after-sunset', [gone(PAST), one], [gone(FUTURE), one]],
	[
		'path-moved',
		[
			doc({paths: {'/a': {get: {operationId: 'list', responses: ok}}}}),
			doc({paths: {'/b': {get: {operationId: 'list', responses: ok}}}}),
		],
		[paths('/a'), paths('/b')],
	],
	['path-added', [paths('/a'), paths('/a', '/b')], [paths('/a/{id}'), paths('/a/{orderId}')]],
	['path-parameter-renamed', [paths('/a/{id}'), paths('/a/{orderId}')], [paths('/a/:id'), paths('/a/{id}')]],
	['operation-removed', [two({}), one], [two(PAST), one]],
	['operation-removed-before-sunset', [two(FUTURE), one], [two(PAST), one]],
	['operation-removed-deprecated', [two(OPEN), one], [two({}), one]],
	['operation-removed-after-sunset', [two(PAST), one], [two(OPEN), one]],
	['operation-added', [one, two({})], [two({}), two({summary: 'remove'})]],
	['operation-id-changed', [get({operationId: 'a'}), get({operationId: 'b'})], [none, get({operationId: 'b'})]],
	['operation-tags-changed', [get({tags: ['a']}), get({tags: ['b']})], [get({tags: ['a']}), get({tags: ['a', 'b']})]],
	['deprecated', [none, get(FUTURE)], [get(FUTURE), get(FUTURE)]],
	['deprecated-without-date', [none, get(OPEN)], [none, get(FUTURE)]],
	['reactivated', [get(OPEN), none], [get(OPEN), get(OPEN)]],
	['sunset-invalid', [none, get({...OPEN, 'x-sunset': 'soon'})], [none, get(FUTURE)]],
	[
		'sunset-invalid',
		[none, get({...OPEN, 'x-sunset': '2026-02-31'})],
		[none, get({...OPEN, 'x-sunset': '2026-02-28'})],
	],
	['sunset-removed', [get(FUTURE), get(OPEN)], [get(FUTURE), none]],
	[
		'sunset-too-soon',
		[none, get({...OPEN, 'x-sunset': '2026-01-20'})],
		[none, get({...OPEN, 'x-sunset': '2026-03-20'})],
	],
	[
		'sunset-brought-forward',
		[get(FUTURE), get({...OPEN, 'x-sunset': '2026-06-01'})],
		[get({...OPEN, 'x-sunset': '2026-06-01'}), get(FUTURE)],
	],
	[
		'stability-decreased',
		[get({'x-stability-level': 'stable'}), get({'x-stability-level': 'beta'})],
		[get({'x-stability-level': 'beta'}), get({'x-stability-level': 'stable'})],
	],
	['stability-invalid', [none, get({'x-stability-level': 'solid'})], [none, get({'x-stability-level': 'alpha'})]],
	['parameter-added-required', [none, param({required: true})], [none, param({})]],
	['parameter-added', [none, param({})], [none, param({required: true})]],
	[
		'path-parameter-added',
		[
			doc({paths: {'/a/{id}': {get: {responses: ok}}}}),
			doc({
				paths: {'/a/{id}': {get: {responses: ok, parameters: [{name: 'id', in: 'path', required: true, schema: S}]}}},
			}),
		],
		[paths('/a/{id}'), paths('/a/{key}')],
	],
	['parameter-removed', [param({}), none], [param({...OPEN}), none]],
	['parameter-removed-before-sunset', [param(FUTURE), none], [param(PAST), none]],
	['parameter-removed-deprecated', [param(PAST), none], [param(FUTURE), none]],
	[
		'parameter-moved',
		[param({}), param({in: 'header'})],
		[param({in: 'header', name: 'X-A'}), param({in: 'header', name: 'x-a'})],
	],
	[
		'parameter-renamed',
		[param({name: 'pageSize'}), param({name: 'page_size'})],
		[param({name: 'pageSize'}), param({name: 'limit'})],
	],
	['parameter-became-required', [param({}), param({required: true})], [param({}), param({required: false})]],
	['parameter-became-optional', [param({required: true}), param({})], [param({}), param({required: true})]],
	[
		'parameter-style-changed',
		[query(list), query({...list, explode: false})],
		[query(limit), query({...limit, explode: false})],
	],
	[
		'parameter-style-changed',
		[query(list), query({...list, style: 'pipeDelimited'})],
		[query(list), query({...list, style: 'form', explode: true})],
	],
	[
		'parameter-content-changed',
		[param({}), get({parameters: [{name: 'limit', in: 'query', content: {'application/json': {schema: I}}}]})],
		[param({}), param({description: 'how many'})],
	],
	['parameter-reserved-changed', [param({}), param({allowReserved: true})], [param({}), param({allowReserved: false})]],
	['callback-removed', [callback(onDone), none], [callback(onDone), callback(onDone)]],
	['callback-added', [none, callback(onDone)], [none, callback({})]],
	[
		'webhook-removed',
		[webhooks({a: hook, b: hook}), webhooks({a: hook})],
		[webhooks({a: hook, b: hook}), webhooks({b: hook, a: hook})],
	],
	['webhook-added', [webhooks({a: hook}), webhooks({a: hook, b: hook})], [doc(), webhooks({})]],
	[
		'body-added-required',
		[body(undefined), body({required: true, content: json})],
		[body(undefined), body({content: json})],
	],
	['body-added', [body(undefined), body({content: json})], [body(undefined), body({required: true, content: json})]],
	[
		'body-removed',
		[body({content: json}), body(undefined)],
		[body({content: json}), body({content: json, description: 'x'})],
	],
	[
		'body-became-required',
		[body({content: json}), body({content: json, required: true})],
		[body({content: json}), body({content: json, required: false})],
	],
	[
		'body-became-optional',
		[body({content: json, required: true}), body({content: json})],
		[body({content: json}), body({content: json, required: true})],
	],
	[
		'body-media-type-removed',
		[body({content: {...json, 'application/xml': {schema: S}}}), body({content: json})],
		[body({content: json}), body({content: {'application/*': {schema: S}}})],
	],
	[
		'body-media-type-added',
		[body({content: json}), body({content: {...json, 'application/xml': {schema: S}}})],
		[body({content: json}), body({content: {'application/json; charset=utf-8': {schema: S}}})],
	],
	[
		'body-schema-added',
		[body({content: {'application/json': {}}}), body({content: json})],
		[body({content: json}), body({content: {'application/json': {}}})],
	],
	[
		'body-encoding-changed',
		[
			body({content: {'multipart/form-data': {schema: object({a: S}), encoding: {a: {contentType: 'text/plain'}}}}}),
			body({content: {'multipart/form-data': {schema: object({a: S}), encoding: {a: {contentType: 'image/png'}}}}}),
		],
		[
			body({content: {'multipart/form-data': {schema: object({a: S}), encoding: {a: {contentType: 'text/plain'}}}}}),
			body({content: {'multipart/form-data': {encoding: {a: {contentType: 'text/plain'}}, schema: object({a: S})}}}),
		],
	],
];
