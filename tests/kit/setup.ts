// Room: tests. Every test file starts from the same environment: no user's git config, no CI switch, no colour, own state folder.

import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const home = mkdtempSync(join(tmpdir(), 'orchestra-home-'));
Object.assign(process.env, {
	HOME: home,
	XDG_STATE_HOME: join(home, 'state'),
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	NO_COLOR: '1',
});
const anthropic = Object.keys(process.env).filter((name) => name.startsWith('ANTHROPIC_'));
for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'FORCE_COLOR', ...anthropic])
	delete process.env[name];
