// `npm start`: everything a newcomer needs, then the main job on real input. Arguments go to `holdfast run`.
import { join } from 'node:path';
import { ensureInstalled, root, run, say } from './setup.mjs';

await ensureInstalled();
say('building');
const { buildAll } = await import('./build.mjs');
await buildAll();
say('fine-tuning a small model on 200 facts it knows and 200 it does not, and measuring what it forgets');
const config = join('examples', 'first-light', 'first-light.sft.yaml');
process.exitCode = await run(process.execPath, [
  join(root, 'dist', 'cli.js'),
  'run',
  config,
  ...process.argv.slice(2),
]);
