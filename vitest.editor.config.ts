import { defineConfig } from 'vitest/config';

/** Real VS Code with the packaged extension: slow, and one window after the other, because two cores are all there may be. */
export default defineConfig({
  test: {
    include: ['test/editor/**/*.test.ts'],
    globalSetup: ['test/editor/globalSetup.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    expect: { poll: { timeout: 60_000, interval: 100 } },
  },
});
