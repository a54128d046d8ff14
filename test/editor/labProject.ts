import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAB = fileURLToPath(new URL('../../examples/lab', import.meta.url));

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
  for (const part of ['base', 'train.jsonl', 'held.jsonl'])
    cpSync(join(LAB, part), join(folder, part), { recursive: true });
  const text = readFileSync(join(LAB, 'facts.sft.yaml'), 'utf8');
  const settings = { num_train_epochs: '2', eval_steps: '6', ...changes };
  const config = join(folder, name);
  writeFileSync(
    config,
    Object.entries(settings)
      .reduce(withSetting, text)
      .replace('  max_forgetting: 0.05', '  max_facts: 200\n  max_forgetting: 0.05'),
  );
  return { folder, config, home: join(scratch, 'home') };
}

/** A top-level setting of the config with another value; added where it is not there. */
function withSetting(text: string, [key, value]: [string, string]): string {
  const line = new RegExp(`^${key}:.*$`, 'm');
  return line.test(text) ? text.replace(line, `${key}: ${value}`) : `${text}${key}: ${value}\n`;
}
