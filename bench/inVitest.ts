import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../test/engines/tfjs/models.ts';
import type { Figure } from './figure.ts';
import { OUT, VSIX } from './report.ts';

/** A section measured by one file of vitest (vitest.config.mjs), in a process of its own. */
export function inVitest(file: string, needs: { readonly vsix?: true } = {}): () => Promise<Figure[]> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
    const out = join(folder, 'figures.jsonl');
    const vsix = needs.vsix === true ? { [VSIX]: await packExtension() } : {};
    try {
      const code = await runVitest(file, { [OUT]: out, ...vsix });
      if (code !== 0) throw new Error(`vitest ended with ${code} for ${file}`);
      return readFileSync(out, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Figure);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

let packed: Promise<string> | undefined;

/** Path of the .vsix, packed once in this process; `npm run package` is what users get. */
export function packExtension(): Promise<string> {
  packed ??= (async () => {
    await promisify(execFile)(process.execPath, [join(repository, 'scripts/package.mjs')]);
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    return join(repository, 'dist/package', `holdfast-${version}.vsix`);
  })();
  return packed;
}

/** What it prints goes to stderr: the table on stdout is ours. */
function runVitest(file: string, env: Readonly<Record<string, string>>): Promise<number> {
  const program = join(repository, 'node_modules/vitest/vitest.mjs');
  const config = join(repository, 'bench/vitest.config.mjs');
  const child = spawn(process.execPath, [program, 'run', '--config', config, '--reporter=dot', file], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
