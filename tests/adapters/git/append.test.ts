import {chmodSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {tempRepo} from '../../kit/temp.ts';
import {oid, open} from './kit.ts';

const bytes = (text: string) => Buffer.from(text);

test('one more commit changes these files and nothing else, and is the same each time', async () => {
	const repo = tempRepo();
	repo.commit('base', {'web/x.lock': 'old\n', 'web/other.txt': 'o\n', 'a.lock': 'a\n'});
	chmodSync(join(repo.root, 'web/x.lock'), 0o755);
	symlinkSync('a.lock', join(repo.root, 'link.lock'));
	const base = oid(repo.commit('mode', {}));
	const refs = repo.git('for-each-ref');
	const repository = await open(repo.root);
	const files = new Map([
		['web/x.lock', bytes('new\n')],
		['a.lock', Buffer.from([0, 0xff])],
	]);
	const made = await repository.append(base, files, 'Regenerate 2 files\n\nRegenerated-With: x 1\n\n');
	expect(await repository.append(base, files, 'Regenerate 2 files\n\nRegenerated-With: x 1')).toEqual(made);
	expect(repo.git('for-each-ref')).toBe(refs);

	await repository.publish(made.commit);
	repo.git('fsck', '--strict');
	expect(repo.git('rev-parse', `${made.commit}^`)).toBe(base);
	expect(repo.git('rev-parse', `${made.commit}^{tree}`)).toBe(made.tree);
	expect(repo.git('log', '-1', '--format=%an|%ae|%cn|%at|%ct|%s|%(trailers:only)', made.commit)).toBe(
		`Orchestra|orchestra@localhost|Orchestra|${repo.git('log', '-1', '--format=%ct|%ct', base)}|Regenerate 2 files|Regenerated-With: x 1`,
	);
	const changed = repo
		.git('diff', '--raw', '--abbrev=4', base, made.commit)
		.replaceAll(/ [0-9a-f]{4,5} [0-9a-f]{4,5} M/g, ' M');
	expect(changed).toBe(':100644 100644 M\ta.lock\n:100755 100755 M\tweb/x.lock');
	for (const path of ['link.lock', 'absent.lock', 'web', 'a.lock/b'])
		await expect(repository.append(base, new Map([[path, bytes('x')]]), 'no')).rejects.toThrow(
			'no file of the release',
		);
});
