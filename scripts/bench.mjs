// `npm run bench`: speed, memory and exactness of the TypeScript engine; a table, and JSON in bench/results/.
import { join } from 'node:path';
import { ensureInstalled, root, run, say } from './setup.mjs';

await ensureInstalled();
say('building');
const { buildAll } = await import('./build.mjs');
await buildAll();
process.exitCode = await run(process.execPath, [
  '--expose-gc',
  join(root, 'dist/test/bench/main.js'),
  ...process.argv.slice(2),
]);
