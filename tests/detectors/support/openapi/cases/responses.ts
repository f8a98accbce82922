// Room: tests. Rules about what comes back: what fires each, and what does not.

import {type Case, type Doc, get, I, N, object, returns, S} from '../documents.ts';

const status = (...codes: readonly string[]): Doc =>
	get({responses: Object.fromEntries(codes.map((code) => [code, {description: code}]))});
const media = (content: Doc): Doc => get({responses: {200: {description: 'ok', content}}});
const json = {'application/json': {schema: S}};
const xml = {'application/xml': {schema: S}};
const header = (headers: Doc): Doc => get({responses: {200: {description: 'ok', headers}}});
const always = {'X-Rate': {required: true, schema: I}};
const sometimes = {'X-Rate': {schema: I}};
const links = (links: Doc): Doc => get({responses: {200: {description: 'ok', links}}});
const field = (schema: unknown): Doc => returns(object({f: schema}, ['f']));
const r = (rule: string, before: unknown, after: unknown, quietBefore: unknown, quietAfter: unknown): Case => [
	`response-${rule}`,
	[field(before), field(after)],
	[field(quietBefore), field(quietAfter)],
];
const list = (more: Doc = {}) => ({type: 'array', items: S, ...more});
const cat = object({kind: {const: 'cat'}});
const dog = object({kind: {const: 'dog'}});
const cow = object({kind: {const: 'cow'}});
const kinds = (discriminator: unknown) => ({
	oneOf: [cat, dog],
	...(discriminator === undefined ? {} : {discriminator}),
});
const map = (more: Doc = {}) => ({type: 'object', additionalProperties: S, ...more});

