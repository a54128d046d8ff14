import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { tryLock, type LockResult } from './exclusiveLock.ts';

/** Where Holdfast keeps what belongs to the user and to no project: $HOLDFAST_HOME, else ~/.holdfast. */
export function holdfastHome(): string {
  const chosen = process.env.HOLDFAST_HOME;
  return chosen === undefined || chosen === '' ? join(homedir(), '.holdfast') : chosen;
}

/**
 * Tries, without waiting, to be the one run of this user on `device` ('cuda:0', 'cpu'); `folder` is the run that wants it.
 * The file name carries the host: clusters share home folders, and cuda:0 of another machine is another device.
 */
export function tryDeviceLock(device: string, folder: string): LockResult {
  const devices = join(holdfastHome(), 'devices');
  mkdirSync(devices, { recursive: true, mode: 0o700 });
  return tryLock(join(devices, `${fileName(device)}@${fileName(hostname())}.lock`), folder);
}

/** The name with everything odd replaced; where that lost something, a hash keeps two names apart. */
function fileName(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '-').slice(0, 60);
  return plain === name ? name : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
