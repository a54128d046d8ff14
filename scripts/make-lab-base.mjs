// Makes examples/lab/base again: pre-trains it with the TypeScript engine from pretrain.sft.yaml (about 50 minutes on
// one core) and copies the model, without the trainer's state. The same versions give the same bytes.
import { cp, mkdir, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root, say } from './setup.mjs';

await ensureInstalled();
const { buildAll } = await import('./build.mjs');
await buildAll();
const example = join(root, 'examples', 'lab');
say('pre-training the base model');
const result = spawnSync(
  process.execPath,
  [join(root, 'dist/cli.js'), 'run', join(example, 'pretrain.sft.yaml'), '--json'],
  {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  },
);
if (result.status !== 0) process.exit(1);
const { folder, step } = JSON.parse(result.stdout);
const checkpoint = join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}`);
await rm(join(example, 'base'), { recursive: true, force: true });
await mkdir(join(example, 'base'));
const isModel = (path) => !path.endsWith('optimizer.safetensors') && !path.endsWith('trainer_state.json');
await cp(checkpoint, join(example, 'base'), { recursive: true, filter: isModel });
say(`done: ${join(example, 'base')}`);
