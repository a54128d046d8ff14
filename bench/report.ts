import { appendFileSync } from 'node:fs';
import type { Figure } from './figure.ts';

/** Environment variables from inVitest.ts: the file that takes the figures, one a line, and the packed extension. */
export const OUT = 'HOLDFAST_BENCH_OUT';
export const VSIX = 'HOLDFAST_BENCH_VSIX';

/** Hands figures to the process that asked for them. Only vitest alone, without that process, prints them here. */
export function report(...figures: readonly Figure[]): void {
  const out = process.env[OUT];
  for (const figure of figures) {
    if (out === undefined) console.log(figure.name, figure.text);
    else appendFileSync(out, `${JSON.stringify(figure)}\n`);
  }
}

export function vsix(): string {
  const path = process.env[VSIX];
  if (path === undefined) throw new Error(`${VSIX} does not name the packed extension`);
  return path;
}
