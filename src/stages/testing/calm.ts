// Room: stages. TAP as a person wants to read it while it runs: without the figures below each passed case. What a failed
// case says stays, and what is read for the results is not touched. Pure but for what it remembers between two lines.

/** Returns whether a line is worth showing. Before a line that says it is TAP, everything is. */
export function calmTap(): (line: string) => boolean {
	let tap = false;
	let passed = false;
	let inside = false;
	return (line) => {
		if (/^TAP version \d+/.test(line)) {
			tap = true;
			return true;
		}
		if (!tap) return true;
		if (inside) {
			inside = !/^\s*\.\.\.\s*$/.test(line);
			return false;
		}
		if (passed && /^\s*---\s*$/.test(line)) {
			inside = true;
			return false;
		}
		passed = /^\s*ok\b/.test(line);
		// The case says its name again when it is over.
		return !/^\s*# Subtest: /.test(line);
	};
}
