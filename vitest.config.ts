import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['tests/**/*.test.{ts,tsx}'],
		// A limit for what hangs, not a measure: on a busy machine a program on a terminal takes many seconds to start.
		testTimeout: 60_000,
		hookTimeout: 30_000,
		// One more than the two cores it is made for: journeys wait for timers a good part of their time.
		maxWorkers: 3,
		setupFiles: ['tests/kit/setup.ts'],
		reporters: ['default', './tests/kit/closing-line.ts'],
	},
});
