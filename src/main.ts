// Room: main. argv in, exit code out; the only place that sets it.

import {processIo} from './cli/io.ts';
import {run} from './cli/run.ts';
import {underWay} from './cli/signals.ts';

// A reader that went away (`orchestra history | head`) is no failure of ours. A deployment must reach its safe point first.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (underWay()) return;
	if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0);
	throw error;
});
// The terminal was closed: writing to it fails with EIO, and the deployment must still reach its safe point.
process.stderr.on('error', () => undefined);

process.exitCode = await run(
	process.argv.slice(2),
	processIo((code) => process.exit(code)),
);
