// For the sections that need a browser or VS Code: the harness of the tests closes what it opens in vitest's afterAll.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const TEN_MINUTES = 600_000;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['bench/**/*.bench.ts'],
    env: { HOLDFAST_HOME: join(tmpdir(), `holdfast-bench-home-${process.pid}`) },
    testTimeout: TEN_MINUTES,
    hookTimeout: TEN_MINUTES,
    maxWorkers: 1,
  },
});
