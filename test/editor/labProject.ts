import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAB = fileURLToPath(new URL('../../examples/lab', import.meta.url));
/** Rows to train on and facts to hold: real ones, and few, because every test trains. Ten steps an epoch. */
const ROWS = 160;
const BATCH = 16;
const HELD = 120;

export interface LabProject {
  readonly folder: string;
  readonly config: string;
  /** For HOLDFAST_HOME: locks and claims of one test are none of another's business. */
  readonly home: string;
}

/** A workspace with the real model and real facts of the lab, and a config that is done in some seconds. */
export function makeLabProject(
  changes: Readonly<Record<string, string>> = {},
  name = 'facts.sft.yaml',
): LabProject {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-editor-'));
  const folder = join(scratch, 'my project');
  mkdirSync(folder);
  cpSync(join(LAB, 'base'), join(folder, 'base'), { recursive: true });
  writeFileSync(join(folder, 'train.jsonl'), linesOf('train.jsonl', ROWS));
  writeFileSync(join(folder, 'held.jsonl'), linesOf('held.jsonl', HELD));
  const settings = {
    per_device_train_batch_size: String(BATCH),
    num_train_epochs: '2',
    eval_steps: '10',
    ...changes,
  };
  const config = join(folder, name);
  const text = readFileSync(join(LAB, 'facts.sft.yaml'), 'utf8');
  writeFileSync(config, Object.entries(settings).reduce(withSetting, text));
  return { folder, config, home: join(scratch, 'home') };
}

function linesOf(name: string, count: number): string {
  return `${readFileSync(join(LAB, name), 'utf8').split('\n').slice(0, count).join('\n')}\n`;
}

/** A setting of the config with another value; added where it is not there. */
function withSetting(text: string, [key, value]: [string, string]): string {
  const line = new RegExp(`^( *)${key}:.*$`, 'm');
  return line.test(text) ? text.replace(line, `$1${key}: ${value}`) : `${text}${key}: ${value}\n`;
}
