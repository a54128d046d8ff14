import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VSCE = fileURLToPath(new URL('../../node_modules/@vscode/vsce/vsce', import.meta.url));

/**
 * Packs an extension that stands in for one of the marketplace, which cannot be had here; the path of its .vsix.
 * @param exported what it answers when it is activated, as a JavaScript expression
 */
export function packExtension(folder: string, publisher: string, name: string, exported: string): string {
  const source = join(folder, name);
  mkdirSync(source, { recursive: true });
  const manifest = { name, publisher, version: '0.0.1', engines: { vscode: '^1.100.0' }, main: './main.js' };
  // Activated by those who ask it something.
  writeFileSync(
    join(source, 'package.json'),
    JSON.stringify({
      ...manifest,
      activationEvents: [],
      capabilities: { untrustedWorkspaces: { supported: true } },
    }),
  );
  writeFileSync(
    join(source, 'main.js'),
    `'use strict';\nconst vscode = require('vscode');\nexports.activate = () => (${exported});\n`,
  );
  const vsix = join(folder, `${name}.vsix`);
  const lenient = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(process.execPath, [VSCE, 'package', ...lenient, '-o', vsix], { cwd: source, stdio: 'pipe' });
  return vsix;
}
