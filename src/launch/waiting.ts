import { setTimeout as delay } from 'node:timers/promises';

/** Asks every 50 ms until the answer is true; false after `seconds` without. Asks at least once. */
export async function waitUntil(isTrue: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    if (isTrue()) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await delay(Math.min(POLL_MS, left));
  }
}

const POLL_MS = 50;
