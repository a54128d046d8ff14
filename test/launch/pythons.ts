import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scratch } from '../folder/bundle.ts';

/** Programs that pass for Python: scripts in place of interpreters that no machine has all of. */

/** Where one writes an interpreter's name, it gets this script. */
export function program(script: string, path = join(scratch(), 'python3')): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

export interface FakeReport {
  readonly python?: string;
  readonly packages?: Readonly<Record<string, string | null>>;
  readonly import_error?: string | null;
  readonly torch?: object | null;
}

export const PACKAGES = {
  torch: '2.13.0',
  transformers: '5.23.0',
  tokenizers: '0.23.3',
  safetensors: '0.8.0',
  accelerate: '1.15.0',
  peft: '0.21.2',
};
export const CPU = { cuda: null, hip: null, gpus: [], mps: false };

/** A script that answers as an interpreter of this kind does, after something that it prints of itself. */
export function answering(report: FakeReport): string {
  const whole = { python: '3.11.2', packages: PACKAGES, import_error: null, torch: CPU, ...report };
  return `echo welcome\ncat <<'END'\nholdfast-python ${JSON.stringify(whole)}\nEND`;
}
