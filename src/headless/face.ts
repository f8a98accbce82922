// Room: headless. Which face a command shows, decided in one place.

export type Face = 'tui' | 'lines' | 'json';

export interface Surroundings {
	readonly json: boolean;
	/** `--plain`. */
	readonly plain: boolean;
	readonly stdinIsTty: boolean;
	readonly stdoutIsTty: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** A screen needs a terminal on both ends and a person who can see it; everything else gets plain lines. */
export function faceFor({json, plain, stdinIsTty, stdoutIsTty, env}: Surroundings): Face {
	if (json) return 'json';
	const inCi = Boolean(env.CI) && env.CI !== 'false' && env.CI !== '0';
	const blind = env.TERM === 'dumb' || env.INK_SCREEN_READER === 'true';
	return plain || inCi || blind || !stdinIsTty || !stdoutIsTty ? 'lines' : 'tui';
}

/** Colour on stdout for plain lines: asked for, or a terminal that was not told otherwise. */
export function mayColour({stdoutIsTty, env}: Pick<Surroundings, 'stdoutIsTty' | 'env'>): boolean {
	if (env.NO_COLOR) return false;
	if (env.CLICOLOR_FORCE && env.CLICOLOR_FORCE !== '0') return true;
	return stdoutIsTty && env.TERM !== 'dumb';
}
