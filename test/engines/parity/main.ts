import { readFileSync } from 'node:fs';
import { startWasmBackend } from '../../../src/engines/tfjs/backend/wasm.ts';
import { RunConfigSchema } from '../../../src/protocol/runConfig.ts';
import { trainTask, type Task, type Told } from './train.ts';

/**
 * The TypeScript engine's side of a comparison: `node main.js <folder of the .wasm files, with a separator at its end>`. Tasks
 * come as JSON, what they told goes as JSON, their tensors into files.
 */
await startWasmBackend(process.argv[2] ?? '');
const told: Told[] = [];
for (const task of JSON.parse(readFileSync(0, 'utf8')) as Task[])
  told.push(await trainTask({ ...task, config: RunConfigSchema.parse(task.config) }));
process.stdout.write(JSON.stringify(told));
