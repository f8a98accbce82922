import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['tests/**/*.test.{ts,tsx}'],
		testTimeout: 20_000,
		hookTimeout: 30_000,
		maxWorkers: 2,
		setupFiles: ['tests/kit/setup.ts'],
		reporters: ['default', './tests/kit/closing-line.ts'],
	},
});
