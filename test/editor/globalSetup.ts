import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Tests install what users install: the extension is packed once before the first test. `npm test` has done so already. */
export function setup(): void {
  if (process.env.HOLDFAST_BUILT === '1') return;
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/package.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
}
