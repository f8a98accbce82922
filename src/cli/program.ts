// Room: cli. Where this program's own files are: beside the bundle when installed, in src/ when run from source.

import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const bundled = existsSync(join(here, 'keeper.js'));

/** The gateway's two programs, as absolute paths for a process of their own. */
export const PROGRAM = bundled
	? {keeper: join(here, 'keeper.js'), gateway: join(here, 'gateway.js')}
	: {keeper: join(here, '../gateway/keeper.ts'), gateway: join(here, '../gateway/main.ts')};
