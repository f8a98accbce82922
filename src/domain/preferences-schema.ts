// Room: domain. What the preferences in deployment_memory/config.json mean: for the guide and for `orchestra config`.

import {z} from 'zod';
import {type Key, type KeyDoc, keyDocs, keysOf} from './config-keys.ts';
import {DEFAULT_PREFERENCES, type Preferences} from './memory.ts';

function key<S extends z.ZodType>(schema: S, doc: KeyDoc): S {
	keyDocs.add(schema, doc);
	return schema;
}

export const preferencesSchema = z.object({
	max_features_per_deployment: key(
		z.number().int().min(1).max(500).default(DEFAULT_PREFERENCES.max_features_per_deployment),
		{
			text: 'At most so many features are recommended for one deployment',
			allowed: 'a whole number from 1 to 500',
			example: 12,
			unit: 'features',
		},
	),
	require_staging: key(z.boolean().default(DEFAULT_PREFERENCES.require_staging), {
		text: 'Whether production needs a staging target, or a waiver that is recorded',
		allowed: 'true or false',
		example: false,
	}),
	auto_rollback_threshold: key(z.number().min(0).max(1).default(DEFAULT_PREFERENCES.auto_rollback_threshold), {
		text: 'No strategy may tolerate a higher share of failed answers than this',
		allowed: 'a number from 0 to 1',
		example: 0.02,
		unit: 'share, 0–1',
	}),
}) satisfies z.ZodType<Preferences>;

export const PREFERENCE_KEYS: readonly Key[] = keysOf(preferencesSchema);
