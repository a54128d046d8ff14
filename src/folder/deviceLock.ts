import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { availableParallelism, homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { tryLock, type LockResult } from './exclusiveLock.ts';

/** Where Holdfast keeps what belongs to the user and to no project: $HOLDFAST_HOME, else ~/.holdfast. */
export function holdfastHome(): string {
  const chosen = process.env.HOLDFAST_HOME;
  return chosen === undefined || chosen === '' ? join(homedir(), '.holdfast') : chosen;
}

/**
 * Tries, without waiting, to be one of at most `places` runs of this user on `device` ('cuda:0', 'cpu'); `folder` is the run
 * that wants it. A GPU has one place; processors have one per core for engines that use one. Where all are taken, the holder
 * of the first is named.
 * The file name carries the host: clusters share home folders, and cuda:0 of another machine is another device.
 */
export function tryDeviceLock(device: string, folder: string, places = 1): LockResult {
  const devices = join(holdfastHome(), 'devices');
  mkdirSync(devices, { recursive: true, mode: 0o700 });
  const tryPlace = (place: number): LockResult => {
    const name = place === 0 ? device : `${device}.${place}`;
    return tryLock(join(devices, `${fileName(name)}@${fileName(hostname())}.lock`), folder);
  };
  const first = tryPlace(0);
  if ('lock' in first) return first;
  for (let place = 1; place < places; place++) {
    const next = tryPlace(place);
    if ('lock' in next) return next;
  }
  return first;
}

/** How many runs of one core each may share this machine's processors: HOLDFAST_CPU_RUNS, else one per core. */
export function placesOnCpu(): number {
  const wanted = Number(process.env.HOLDFAST_CPU_RUNS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : Math.max(1, availableParallelism());
}

/** The name with everything odd replaced; where that lost something, a hash keeps two names apart. */
function fileName(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '-').slice(0, 60);
  return plain === name ? name : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
