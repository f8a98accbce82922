// Room: adapters. Whether there are credentials, told without loading the SDK and without a network: what it would look at,
// in its order. Whether they are good, only a request can say.

import {access} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_HOST = 'https://api.anthropic.com';

const exists = (path: string) =>
	access(path).then(
		() => true,
		() => false,
	);

/** Where they come from, in words; undefined when there are none. Never what they are. */
export async function credentialsFrom(env: Env): Promise<string | undefined> {
	const set = (name: string) => (env[name]?.trim() ?? '') !== '';
	if (set('ANTHROPIC_API_KEY')) return 'ANTHROPIC_API_KEY';
	if (set('ANTHROPIC_AUTH_TOKEN')) return 'ANTHROPIC_AUTH_TOKEN';
	if (set('ANTHROPIC_PROFILE')) return 'ANTHROPIC_PROFILE';
	if (set('ANTHROPIC_FEDERATION_RULE_ID') && set('ANTHROPIC_ORGANIZATION_ID')) return 'workload identity federation';
	const folder =
		env.ANTHROPIC_CONFIG_DIR || join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'anthropic');
	if (await exists(join(folder, 'active_config'))) return 'a profile on this machine';
	return (await exists(join(folder, 'configs', 'default.json'))) ? 'a profile on this machine' : undefined;
}

/** Never to be seen in anything that is sent. */
export const secretsOf = (env: Env): string[] =>
	['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_IDENTITY_TOKEN'].flatMap((name) => env[name]?.trim() || []);

/** Scheme, host and port that a request goes to, as far as the environment says; never a password in it. */
export function hostOf(env: Env): string {
	try {
		return new URL(env.ANTHROPIC_BASE_URL?.trim() || DEFAULT_HOST).origin;
	} catch {
		return 'an address that cannot be read (ANTHROPIC_BASE_URL)';
	}
}
