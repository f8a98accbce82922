// Room: tests. deployment_memory/schema.json says what the code accepts. `ORCHESTRA_WRITE_SCHEMA=1` writes it anew.

import {readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {
	configShape,
	correctionShape,
	patternsShape,
	statisticsSchema,
	summaryShape,
} from '../../../src/adapters/memory/schema.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';

const FOLDER = resolve(import.meta.dirname, '../../../deployment_memory');
const published = (shape: z.ZodType) => {
	const {$schema: _dialect, ...schema} = z.toJSONSchema(shape, {io: 'input', unrepresentable: 'any'});
	return schema;
};

test('the published schema is that of the code', () => {
	const schema = {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: "Orchestra's memory: what its files hold",
		description: 'Fields that are not named here are kept as they are.',
		$defs: {
			'config.json': published(configShape),
			'patterns/deployment_patterns.json': published(patternsShape),
			'history/<id>/summary.json and each line of history/index.jsonl': published(summaryShape),
			'each line of history/<id>/corrections.jsonl': published(correctionShape),
		},
	};
	const file = resolve(FOLDER, 'schema.json');
	if (process.env.ORCHESTRA_WRITE_SCHEMA) writeFileSync(file, `${JSON.stringify(schema, null, '\t')}\n`);
	expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the config Orchestra comes with, for its own deployments, holds the defaults and is valid', () => {
	const config = JSON.parse(readFileSync(resolve(FOLDER, 'config.json'), 'utf8'));
	expect(configShape.safeParse(config).success).toBe(true);
	expect(config.user_preferences).toEqual(DEFAULT_PREFERENCES);
	expect(statisticsSchema.parse(config.statistics).deployments).toBe(0);
});
