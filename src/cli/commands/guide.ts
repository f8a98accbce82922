// Room: cli. `orchestra guide [topic]`: ORCHESTRATION_GUIDE.md, and the rules beside it, as plain text in the terminal.

import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {raise} from '../../domain/fault/fault.ts';
import {nearest} from '../../domain/nearest.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {renderText, slugOf, type Topic, topicsOf} from './guide-text.ts';
import {type SetupContext, say} from './setup-context.ts';

const GUIDE = 'ORCHESTRATION_GUIDE.md';
/** Further topics, in a file of their own for their length. */
const RULES = 'DETECTOR_RULES.md';

/** The guide beside this program, wherever it is installed: the first folder upwards that has it. */
export function findGuide(from = dirname(fileURLToPath(import.meta.url))): string | undefined {
	for (let folder = from; ; folder = dirname(folder)) {
		if (existsSync(join(folder, GUIDE)) && existsSync(join(folder, 'package.json'))) return join(folder, GUIDE);
		if (dirname(folder) === folder) return undefined;
	}
}

export interface GuideContext extends Pick<SetupContext, 'out'> {
	/** Columns of the terminal. */
	readonly width: number;
	/** Default: the one of this package. */
	readonly file?: string;
}

/** Without a topic: the list of topics. `all`: everything. Faults: USAGE with the topic that was probably meant. */
export async function guideCommand(context: GuideContext, topic?: string): Promise<ExitCode> {
	const file = context.file ?? findGuide();
	if (file === undefined) return raise('BUG', {with: {message: `${GUIDE} is not in this installation`}});
	const more = join(dirname(file), RULES);
	const markdown = (await readFile(file, 'utf8')) + (existsSync(more) ? `\n${await readFile(more, 'utf8')}` : '');
	const topics = topicsOf(markdown);
	// Lines longer than this tire the eye, however wide the terminal is.
	const width = Math.min(100, Math.max(40, context.width));
	if (topic === undefined) {
		say(context, ...contents(topics));
		return EXIT.ok;
	}
	if (topic.toLowerCase() === 'all') {
		say(context, ...renderText(markdown.split('\n'), width));
		return EXIT.ok;
	}
	say(context, ...renderText(find(topics, topic).lines, width));
	return EXIT.ok;
}

function contents(topics: readonly Topic[]): string[] {
	const size = Math.max(...topics.map(({slug, level}) => slug.length + (level - 2) * 2));
	return [
		'Topics: orchestra guide TOPIC (the beginning of a name is enough), or orchestra guide all',
		'',
		...topics.map(
			({slug, title, level}) => `${'  '.repeat(level - 1)}${slug.padEnd(size - (level - 2) * 2)}  ${title}`,
		),
	];
}

function find(topics: readonly Topic[], wanted: string): Topic {
	const slug = slugOf(wanted);
	const found =
		topics.find((topic) => topic.slug === slug) ??
		topics.find((topic) => topic.slug.startsWith(slug)) ??
		topics.find((topic) => topic.slug.split('-').some((word) => word.startsWith(slug)));
	if (found && slug !== '') return found;
	const near = nearest(
		slug,
		topics.map((topic) => topic.slug),
	);
	const hint = near === undefined ? '' : `; did you mean ${near}?`;
	return raise('USAGE', {with: {message: `the guide has no topic ${wanted}${hint}`}, nextSteps: ['orchestra guide']});
}
