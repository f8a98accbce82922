import {expect, test} from 'vitest';
import {writtenVersion} from '../../../src/stages/selection/written-version.ts';
import {oid} from '../../kit/features.ts';

const versionIn = (files: Record<string, string>) =>
	writtenVersion({file: async (_at, path) => files[path]}, oid('base'));

test('without a tag the version of the package is where one counts from', async () => {
	expect(await versionIn({'package.json': '{\n\t"name": "x",\n\t"version": "1.4.0"\n}'})).toEqual({
		major: 1,
		minor: 4,
		patch: 0,
	});
	expect(await versionIn({'Cargo.toml': '[package]\nname = "x"\nversion = "0.3.1"\n'})).toMatchObject({minor: 3});
	expect(await versionIn({'pyproject.toml': '[project]\nname = "x"\nversion = "2.0.0"\n'})).toMatchObject({major: 2});
});

test('a version of a dependency, a placeholder or nonsense is none', async () => {
	expect(await versionIn({'package.json': '{"version": "0.0.0"}'})).toBeUndefined();
	expect(await versionIn({'package.json': '{"version": "next"}'})).toBeUndefined();
	expect(await versionIn({'Cargo.toml': '[dependencies.y]\nversion = "1.0.0"\n'})).toBeUndefined();
	expect(await versionIn({})).toBeUndefined();
});
