import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything here may take before it counts as broken: machines are shared, so this is long. */
export const PATIENCE_MS = 180_000;
const POLL_MS = 50;

/** The first value of `look` that is not undefined; rejects, naming `what`, when none comes in time. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  patience = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

/** Whether `look` comes true in time. */
export async function comesTrue(
  look: () => boolean | Promise<boolean>,
  patience = PATIENCE_MS,
): Promise<boolean> {
  const end = Date.now() + patience;
  for (;;) {
    if (await look()) return true;
    if (Date.now() > end) return false;
    await sleep(POLL_MS);
  }
}