export const RESPONSE_CASES: readonly Case[] = [
	['response-success-removed', [status('200', '204'), status('200')], [status('200'), status('2XX')]],
	['response-success-changed', [status('200'), status('201')], [status('400', '200'), status('404', '200')]],
	['response-success-added', [status('200'), status('200', '202')], [status('2XX'), status('2XX', '202')]],
	['response-error-removed', [status('200', '404'), status('200')], [status('200', '404'), status('200', '4XX')]],
	['response-error-added', [status('200'), status('200', '404')], [status('200', '4XX'), status('200', '4XX', '404')]],
	[
		'response-default-removed',
		[status('200', 'default'), status('200')],
		[status('200', 'default'), status('default', '200')],
	],
	[
		'response-media-type-removed',
		[media({...json, ...xml}), media(json)],
		[media({...json, ...xml}), media({...xml, ...json})],
	],
	[
		'response-media-type-widened',
		[media(json), media({'application/*': {schema: S}})],
		[media({'application/*': {schema: S}}), media(json)],
	],
	[
		'response-media-type-added',
		[media(json), media({...json, ...xml})],
		[media(json), media({'Application/JSON': {schema: S}})],
	],
	[
		'response-schema-removed',
		[media(json), media({'application/json': {}})],
		[media({'application/json': {}}), media(json)],
	],
	[
		'response-link-removed',
		[links({next: {operationId: 'a'}}), links({})],
		[links({}), links({next: {operationId: 'a'}})],
	],
	['header-removed', [header(always), header({})], [header(always), header({'x-rate': always['X-Rate']})]],
	['optional-header-removed', [header(sometimes), header({})], [header({}), header(sometimes)]],
	['header-became-optional', [header(always), header(sometimes)], [header(sometimes), header(always)]],
	['header-added', [header({}), header(always)], [header({}), header({'Content-Type': {schema: S}})]],
	r('type-changed', S, I, S, {...S, description: 'text'}),
	r('type-changed', list(), S, list(), list({description: 'texts'})),
	r('type-widened', S, {type: ['string', 'integer']}, {type: ['string', 'integer']}, S),
	r('type-widened', I, N, N, I),
	r('type-dropped', S, {}, {}, S),
	r('number-widened', {...I, format: 'int32'}, {...I, format: 'int64'}, I, {...I, format: 'int64'}),
	r('format-changed', {...S, format: 'date'}, {...S, format: 'date-time'}, S, {...S, format: 'date'}),
	r('format-dropped', {...S, format: 'uuid'}, S, {...I, format: 'int64'}, I),
	r('nullable', S, {type: ['string', 'null']}, {type: ['string', 'null']}, {anyOf: [S, {type: 'null'}]}),
	r('enum-value-added', {enum: ['a']}, {enum: ['a', 'b']}, {enum: ['a', 'b']}, {enum: ['b', 'a']}),
	r('enum-dropped', {...S, enum: ['a', 'b']}, S, S, {...S, enum: ['a', 'b']}),
	r('const-changed', {const: 'a'}, {const: 'b'}, {const: 'a'}, {enum: ['a']}),
	r('const-dropped', {...S, const: 'a'}, S, S, {...S, const: 'a'}),
	r('range-loosened', {...I, maximum: 5}, {...I, maximum: 9}, {...I, maximum: 9}, {...I, maximum: 5}),
	r('range-loosened', {...I, exclusiveMinimum: 1}, {...I, minimum: 1}, {...I, minimum: 1}, {...I, exclusiveMinimum: 1}),
	r('length-loosened', {...S, maxLength: 5}, S, {...S, minLength: 0}, S),
	r('items-loosened', list({minItems: 1}), list(), list({minItems: 0}), list()),
	r('properties-loosened', map({maxProperties: 3}), map(), map(), map({maxProperties: 3})),
	r('multiple-loosened', {...I, multipleOf: 10}, {...I, multipleOf: 5}, {...I, multipleOf: 5}, {...I, multipleOf: 10}),
	r('pattern-changed', {...S, pattern: '^a$'}, {...S, pattern: '^b$'}, S, {...S, pattern: '^a$'}),
	r('unique-dropped', list({uniqueItems: true}), list(), list(), list({uniqueItems: true})),
	[
		'response-property-removed',
		[returns(object({a: S, b: S}, ['b'])), returns(object({a: S}))],
		[returns(object({a: S, b: S})), returns(object({a: S}))],
	],
	[
		'response-optional-property-removed',
		[returns(object({a: S, b: S})), returns(object({a: S}))],
		[returns(object({a: S})), returns(object({a: S, b: S}))],
	],
	[
		'response-property-renamed',
		[returns(object({userId: S})), returns(object({user_id: S}))],
		[returns(object({userId: S})), returns(object({user_id: I}))],
	],
	[
		'response-property-added',
		[returns(object({a: S})), returns(object({a: S, b: S}))],
		[returns(object({a: S})), returns(object({a: S, b: {...S, writeOnly: true}}))],
	],
	[
		'response-property-became-optional',
		[returns(object({a: S}, ['a'])), returns(object({a: S}))],
		[returns(object({a: S})), returns(object({a: S}, ['a']))],
	],
	r(
		'property-write-only',
		object({a: S}),
		object({a: {...S, writeOnly: true}}),
		object({a: S}),
		object({a: {...S, readOnly: true}}),
	),
	r(
		'opened',
		object({a: S}, [], {additionalProperties: false}),
		object({a: S}),
		object({a: S}),
		object({a: S}, [], {additionalProperties: false}),
	),
	r('alternative-added', {oneOf: [cat, dog]}, {oneOf: [cat, dog, cow]}, {oneOf: [cat, dog]}, {oneOf: [dog, cat]}),
	r('wrapped', cat, {oneOf: [cat, dog]}, cat, {oneOf: [cat, {type: 'null'}]}),
	r(
		'discriminator-changed',
		kinds({propertyName: 'kind'}),
		kinds({propertyName: 'type'}),
		kinds(undefined),
		kinds({propertyName: 'kind'}),
	),
	r(
		'discriminator-value-added',
		kinds({propertyName: 'kind', mapping: {cat: 'Cat'}}),
		kinds({propertyName: 'kind', mapping: {cat: 'Cat', dog: 'Dog'}}),
		kinds({propertyName: 'kind'}),
		kinds({propertyName: 'kind', mapping: {cat: 'Cat', dog: 'Dog'}}),
	),
	r(
		'tuple-item-added',
		{type: 'array', prefixItems: [S]},
		{type: 'array', prefixItems: [S, I]},
		{type: 'array', prefixItems: [S, I]},
		{type: 'array', prefixItems: [S]},
	),
	r('condition-dropped', {...S, not: {const: 'x'}}, S, S, {...S, not: {const: 'x'}}),
	r(
		'dependent-required-dropped',
		object({a: S, b: S}, [], {dependentRequired: {a: ['b']}}),
		object({a: S, b: S}),
		object({a: S, b: S}),
		object({a: S, b: S}, [], {dependentRequired: {a: ['b']}}),
	),
	r('names-dropped', map({propertyNames: {pattern: '^x'}}), map(), map(), map({propertyNames: {pattern: '^x'}})),
	r('names-dropped', map({patternProperties: {'^x': S}}), map(), map(), map({patternProperties: {'^x': S}})),
	r('contains-dropped', list({contains: {const: 'x'}}), list(), list(), list({contains: {const: 'x'}})),
	r(
		'content-changed',
		{...S, contentEncoding: 'base32'},
		{...S, contentEncoding: 'base16'},
		{...S, contentEncoding: 'base64'},
		{...S, format: 'byte'},
	),
	r('tightened', {type: ['string', 'null']}, S, S, {type: ['string', 'null']}),
	r('tightened', S, {...S, maxLength: 3}, {...S, maxLength: 3}, {maxLength: 3, ...S}),
];
