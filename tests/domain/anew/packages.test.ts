import {describe, expect, test} from 'vitest';
import {broughtBy, driftBetween, driftWords, packagesIn} from '../../../src/domain/anew/packages.ts';

const plainly = (path: string, text: string) =>
	[...(packagesIn(path, text) ?? [])].map(([name, versions]) => `${name} ${[...versions].join('+')}`);

const NPM = JSON.stringify({
	packages: {
		'': {version: '9.9.9'},
		'packages/own': {version: '1.0.0'},
		'node_modules/own': {link: true, resolved: 'packages/own'},
		'node_modules/@s/x': {version: '1.0.0'},
		'node_modules/y/node_modules/@s/x': {version: '2.0.0'},
	},
});
const NPM1 = JSON.stringify({dependencies: {y: {version: '1.0.0', dependencies: {x: {version: '2.0.0'}}}}});
const CLASSIC =
	'# yarn lockfile v1\n\n"@s/x@^1.0.0", "@s/x@^1.2.0":\n  version "1.2.3"\n  dependencies:\n    y "^1"\n\ny@^1:\n  version "1.0.0"\n';
const BERRY =
	'__metadata:\n  version: 8\n  cacheKey: 10\n\n"@s/x@npm:^1.0.0":\n  version: 1.2.3\n  resolution: "@s/x@npm:1.2.3"\n\n"own@workspace:.":\n  version: 0.0.0-use.local\n';
const PNPM9 =
	"lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      y:\n        specifier: ^1\n\npackages:\n\n  '@s/x@1.2.3':\n    resolution: {}\n\n  y@1.0.0:\n    engines: {}\n\nsnapshots:\n\n  z@3.0.0:\n";
const PNPM5 =
	'lockfileVersion: 5.4\n\npackages:\n\n  /@s/x/1.2.3:\n    dev: false\n\n  /y/1.0.0_z@2.0.0:\n    dev: true\n';
const PNPM6 =
	"lockfileVersion: '6.0'\n\npackages:\n\n  /@s/x@1.2.3(y@1.0.0):\n    dev: false\n\n  /y@1.0.0:\n    dev: true\n";
const BUN = '{\n  "packages": {\n    "@s/x": ["@s/x@1.2.3", "", {}, "sha"],\n    "y": ["y@1.0.0", {}],\n  }\n}\n';
const CARGO =
	'version = 4\n\n[[package]]\nname = "x"\nversion = "1.2.3"\n\n[[package]]\nname = "x"\nversion = "2.0.0"\n';
const GO = 'example.com/x v1.2.3 h1:a=\nexample.com/x v1.2.3/go.mod h1:b=\nexample.com/y v0.1.0/go.mod h1:c=\n';
const GEM = 'GEM\n  specs:\n    x (1.2.3)\n      y (>= 1)\n    y (1.0.0)\n\nBUNDLED WITH\n   2.5.6\n';
const COMPOSER = JSON.stringify({packages: [{name: 'a/x', version: '1.2.3', require: {}}]}, undefined, 4);

describe('packages and versions are read from', () => {
	test.each([
		['package-lock.json', NPM, ['@s/x 1.0.0+2.0.0']],
		['web/npm-shrinkwrap.json', NPM1, ['y 1.0.0', 'x 2.0.0']],
		['yarn.lock', CLASSIC, ['@s/x 1.2.3', 'y 1.0.0']],
		['yarn.lock', BERRY, ['@s/x 1.2.3']],
		['pnpm-lock.yaml', PNPM9, ['@s/x 1.2.3', 'y 1.0.0']],
		['pnpm-lock.yaml', PNPM6, ['@s/x 1.2.3', 'y 1.0.0']],
		['pnpm-lock.yaml', PNPM5, ['@s/x 1.2.3', 'y 1.0.0_z@2.0.0']],
		['bun.lock', BUN, ['@s/x 1.2.3', 'y 1.0.0']],
		['Cargo.lock', CARGO, ['x 1.2.3+2.0.0']],
		['go.sum', GO, ['example.com/x v1.2.3']],
		['Gemfile.lock', GEM, ['x 1.2.3', 'y 1.0.0']],
		['composer.lock', COMPOSER, ['a/x 1.2.3']],
	])('%s', (path, text, expected) => {
		expect(plainly(path, text)).toEqual(expected);
	});

	test('and what is no lock that is known says nothing', () => {
		expect(packagesIn('package-lock.json', '<<<<<<<')).toBeUndefined();
		expect(packagesIn('flake.lock', '{}')).toBeUndefined();
		expect(packagesIn('toString', '')).toBeUndefined();
		for (const odd of ['null', '[]', '7', '{"packages": 1}', '{"packages": {"node_modules/x": null}}'])
			expect(plainly('package-lock.json', odd)).toEqual([]);
	});
});

describe('what moved unasked', () => {
	const of = (pairs: Record<string, readonly string[]>) =>
		new Map(Object.entries(pairs).map(([name, versions]) => [name, new Set(versions)]));

	test('is what neither the base, nor what was settled, nor a chosen change had', () => {
		const settled = of({kept: ['1'], moved: ['1'], back: ['2'], asked: ['1'], other: ['1']});
		const after = of({kept: ['1'], moved: ['1', '3'], back: ['1'], asked: ['2'], other: ['3'], fresh: ['5']});
		const chosen = [of({asked: ['2']}), of({other: ['2']})];
		const words = driftBetween(settled, after, chosen, of({back: ['1']})).map(driftWords);
		expect(words).toEqual([
			'fresh 5 is new, and no chosen change had it',
			'moved went from 1 to 3, and no chosen change asked for that',
			'other is 3, where the chosen changes had 2',
		]);
	});

	test('a change brings what its parent had not', () => {
		expect([...broughtBy(of({a: ['1', '2'], b: ['1']}), of({a: ['1'], b: ['1'], c: ['1']}))]).toEqual([
			['a', new Set(['2'])],
		]);
	});
});
