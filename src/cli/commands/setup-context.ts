// Room: cli. What the setting-up commands get from whoever starts them, and the questions they may ask a person.

import {type Safe, safeLines} from '../../domain/safe.ts';

export interface SetupContext {
	/** Top of the repository's work tree. */
	readonly root: string;
	/** One line for the person. */
	readonly out: (line: string) => void;
	/** True when a person sits at a terminal. */
	readonly interactive: boolean;
	/** Default: prompts in the terminal. Tests answer by themselves. */
	readonly ask?: Ask;
}

/** Undefined: the person left by Ctrl-C. */
export interface Ask {
	text(
		question: string,
		options: {default: string; check: (answer: string) => true | string},
	): Promise<string | undefined>;
	confirm(question: string, fallback: boolean): Promise<boolean | undefined>;
}

export async function promptAsk(): Promise<Ask> {
	// Prompts load only when somebody is asked: a CI run never pays for them.
	const {input, confirm} = await import('@inquirer/prompts');
	const left = (error: unknown): undefined => {
		if (error instanceof Error && error.name === 'ExitPromptError') return undefined;
		throw error;
	};
	return {
		text: (message, options) => input({message, default: options.default, validate: options.check}).catch(left),
		confirm: (message, fallback) => confirm({message, default: fallback}).catch(left),
	};
}

/** Outside text becomes drawable here, whatever it was before. */
export function say(context: Pick<SetupContext, 'out'>, ...texts: readonly (string | Safe)[]): void {
	for (const text of texts) for (const line of safeLines(text)) context.out(line);
}
