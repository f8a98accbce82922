// Room: tests. A reporter that ends every run with one plain line that any CI can read: "N passed, N failed, N skipped".

import type {Reporter, TestModule} from 'vitest/node';

export default class ClosingLine implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
		let [passed, failed, skipped] = [0, errors.length, 0];
		for (const module of modules) {
			const before = passed + failed + skipped;
			for (const test of module.children.allTests()) {
				const state = test.result().state;
				if (state === 'passed') passed++;
				else if (state === 'failed') failed++;
				else skipped++;
			}
			if (passed + failed + skipped === before && module.state() === 'failed') failed++;
		}
		process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
	}
}
