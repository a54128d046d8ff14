// `npm run package`: the extension as one file, ready for both stores. Says how large it is, and refuses what is too large.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root, run, say } from './setup.mjs';

const MAX_BYTES = 30e6;

/** Packs the extension; the path of the .vsix. Builds first. */
export async function packExtension() {
  await ensureInstalled();
  await ensureBuilt();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = join(root, 'dist', 'package', `holdfast-${version}.vsix`);
  mkdirSync(join(root, 'dist', 'package'), { recursive: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const code = await run(process.execPath, [vsce, 'package', ...options, '--out', file]);
  if (code !== 0) throw new Error(`vsce ended with ${code}`);
  const { size } = statSync(file);
  say(`${file}: ${(size / 1e6).toFixed(1)} MB`);
  if (size > MAX_BYTES)
    throw new Error(`the extension may have ${MAX_BYTES / 1e6} MB, it has ${(size / 1e6).toFixed(1)}`);
  return file;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await packExtension();
