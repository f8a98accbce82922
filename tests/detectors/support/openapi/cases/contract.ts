// Room: tests. Rules about security, servers, components, versions and the file itself: what fires each, and what does not.

import {type Case, type Doc, doc, get, paths, returns, S} from '../documents.ts';

const secured = (...security: readonly Doc[]): Doc => get({security});
const key = {type: 'apiKey', in: 'header', name: 'X-Key'};
const bearer = {type: 'http', scheme: 'bearer'};
const schemes = (securitySchemes: Doc): Doc => doc({components: {securitySchemes}});
const code = {authorizationUrl: 'https://a.example/o', tokenUrl: 'https://a.example/t', scopes: {read: '', write: ''}};
const oauth = (flows: Doc): Doc => schemes({login: {type: 'oauth2', flows}});
const servers = (...urls: readonly string[]): Doc => doc({...paths('/a'), servers: urls.map((url) => ({url}))});
const variable = (region: Doc): Doc => doc({servers: [{url: 'https://{region}.example', variables: {region}}]});
const schemas = (...names: readonly string[]): Doc =>
	doc({components: {schemas: Object.fromEntries(names.map((name) => [name, S]))}});
const version = (number: string, ...names: readonly string[]): Doc => ({
	...paths(...names),
	info: {title: 'Things', version: number},
});
const refers = (name: string): Doc =>
	returns({$ref: `#/components/schemas/${name}`}, {components: {schemas: {Order: S}}});
export const CONTRACT_CASES: readonly Case[] = [
	['security-required', [secured(), secured({key: []})], [secured({}, {key: []}), secured({key: []}, {})]],
	[
		'security-required',
		[get(), get({}, {security: [{key: []}]})],
		[get({security: [{key: []}]}), get({}, {security: [{key: []}]})],
	],
	[
		'security-alternative-removed',
		[secured({key: []}, {bearer: []}), secured({key: []})],
		[secured({key: []}, {bearer: []}), secured({bearer: []}, {key: []})],
	],
	[
		'security-strengthened',
		[secured({key: []}), secured({key: [], bearer: []})],
		[secured({key: [], bearer: []}), secured({key: []})],
	],
	[
		'security-scope-added',
		[secured({login: ['read']}), secured({login: ['read', 'write']})],
		[secured({login: ['read', 'write']}), secured({login: ['read']})],
	],
	['security-dropped', [secured({key: []}), secured()], [secured({key: []}, {}), secured({})]],
	[
		'security-relaxed',
		[secured({key: []}), secured({key: []}, {bearer: []})],
		[secured({key: []}), secured({key: [], bearer: []})],
	],
	[
		'security-scheme-removed',
		[schemes({key, bearer}), schemes({bearer})],
		[schemes({key, bearer}), schemes({token: key, bearer})],
	],
	['security-scheme-added', [schemes({key}), schemes({key, bearer})], [schemes({key}), schemes({token: key})]],
	[
		'security-scheme-changed',
		[schemes({key}), schemes({key: {...key, name: 'X-Token'}})],
		[schemes({key}), schemes({key: {...key, name: 'x-key'}})],
	],
	[
		'oauth-flow-removed',
		[oauth({authorizationCode: code, implicit: code}), oauth({authorizationCode: code})],
		[oauth({authorizationCode: code}), oauth({authorizationCode: code, implicit: code})],
	],
	[
		'oauth-scope-removed',
		[oauth({implicit: code}), oauth({implicit: {...code, scopes: {read: ''}}})],
		[oauth({implicit: {...code, scopes: {read: ''}}}), oauth({implicit: code})],
	],
	[
		'oauth-url-changed',
		[oauth({implicit: code}), oauth({implicit: {...code, tokenUrl: 'https://b.example/t'}})],
		[oauth({implicit: code}), oauth({implicit: {...code, refreshUrl: 'https://b.example/r'}})],
	],
	[
		'server-removed',
		[servers('https://a.example', 'https://b.example'), servers('https://a.example')],
		[servers('https://a.example', 'https://b.example'), servers('https://b.example/', 'https://a.example')],
	],
	[
		'server-added',
		[servers('https://a.example'), servers('https://a.example', 'https://b.example')],
		[servers('https://a.example'), servers('https://a.example/')],
	],
	[
		'server-path-changed',
		[servers('https://a.example/v1'), servers('https://a.example/v2')],
		[servers('https://a.example/v1'), servers('https://b.example/v1')],
	],
	[
		'server-insecure',
		[servers('https://a.example'), servers('http://a.example')],
		[servers('https://a.example'), servers('https://a.example', 'http://localhost:80')],
	],
	[
		'server-variable-narrowed',
		[variable({default: 'eu', enum: ['eu', 'us']}), variable({default: 'eu', enum: ['eu']})],
		[variable({default: 'eu', enum: ['eu']}), variable({default: 'eu', enum: ['us', 'eu']})],
	],
	[
		'server-variable-narrowed',
		[variable({default: 'eu'}), variable({default: 'us'})],
		[variable({default: 'eu'}), variable({default: 'eu', description: 'where'})],
	],
	['component-removed', [schemas('A', 'B'), schemas('A')], [schemas('A', 'B'), schemas('B', 'A', 'C')]],
	['version-decreased', [version('1.10.0'), version('1.9.0')], [version('1.9.0'), version('1.10.0')]],
	[
		'major-not-raised',
		[version('1.2.0', '/a', '/b'), version('1.3.0', '/a')],
		[version('1.2.0', '/a', '/b'), version('2.0.0', '/a')],
	],
	['document-added', [undefined, paths('/a')], [paths('/a'), {...paths('/a'), 'x-new': true}]],
	['document-removed', [paths('/a'), undefined], [{name: 'no document'}, undefined]],
	['document-unreadable', [paths('/a'), '{"openapi": "3.1.0", "paths": {'], [paths('/a'), '{"openapi": "3.1.0"}']],
	['reference-broken', [refers('Order'), refers('Gone')], [refers('Gone'), refers('Gone')]],
	[
		'specification-changed',
		[{...paths('/a'), openapi: '3.0.3'}, paths('/a')],
		[paths('/a'), {...paths('/a'), openapi: '3.1.1'}],
	],
];
