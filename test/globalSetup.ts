import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Tests run what users run: every program is built once before the first test. `npm test` has done so already. */
export function setup(): void {
  if (process.env.HOLDFAST_BUILT === '1') return;
  execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
}
