// `npm run bench`: speed, memory and exactness of the TypeScript engine, and what the extension costs an editor; a table, and
// JSON in bench/results/. Sections by name: `npm run bench -- editor`.
import { join } from 'node:path';
import { ensureInstalled, root, run, say } from './setup.mjs';

await ensureInstalled();
say('building');
const { buildAll } = await import('./build.mjs');
await buildAll();
const { build } = await import('esbuild');
// A program of its own: its memory is what is measured.
await build({
  absWorkingDir: root,
  entryPoints: { feedChild: 'bench/feed/child.ts' },
  outdir: 'dist/test/bench',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
process.exitCode = await run(process.execPath, [
  '--expose-gc',
  join(root, 'dist/test/bench/main.js'),
  ...process.argv.slice(2),
]);
