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
