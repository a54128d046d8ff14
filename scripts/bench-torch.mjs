// `npm run bench:torch`: speed and memory of the torch engine beside what users would run instead; a table, and JSON in
// bench/results/. Sections by name: `npm run bench:torch -- sft probe --rounds 3`. TRL, which the tests do not need, is
// measured where it is installed (bench/torch/requirements.txt).
import { delimiter, join } from 'node:path';
import { root, run, say } from './setup.mjs';
import { ensureTorchEnvironment } from './torch-env.mjs';

const { python, missing } = await ensureTorchEnvironment();
if (python === undefined) {
  say(missing);
  process.exitCode = 2;
} else {
  const folders = [join(root, 'bench', 'torch'), join(root, 'src', 'engines', 'torch')];
  process.exitCode = await run(python, ['-m', 'holdfast_bench', ...process.argv.slice(2)], {
    env: { ...process.env, PYTHONPATH: folders.join(delimiter) },
  });
}
