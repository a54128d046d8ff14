/** Numbers by numbers, in 12 bytes an entry at best and 24 at worst, where a Map takes a hundred. */
export interface NumberTable {
  readonly size: number;
  /** undefined where there is none. */
  readonly get: (key: number) => number | undefined;
  /** @param key not 0. @param value 0 .. 2^32 - 1 */
  readonly set: (key: number, value: number) => void;
}

/** A power of two, so that the lowest bits of a key are its first slot. */
const FIRST_SLOTS = 1_024;
const MOST_FILLED = 0.6;

/** Open addressing with linear probing (Knuth, TAOCP 3, 6.4, algorithm L); keys are hashes already. */
export function createNumberTable(): NumberTable {
  let keys = new Float64Array(FIRST_SLOTS);
  let values = new Uint32Array(FIRST_SLOTS);
  let size = 0;
  const slotOf = (key: number): number => {
    const mask = keys.length - 1;
    let slot = (key >>> 0) & mask;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  };
  const put = (key: number, value: number): void => {
    const slot = slotOf(key);
    if (keys[slot] === 0) size += 1;
    keys[slot] = key;
    values[slot] = value;
  };
  const grow = (): void => {
    const [oldKeys, oldValues] = [keys, values];
    keys = new Float64Array(2 * oldKeys.length);
    values = new Uint32Array(2 * oldKeys.length);
    size = 0;
    for (const [slot, key] of oldKeys.entries()) if (key !== 0) put(key, oldValues[slot] ?? 0);
  };
  return {
    get size() {
      return size;
    },
    get: (key) => {
      const slot = slotOf(key);
      return keys[slot] === 0 ? undefined : values[slot];
    },
    set: (key, value) => {
      if (size >= MOST_FILLED * keys.length) grow();
      put(key, value);
    },
  };
}
