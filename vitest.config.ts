import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    // Two files at once: the end-to-end tests start processes of their own.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
    // oclif writes to process.stdout itself; vitest's interception would hide it from the tests that capture it.
    disableConsoleIntercept: true,
    reporters: ['default', './scripts/count-reporter.js'],
  },
})
