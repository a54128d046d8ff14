import { defineConfig } from 'vitest/config';

/** Real VS Code with the packaged extension: slow, and mostly waiting, so two files at a time even on two cores. */
export default defineConfig({
  test: {
    include: ['test/editor/**/*.test.ts'],
    globalSetup: ['test/editor/globalSetup.ts'],
    env: { OMP_NUM_THREADS: '1' },
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 180_000, interval: 100 } },
  },
});
