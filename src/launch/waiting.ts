import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is true; false after `seconds` without. Asks at least once, and pauses 50 ms to 2 s in between,
 * longer where asking is slow: Windows takes a second to describe a process, and nothing else happens here meanwhile.
 */
export async function waitUntil(isTrue: () => boolean, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const asked = performance.now();
    if (isTrue()) return true;
    const now = performance.now();
    if (now >= deadline) return false;
    const pause = Math.min(Math.max(SHORTEST_MS, 4 * (now - asked)), LONGEST_MS);
    await delay(Math.min(pause, deadline - now));
  }
}

const SHORTEST_MS = 50;
const LONGEST_MS = 2_000;
