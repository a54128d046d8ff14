import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { repository } from '../test/engines/tfjs/models.ts';
import type { Figure } from './figure.ts';
import { packExtension } from './inVitest.ts';

/** What a window of the editor loads at its start, what it loads at the first command, and what users download. */
export async function benchBundle(): Promise<Figure[]> {
  const vsix = statSync(await packExtension()).size;
  return [
    kilobytes('extension.cjs', '< 300 KB'),
    kilobytes('configTools.cjs, at the first command'),
    kilobytes('webview/panel.js, in the panel’s page'),
    { name: 'VSIX', value: vsix, text: `${(vsix / 1e6).toFixed(2)} MB`, limit: '<= 30 MB' },
  ];
}

function kilobytes(name: string, limit?: string): Figure {
  const code = readFileSync(join(repository, 'dist', name.split(',')[0] ?? name));
  const text = `${(code.length / 1e3).toFixed(1)} KB  [gzip ${(gzipSync(code).length / 1e3).toFixed(1)} KB]`;
  return { name, value: code.length, text, ...(limit === undefined ? {} : { limit }) };
}
