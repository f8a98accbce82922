// What serves callers as before is never called a danger, and what only says the same in another way is called nothing.

import {describe, expect, test} from 'vitest';
import {between, type Doc, detected, doc, get, I, object, ok, param, paths, returns, S, sends} from './documents.ts';

const order = object({id: I, total: {type: 'number'}, note: S}, ['id']);
const components = (schemas: Doc): Doc => ({components: {schemas}});
const ref = (name: string): Doc => ({$ref: `#/components/schemas/${name}`});
const json = (schema: unknown) => ({'application/json': {schema}});

const swagger: Doc = {
	swagger: '2.0',
	info: {title: 'Things', version: '1.0.0'},
	host: 'api.example',
	basePath: '/v1',
	schemes: ['https'],
	consumes: ['application/json'],
	produces: ['application/json'],
	securityDefinitions: {key: {type: 'apiKey', in: 'header', name: 'X-Key'}, basic: {type: 'basic'}},
	security: [{key: []}],
	paths: {
		'/orders/{id}': {
			get: {
				parameters: [
					{name: 'id', in: 'path', required: true, type: 'integer', format: 'int64'},
					{name: 'tags', in: 'query', type: 'array', items: S, collectionFormat: 'multi'},
				],
				responses: {200: {description: 'ok', schema: {$ref: '#/definitions/Order'}, headers: {'X-Rate': I}}},
			},
			put: {
				parameters: [
					{name: 'id', in: 'path', required: true, type: 'integer'},
					{name: 'order', in: 'body', required: true, schema: {$ref: '#/definitions/Order'}},
				],
				responses: {204: {description: 'done'}},
			},
		},
		'/upload': {
			post: {
				consumes: ['multipart/form-data'],
				parameters: [
					{name: 'file', in: 'formData', type: 'file', required: true},
					{name: 'note', in: 'formData', type: 'string'},
				],
				responses: {200: {description: 'ok', schema: {type: 'string', 'x-nullable': true}}},
			},
		},
	},
	definitions: {Order: order},
};
const asThree: Doc = {
	openapi: '3.0.3',
	info: {title: 'Things', version: '1.0.0'},
	servers: [{url: 'https://api.example/v1'}],
	security: [{key: []}],
	paths: {
		'/orders/{orderId}': {
			parameters: [{name: 'orderId', in: 'path', required: true, schema: {type: 'integer', format: 'int64'}}],
			get: {
				parameters: [{name: 'tags', in: 'query', schema: {type: 'array', items: S}}],
				responses: {200: {description: 'ok', content: json(ref('Order')), headers: {'X-Rate': {schema: I}}}},
			},
			put: {
				requestBody: {required: true, content: json(ref('Order'))},
				responses: {204: {description: 'done'}},
			},
		},
		'/upload': {
			post: {
				requestBody: {
					required: true,
					content: {
						'multipart/form-data': {
							schema: object({file: {type: 'string', format: 'binary'}, note: S}, ['file']),
						},
					},
				},
				responses: {200: {description: 'ok', content: json({type: 'string', nullable: true})}},
			},
		},
	},
	components: {
		schemas: {Order: order},
		securitySchemes: {key: {type: 'apiKey', in: 'header', name: 'X-Key'}, basic: {type: 'http', scheme: 'basic'}},
	},
};

const three = (schema: unknown): Doc => ({...returns(schema), openapi: '3.0.3'});

