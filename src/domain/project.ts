// Room: domain. What orchestration/orchestra.json says, once parsed. The schema with its error messages is in project-schema.ts.

import type {ChangeWindow, Freeze} from './advice/calendar.ts';
import type {Weights} from './advice/factors.ts';
import type {AiSettings} from './ai.ts';

/** The five that a release is usually proven with, in the order they run. Any other name is welcome and runs after them. */
export const KNOWN_SUITES = ['unit', 'integration', 'smoke', 'performance', 'security'] as const;

export interface SuiteCommand {
	readonly command: string;
	/** A red one closes production. */
	readonly required: boolean;
	readonly timeoutSeconds: number;
	/** A file below the release's folder that the command writes its results to, when it does not print them. */
	readonly report?: string;
}

export interface Project {
	readonly schemaVersion: 1;
	readonly name: string;
	readonly branches: {readonly base: string; readonly dev?: string};
	readonly commands: {
		readonly install?: string;
		readonly build?: string;
		/** Gets its port in the environment variable PORT and listens on 127.0.0.1. */
		readonly start?: string;
		readonly migrate?: string;
		/** By suite name: unit, integration, smoke, performance, security, or any other. */
		readonly test: Readonly<Record<string, SuiteCommand>>;
	};
	readonly health: {readonly path: string; readonly withinSeconds: number; readonly inARow: number};
	/** The front door of the embedded gateway, 1–65535. */
	readonly port: number;
	readonly target: string;
	/** Undefined: chosen by risk. */
	readonly strategy?: string;
	/** `{version}` is replaced. */
	readonly tag: string;
	/** Move the base branch and tag after promotion: ask a person, always, or never. */
	readonly afterPromotion: 'ask' | 'always' | 'never';
	readonly env: Readonly<Record<string, string>>;
	/** Relative to the repository; `NAME=value` lines. Never committed, journalled or shown. */
	readonly envFile?: string;
	/**
	 * How generated files are made anew, by path or pattern: a command, or false for never. Default: what their package
	 * manager offers.
	 */
	readonly regenerate?: Readonly<Record<string, string | false>>;
	/** Default: `DEFAULT_AI`. */
	readonly ai?: AiSettings;
	/** The wall that `windows`, `freeze` and all advice about hours are read from. Undefined: the machine's. */
	readonly timeZone?: string;
	/** When production may begin without asking. None: at any time. */
	readonly windows?: readonly ChangeWindow[];
	readonly freeze?: readonly Freeze[];
	/** Default: `DEFAULT_WEIGHTS`. */
	readonly risk?: {readonly weights: Weights};
}
