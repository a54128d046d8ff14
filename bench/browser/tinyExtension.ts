import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VSCE = fileURLToPath(new URL('../../node_modules/@vscode/vsce/vsce', import.meta.url));

/** Packs an extension that does nothing, at the moment at which ours begins; the path of its .vsix. */
export function packEmpty(folder: string, publisher: string): string {
  const source = join(folder, publisher);
  mkdirSync(source, { recursive: true });
  const manifest = {
    name: 'empty',
    publisher,
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './empty.js',
    activationEvents: ['onStartupFinished'],
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'empty.js'), `'use strict';\nexports.activate = () => {};\n`);
  const vsix = join(folder, `${publisher}.vsix`);
  const lenient = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(process.execPath, [VSCE, 'package', ...lenient, '-o', vsix], { cwd: source, stdio: 'pipe' });
  return vsix;
}