describe('the same in other words is nothing', () => {
	const same: readonly [string, Doc, Doc][] = [
		['a schema gets a name', returns(order), returns(ref('Order'), components({Order: order}))],
		[
			'a name is written out',
			sends(ref('Order'), components({Order: order})),
			sends(order, components({Order: order})),
		],
		[
			'a schema is put together by allOf',
			returns(order),
			returns({allOf: [object({id: I}, ['id']), object({total: {type: 'number'}, note: S})]}),
		],
		['null is said in a type list', sends({anyOf: [S, {type: 'null'}]}), sends({type: ['string', 'null']})],
		['a constant is a list of one', returns({const: 'a'}), returns({enum: ['a']})],
		['one alternative is no alternative', returns({oneOf: [order]}), returns(order)],
		['alternatives change places', sends({oneOf: [S, I]}), sends({anyOf: [I, S]})],
		['keys change places', returns(order), returns({required: ['id'], properties: order.properties, type: 'object'})],
		['a format gets its proper name', returns({...S, format: 'url'}), returns({...S, format: 'uri'})],
		['words change', param({description: 'a'}), param({description: 'b', example: 5})],
		['an extension appears', paths('/a'), {...paths('/a'), 'x-internal': {a: 1}}],
		[
			'a parameter moves to the path',
			get({parameters: [{name: 'a', in: 'query', schema: S}]}),
			doc({paths: {'/things': {parameters: [{name: 'a', in: 'query', schema: S}], get: {responses: ok}}}}),
		],
		[
			'a response gets a name',
			get(),
			get(
				{responses: {200: {$ref: '#/components/responses/Ok'}}},
				{components: {responses: {Ok: {description: 'ok'}}}},
			),
		],
		['a header changes its case', param({name: 'X-Id', in: 'header'}), param({name: 'x-id', in: 'header'})],
		['a router writes the path in another way', paths('/a/:id'), paths('/a/{id}')],
	];
	test.each(same)('%s', async (_, before, after) => {
		expect(await between(before, after)).toEqual([]);
		expect(await between(after, before)).toEqual([]);
	});

	test('2.0 becomes 3.0', async () => {
		const found = (await between(swagger, asThree)).map(({rule, what}) => `${rule}: ${what}`);
		expect(found.map((each) => each.split(':')[0])).toEqual([
			'openapi-specification-changed',
			'openapi-path-parameter-renamed',
		]);
	});

	test('3.0 becomes 3.1', async () => {
		const before = three({
			type: 'object',
			properties: {
				a: {type: 'string', nullable: true},
				b: {type: 'integer', minimum: 1, exclusiveMinimum: true},
				c: {type: 'string', format: 'byte'},
			},
		});
		const after = returns({
			type: 'object',
			properties: {
				a: {type: ['string', 'null']},
				b: {type: 'integer', exclusiveMinimum: 1},
				c: {type: 'string', contentEncoding: 'base64'},
			},
		});
		expect((await between(before, after)).map(({rule}) => rule)).toEqual(['openapi-specification-changed']);
	});
});

describe('what serves callers as before is no danger', () => {
	const compatible: readonly [string, Doc, Doc][] = [
		['a new path', paths('/a'), paths('/a', '/b')],
		['an optional parameter', get(), param({})],
		['a parameter that need not be sent', param({required: true}), param({})],
		['a header in the answer', get(), get({responses: {200: {description: 'ok', headers: {'X-A': {schema: S}}}}})],
		['a status for failures', get(), get({responses: {...ok, 404: {description: 'none'}}})],
		['a field in the answer', returns(object({a: S})), returns(object({a: S, b: S}))],
		['a field that may be sent', sends(object({a: S})), sends(object({a: S, b: S}))],
		['a field that need not be sent', sends(object({a: S}, ['a'])), sends(object({a: S}))],
		['a field that is always returned', returns(object({a: S})), returns(object({a: S}, ['a']))],
		['a value that may be sent', sends({enum: ['a']}), sends({enum: ['a', 'b']})],
		['a value that is not returned', returns({enum: ['a', 'b']}), returns({enum: ['a']})],
		['numbers where integers were sent', sends(I), sends({type: 'number'})],
		['integers where numbers were returned', returns({type: 'number'}), returns(I)],
		['null may be sent', sends(S), sends({type: ['string', 'null']})],
		['null is not returned', returns({type: ['string', 'null']}), returns(S)],
		['longer text may be sent', sends({...S, maxLength: 5}), sends({...S, maxLength: 9})],
		['shorter text is returned', returns({...S, maxLength: 9}), returns({...S, maxLength: 5})],
		['a further kind may be sent', sends({oneOf: [S, I]}), sends({oneOf: [S, I, {type: 'boolean'}]})],
		['a kind is not returned', returns({oneOf: [S, I, {type: 'boolean'}]}), returns({oneOf: [S, I]})],
		['a way to log in', get({security: [{a: []}]}), get({security: [{a: []}, {b: []}]})],
		['a scope fewer', get({security: [{a: ['x', 'y']}]}), get({security: [{a: ['x']}]})],
		[
			'a media type',
			returns(S),
			get({responses: {200: {description: 'ok', content: {...json(S), 'text/csv': {schema: S}}}}}),
		],
		['a deprecation', get(), get({deprecated: true, 'x-sunset': '2027-01-01'})],
		[
			'the end of a deprecated operation',
			doc({
				paths: {'/a': {get: {responses: ok, deprecated: true, 'x-sunset': '2025-01-01'}}, '/b': {get: {responses: ok}}},
			}),
			paths('/b'),
		],
		[
			'a read-only field becomes required',
			sends(object({id: {...I, readOnly: true}})),
			sends(object({id: {...I, readOnly: true}}, ['id'])),
		],
	];
	test.each(compatible)('%s', async (_, before, after) => {
		expect((await between(before, after)).filter(({severity}) => severity === 'danger')).toEqual([]);
	});
});

