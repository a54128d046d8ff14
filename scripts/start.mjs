// `npm start`: everything a newcomer needs, then the main job on real input: three ways to teach a small model new facts, and what
// each of them makes it forget. Arguments go to `holdfast sweep`.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, run, say } from './setup.mjs';

await ensureInstalled();
await ensureBuilt();
say(
  'teaching a small model 400 new facts in three ways, two runs at once, and measuring what it forgets: about five minutes',
);
process.exitCode = await run(process.execPath, [
  join(root, 'dist', 'cli.js'),
  'sweep',
  join('examples', 'lab', 'facts.sft.yaml'),
  '--methods',
  'sft,self_distill,attention_only',
  '--jobs',
  '2',
  '--report',
  'holdfast-report.html',
  ...process.argv.slice(2),
]);
