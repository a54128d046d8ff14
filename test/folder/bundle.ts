import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** A fresh folder for one test; the system clears its temporary folder itself. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-test-'));
}

/** Makes one program of a TypeScript file, so that tests can run it in a real child process. Returns its path. */
export function bundle(entry: string): string {
  const outfile = join(scratch(), 'program.mjs');
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  return outfile;
}
