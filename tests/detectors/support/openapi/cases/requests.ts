// Room: tests. Rules about the schemas of what callers send: what fires each, and what does not.

import {type Case, type Doc, I, N, object, param, S, sends} from '../documents.ts';

const field = (schema: unknown): Doc => sends(object({f: schema}, ['f']));
const q = (rule: string, before: unknown, after: unknown, quietBefore: unknown, quietAfter: unknown): Case => [
	`request-${rule}`,
	[field(before), field(after)],
	[field(quietBefore), field(quietAfter)],
];
const whole = (rule: string, before: unknown, after: unknown, quietBefore: unknown, quietAfter: unknown): Case => [
	`request-${rule}`,
	[sends(before), sends(after)],
	[sends(quietBefore), sends(quietAfter)],
];
const list = (more: Doc = {}) => ({type: 'array', items: S, ...more});
const map = (more: Doc = {}) => ({type: 'object', additionalProperties: S, ...more});
const cat = object({kind: {const: 'cat'}});
const dog = object({kind: {const: 'dog'}});
const cow = object({kind: {const: 'cow'}});
const kinds = (discriminator: unknown) => ({oneOf: [cat, dog], discriminator});
const closed = {additionalProperties: false};
const p = (schema: Doc): Doc => param({schema});

export const REQUEST_CASES: readonly Case[] = [
	q('type-changed', S, I, S, {...S, title: 'text'}),
	['request-type-changed', [p(I), p({type: 'boolean'})], [p(I), p(N)]],
	q('type-narrowed', {type: ['string', 'integer']}, S, S, {type: ['string', 'integer']}),
	q('type-narrowed', N, I, I, N),
	q('type-set', {}, S, S, {}),
	q(
		'number-narrowed',
		{...I, format: 'int64'},
		{...I, format: 'int32'},
		{...I, format: 'int32'},
		{...I, format: 'int64'},
	),
	q('format-changed', {...S, format: 'date'}, {...S, format: 'date-time'}, {...S, format: 'date'}, S),
	q('format-added', S, {...S, format: 'uuid'}, I, {...I, format: 'int64'}),
	q('not-nullable', {type: ['string', 'null']}, S, S, {type: ['string', 'null']}),
	q('enum-value-removed', {enum: ['a', 'b']}, {enum: ['a']}, {enum: ['a', 'b']}, {enum: ['b', 'a']}),
	q('enum-added', S, {...S, enum: ['a']}, {...S, enum: ['a']}, S),
	q('enum-value-added', {enum: ['a']}, {enum: ['a', 'b']}, {enum: ['a']}, {const: 'a'}),
	q(
		'extensible-value-removed',
		{...S, 'x-extensible-enum': ['a', 'b']},
		{...S, 'x-extensible-enum': ['a']},
		{...S, 'x-extensible-enum': ['a']},
		{...S, 'x-extensible-enum': ['a', 'b']},
	),
	q('const-added', S, {...S, const: 'a'}, {...S, const: 'a'}, S),
	q('const-changed', {const: 'a'}, {const: 'b'}, {const: 'a'}, {enum: ['a', 'b']}),
	q('range-tightened', {...I, maximum: 9}, {...I, maximum: 5}, {...I, maximum: 5}, {...I, maximum: 9}),
	[
		'request-range-tightened',
		[p({...I, minimum: 1}), p({...I, minimum: 2})],
		[p({...I, minimum: 2}), p({...I, minimum: 1})],
	],
	q(
		'range-tightened',
		{...N, maximum: 5},
		{...N, exclusiveMaximum: 5},
		{...N, exclusiveMaximum: 5},
		{...N, maximum: 5},
	),
	q('range-set', I, {...I, minimum: 1}, {...I, minimum: 1}, I),
	q('length-tightened', {...S, maxLength: 9}, {...S, maxLength: 5}, {...S, maxLength: 5}, {...S, maxLength: 9}),
	q('length-set', S, {...S, maxLength: 9}, S, {...S, minLength: 0}),
	q('items-tightened', list({maxItems: 9}), list({maxItems: 5}), list({maxItems: 5}), list({maxItems: 9})),
	q('items-set', list(), list({minItems: 1}), list(), list({minItems: 0})),
	q('properties-tightened', map({maxProperties: 9}), map({maxProperties: 5}), map({maxProperties: 5}), map()),
	q('multiple-changed', {...I, multipleOf: 5}, {...I, multipleOf: 10}, {...I, multipleOf: 10}, {...I, multipleOf: 5}),
	q('pattern-added', S, {...S, pattern: '^a'}, {...S, pattern: '^a'}, S),
	q('pattern-changed', {...S, pattern: '^a'}, {...S, pattern: '^b'}, {...S, pattern: '^a'}, {pattern: '^a', ...S}),
	q('unique-items', list(), list({uniqueItems: true}), list(), list({uniqueItems: false})),
	whole('property-added-required', object({a: S}), object({a: S, b: S}, ['b']), object({a: S}), object({a: S, b: S})),
	whole(
		'property-added-with-default',
		object({a: S}),
		object({a: S, b: {...S, default: 'x'}}, ['b']),
		object({a: S}),
		object({a: S, b: {...S, default: 'x'}}),
	),
	whole(
		'property-added',
		object({a: S}),
		object({a: S, b: S}),
		object({a: S}),
		object({a: S, b: {...S, readOnly: true}}),
	),
	whole('property-removed', object({a: S, b: S}), object({a: S}), object({a: S, b: S}), object({b: S, a: S})),
	whole(
		'property-refused',
		object({a: S, b: S}, [], closed),
		object({a: S}, [], closed),
		object({a: S, b: S}),
		object({a: S}),
	),
	whole('property-renamed', object({userId: S}), object({user_id: S}), object({userId: S}), object({account: S})),
	whole(
		'property-became-required',
		object({a: S}),
		object({a: S}, ['a']),
		object({a: {...S, readOnly: true}}),
		object({a: {...S, readOnly: true}}, ['a']),
	),
	whole(
		'property-required-with-default',
		object({a: {...S, default: 'x'}}),
		object({a: {...S, default: 'x'}}, ['a']),
		object({a: S}),
		object({a: S}, ['a']),
	),
	whole(
		'property-read-only',
		object({a: S}),
		object({a: {...S, readOnly: true}}),
		object({a: S}),
		object({a: {...S, writeOnly: true}}),
	),
	whole('closed', object({a: S}), object({a: S}, [], closed), object({a: S}, [], closed), object({a: S})),
	whole('values-described', {type: 'object'}, map(), map(), {type: 'object'}),
	q('alternative-removed', {oneOf: [cat, dog, cow]}, {oneOf: [cat, dog]}, {oneOf: [cat, dog]}, {anyOf: [dog, cat]}),
	q('alternative-added', {oneOf: [cat, dog]}, {oneOf: [cat, dog, cow]}, {oneOf: [cat, dog]}, {oneOf: [dog, cat]}),
	q('wrapped', cat, {oneOf: [cat, dog]}, cat, {oneOf: [cat]}),
	q(
		'discriminator-changed',
		kinds({propertyName: 'kind'}),
		kinds({propertyName: 'type'}),
		kinds({propertyName: 'kind'}),
		kinds({propertyName: 'kind', mapping: {}}),
	),
	q(
		'discriminator-value-removed',
		kinds({propertyName: 'kind', mapping: {cat: 'Cat', dog: 'Dog'}}),
		kinds({propertyName: 'kind', mapping: {cat: 'Cat'}}),
		kinds({propertyName: 'kind', mapping: {cat: 'Cat'}}),
		kinds({propertyName: 'kind', mapping: {cat: 'Cat', dog: 'Dog'}}),
	),
	[
		'request-default-changed',
		[p({...I, default: 10}), p({...I, default: 20})],
		[p({...I, default: 10}), p({default: 10, ...I})],
	],
	['request-default-added', [p(I), p({...I, default: 20})], [p({...I, default: 20}), p(I)]],
	q(
		'tuple-item-removed',
		{type: 'array', prefixItems: [S, I]},
		{type: 'array', prefixItems: [S]},
		{type: 'array', prefixItems: [S]},
		{type: 'array', prefixItems: [S, I]},
	),
	q('condition-added', S, {...S, not: {const: 'x'}}, {...S, not: {const: 'x'}}, S),
	q(
		'condition-added',
		{...S, if: {minLength: 1}},
		{...S, if: {minLength: 2}},
		{...S, if: {minLength: 1}},
		{...S, if: {minLength: 1, description: 'long'}},
	),
	q(
		'dependent-required',
		object({a: S, b: S}),
		object({a: S, b: S}, [], {dependentRequired: {a: ['b']}}),
		object({a: S, b: S}, [], {dependentRequired: {a: ['b']}}),
		object({a: S, b: S}),
	),
	q('names-limited', map(), map({propertyNames: {pattern: '^x'}}), map({propertyNames: {pattern: '^x'}}), map()),
	q('contains-added', list(), list({contains: {const: 'x'}}), list({contains: {const: 'x'}}), list()),
	q(
		'content-changed',
		{...S, contentMediaType: 'text/csv'},
		{...S, contentMediaType: 'text/html'},
		{...S, contentMediaType: 'text/csv'},
		S,
	),
	q('loosened', S, {type: ['string', 'null']}, {type: ['string', 'null']}, S),
	q('loosened', {...S, maxLength: 3}, S, S, {...S, description: 'x'}),
];
