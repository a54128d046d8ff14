import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built `holdfast` as a child process, in a folder of its own with a small real model and real facts. */

export const repository = fileURLToPath(new URL('../../', import.meta.url));
const program = join(repository, 'dist/cli.js');

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workplace {
  readonly folder: string;
  readonly run: (...args: string[]) => Promise<Said>;
  /** Runs with `input` piped in. */
  readonly feed: (input: string, ...args: string[]) => Promise<Said>;
  /** Starts without waiting; `said` is what has come on stderr so far. */
  readonly start: (...args: string[]) => {
    readonly child: ReturnType<typeof spawn>;
    readonly said: () => string;
    readonly ended: Promise<Said>;
  };
}

const folders: string[] = [];

export function removeWorkplaces(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export const CONFIG = `version: 1
model_name_or_path: model
train_file: train.jsonl
learning_rate: 1.0e-3
per_device_train_batch_size: 8
max_steps: 4
eval_steps: 2
seed: 0
probes:
  sets:
    - { name: held, file: held.jsonl }
  prompts: ["Q: {question}\\nA:"]
`;

export function makeWorkplace(config = CONFIG): Workplace {
  // A name that breaks careless quoting.
  const folder = join(mkdtempSync(join(tmpdir(), 'holdfast-cli-')), "it's a räksmörgås 🦐");
  folders.push(join(folder, '..'));
  const example = join(repository, 'examples/lab');
  cpSync(join(example, 'base'), join(folder, 'model'), { recursive: true });
  for (const [name, count] of [
    ['train', 40],
    ['held', 30],
  ] as const) {
    const lines = readFileSync(join(example, `${name}.jsonl`), 'utf8')
      .split('\n')
      .slice(0, count);
    writeFileSync(join(folder, `${name}.jsonl`), `${lines.join('\n')}\n`);
  }
  writeFileSync(join(folder, 'support.sft.yaml'), config);
  const begin = (input: string, args: readonly string[]): ReturnType<Workplace['start']> => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...process.env, HOLDFAST_HOME: join(folder, 'home'), NO_COLOR: '1' },
      stdio: 'pipe',
    });
    child.stdin.end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Said>((resolve) =>
      child.on('close', (code) => resolve({ code, stdout, stderr })),
    );
    return { child, said: () => stderr, ended };
  };
  const start: Workplace['start'] = (...args) => begin('', args);
  return {
    folder,
    start,
    run: async (...args) => start(...args).ended,
    feed: async (input, ...args) => begin(input, args).ended,
  };
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((wake) => setTimeout(wake, 20));
}
