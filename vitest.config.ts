import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const tensorflow = fileURLToPath(new URL('dist/test/tensorflow.js', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [{ find: /^@tensorflow\/.*$/, replacement: tensorflow }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Those need a packaged extension and a whole editor: vitest.editor.config.ts.
    exclude: ['test/editor/**'],
    // What belongs to the user and to no project (locks, known folders) is none of the tests' business.
    env: {
      HOLDFAST_HOME: join(tmpdir(), `holdfast-test-home-${process.pid}`),
      // PyTorch's threads wait by turning on the spot, which costs the other tests their core.
      OMP_NUM_THREADS: '1',
    },
    globalSetup: ['test/globalSetup.ts'],
    // Engine tests are real child processes on shared two-core machines: patience, not speed, decides here.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 120_000 } },
  },
});
