// Room: adapters. config.json: the preferences, which people edit by hand, and the statistics, which Orchestra writes.

import {relative} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {DEFAULT_PREFERENCES, type Preferences, type Statistics} from '../../domain/memory.ts';
import {type Desk, documentAt, report} from './document.ts';
import {isObject, toJson} from './guarded-json.ts';
import {PREFERENCES, statisticsSchema} from './schema.ts';

export interface Config {
	/** One wrong value costs only that value: the default is used, the file stays as its owner wrote it, and it is said. */
	preferences(): Promise<Preferences>;
	savePreferences(change: Partial<Preferences>): Promise<Preferences>;
	/** Undefined when there are none, or none that make sense. */
	statistics(): Promise<Statistics | undefined>;
	saveStatistics(statistics: Statistics): Promise<void>;
}

export function configAt(desk: Desk): Config {
	const path = desk.place.at('config.json');
	const document = documentAt(desk, path);

	const preferences = async (): Promise<Preferences> => {
		const data = await document.read();
		const given = isObject(data.user_preferences) ? data.user_preferences : {};
		const checked = Object.entries(PREFERENCES).map(([name, schema]) => {
			const value = Object.hasOwn(given, name) ? given[name] : undefined;
			const parsed = schema.safeParse(value);
			if (parsed.success) return [name, parsed.data];
			if (value !== undefined)
				report(desk, path, path, `${name} ${parsed.error.issues[0]?.message}; the default is used`);
			return [name, DEFAULT_PREFERENCES[name as keyof Preferences]]; // `as`: PREFERENCES has exactly these keys
		});
		return Object.fromEntries(checked) as Preferences; // `as`: fromEntries loses the keys
	};

	return {
		preferences,
		async savePreferences(change) {
			const problems = Object.entries(change).flatMap(([name, value]) => {
				const schema = Object.hasOwn(PREFERENCES, name) ? PREFERENCES[name as keyof Preferences] : undefined; // `as`: checked
				if (schema === undefined) return [`there is no preference called ${name}`];
				const parsed = schema.safeParse(value);
				return parsed.success ? [] : [`${name} ${parsed.error.issues[0]?.message}`];
			});
			if (problems.length > 0)
				raise('CONFIG_INVALID', {with: {file: relative(desk.place.root, path)}, details: problems});
			await document.update((data) => {
				const before = isObject(data.user_preferences) ? data.user_preferences : toJson(DEFAULT_PREFERENCES);
				data.user_preferences = {...before, ...toJson(change)};
			});
			return preferences();
		},
		async statistics() {
			const parsed = statisticsSchema.safeParse((await document.read()).statistics);
			return parsed.success ? parsed.data : undefined;
		},
		saveStatistics: (statistics) =>
			document.update((data) => {
				data.user_preferences ??= toJson(DEFAULT_PREFERENCES);
				data.statistics = {...(isObject(data.statistics) ? data.statistics : {}), ...toJson(statistics)};
			}),
	};
}
