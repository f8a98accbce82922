// Room: tui. What is on the screen before Ink has been imported: one raw write, so that a person sees at once that something
// happens. Imports nothing, because everything it imported would be waited for.

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/**
 * The escape string that enters the alternate screen, hides the cursor and draws a title. Write it to the terminal before
 * importing app.tsx; runTui takes the screen over from there. Whoever does not come to call runTui writes `unpaint()`.
 * @param columns of the terminal; the title is cut to it. @param project is the only outside text: printable ASCII passes.
 */
export function firstPaint(columns: number, project: string, colour = true): string {
	const name = project.replace(/[^\x20-\x7e]/g, '?');
	const title = ` Orchestra  ${name}`.slice(0, Math.max(0, columns));
	const doing = ' reading the repository…'.slice(0, Math.max(0, columns));
	return `${ENTER}${colour ? '\u001b[1m' : ''}${title}${colour ? '\u001b[22m' : ''}\r\n\r\n${doing}`;
}

/** Back to the normal screen with its cursor. Harmless when it was never left. */
export function unpaint(): string {
	return LEAVE;
}

/** Flags of `deploy` with which no screen comes. */
const NO_SCREEN = /^(--json|--plain|--help|-h)$/;

/**
 * Paints when `deploy` will bring a screen, and leaves a mark that it has. Called by the launcher with the process, before
 * the program is loaded; must agree with `faceOf` in cli/io.ts.
 */
export async function paintAtLaunch(launched: NodeJS.Process): Promise<void> {
	const {argv, env} = launched;
	const ci = env.CI !== undefined && env.CI !== 'false' && env.CI !== '0';
	if (ci || env.TERM === 'dumb' || env.INK_SCREEN_READER === 'true' || argv.some((word) => NO_SCREEN.test(word)))
		return;
	const {isatty} = await import('node:tty');
	if (!isatty(0) || !isatty(1)) return;
	const {writeSync} = await import('node:fs');
	const colour = env.NO_COLOR === undefined;
	try {
		// Wide enough for any title; the terminal cuts what does not fit, and it is gone with the first frame.
		writeSync(1, firstPaint(60, launched.cwd().split('/').at(-1) ?? '', colour));
		Object.defineProperty(globalThis, Symbol.for('orchestra.painted'), {value: true});
	} catch {
		// A terminal that does not take it now will get the frame later.
	}
}
