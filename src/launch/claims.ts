import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfastHome } from '../folder/deviceLock.ts';
import { errorCode } from '../folder/errorCode.ts';

const KEPT_DAYS = 7;

/**
 * Whether the caller is the first of this user's processes to claim `key`: of many windows that see the same run end, one says
 * so. Where it cannot be told (a full disk), everybody is the first.
 */
export function claim(key: string): boolean {
  const claims = join(holdfastHome(), 'claims');
  const path = join(claims, createHash('sha256').update(key).digest('hex').slice(0, 24));
  try {
    mkdirSync(claims, { recursive: true, mode: 0o700 });
    writeFileSync(path, '', { flag: 'wx' });
    removeOld(claims);
    return true;
  } catch (error) {
    return errorCode(error) !== 'EEXIST';
  }
}

function removeOld(claims: string): void {
  for (const name of readdirSync(claims)) {
    try {
      const path = join(claims, name);
      if (Date.now() - statSync(path).mtimeMs > KEPT_DAYS * 86_400_000) rmSync(path, { force: true });
    } catch {
      // Another window was faster.
    }
  }
}