test('the direction decides: the same change of a schema breaks one side and serves the other', async () => {
	const both = (schema: unknown): Doc =>
		doc({
			paths: {
				'/things': {
					post: {
						requestBody: {content: json(ref('T'))},
						responses: {200: {description: 'ok', content: json(ref('T'))}},
					},
				},
			},
			...components({T: schema}),
		});
	const found = await between(both(object({a: S}, ['a'])), both(object({a: S})));
	expect(found.map(({rule, severity}) => `${severity} ${rule}`)).toEqual([
		'danger openapi-response-property-became-optional',
		'note openapi-request-loosened',
	]);
});

test('in webhooks and callbacks we are the caller, so the directions are the other way round', async () => {
	const hook = (schema: unknown): Doc =>
		doc({webhooks: {done: {post: {requestBody: {content: json(schema)}, responses: ok}}}});
	const [found] = await between(hook(object({a: S}, ['a'])), hook(object({}, [])));
	expect(found).toMatchObject({rule: 'openapi-response-property-removed', object: 'webhook POST done request.a'});
});

test('a schema that many operations share is told once, with how many it touches', async () => {
	const shared = (schema: unknown): Doc =>
		doc({
			paths: Object.fromEntries(
				['/a', '/b', '/c'].map((path) => [
					path,
					{get: {responses: {200: {description: 'ok', content: json(ref('T'))}}}},
				]),
			),
			...components({T: schema}),
		});
	const found = await between(shared(object({total: I}, ['total'])), shared(object({total: S}, ['total'])));
	expect(found).toHaveLength(1);
	expect(found[0]).toMatchObject({
		object: 'GET /a response 200.total',
		what: 'changes the type of what is returned: GET /a response 200.total (and in 2 more places)',
		before: 'integer',
		after: 'string',
	});
});

test('paths that all move from one prefix to another are told once', async () => {
	const at = (prefix: string): Doc =>
		doc({
			paths: Object.fromEntries(
				['a', 'b', 'c'].map((name) => [`${prefix}/${name}`, {get: {operationId: name, responses: ok}}]),
			),
		});
	const found = await between(at('/v1'), at('/v2'));
	expect(found.map(({what, before, after}) => [what, before, after])).toEqual([
		['moves operations to another path: /v1/a (and in 2 more places)', '/v1', '/v2'],
	]);
});

test('a path that goes from one document of the change to another is not gone', async () => {
	const v = (...names: readonly string[]): Doc => ({...paths(...names), servers: [{url: 'https://a.example/v1'}]});
	const to = (other: Doc) =>
		detected({'api/old-swagger.json': [v('/a', '/b'), v('/a')], 'api/swagger.json': [v('/c'), other]});
	const said = async (other: Doc) => (await to(other)).map(({rule, path}) => [rule, path]);
	expect(await said(v('/b', '/c'))).toEqual([
		['openapi-path-in-other-document', 'api/old-swagger.json'],
		['openapi-path-added', 'api/swagger.json'],
	]);
	expect(await said({...v('/b', '/c'), servers: [{url: 'https://a.example/v2'}]})).toContainEqual([
		'openapi-path-removed',
		'api/old-swagger.json',
	]);
});

test('a media type that goes from many answers is told once, and an answer that has no body any more once', async () => {
	const answers = (...types: readonly string[]): Doc => {
		const response = {description: 'x', content: Object.fromEntries(types.map((type) => [type, {schema: S}]))};
		return doc({
			paths: Object.fromEntries(['/a', '/b'].map((path) => [path, {get: {responses: {200: response, 404: response}}}])),
		});
	};
	const said = async (before: Doc, after: Doc) =>
		(await between(before, after)).map(({rule, before: was, after: is}) => [rule, was, is]);
	expect(await said(answers('text/csv', 'application/json;q=1'), answers('application/json'))).toEqual([
		['openapi-response-media-type-removed', 'text/csv', 'absent'],
	]);
	expect(await said(answers('text/csv', 'application/json'), answers())).toEqual([
		['openapi-response-media-type-removed', 'text/csv, application/json', 'no body'],
		['openapi-response-schema-removed', 'text/csv, application/json', 'no body'],
	]);
});
