/** Hashes texts to whole numbers of 1 .. 2^53 - 1. */
export type TextHash = (text: string) => number;

/**
 * Among a million texts, two that differ have the same number once in eighteen thousand files (birthday bound, n^2 / 2^54). The key
 * is drawn anew for every file, so that nobody can write one whose texts all meet in one place.
 * @param key 32 bits
 */
export function createTextHash(key: number): TextHash {
  return (text) => {
    let low = key ^ text.length;
    let high = Math.imul(key, 0x9e37_79b1);
    // Two lanes of multiply and rotate over UTF-16 units, each disturbed by the other at the end.
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      low = rotate(Math.imul(low ^ unit, 0xcc9e_2d51), 15);
      high = rotate(Math.imul(high + unit, 0x1b87_3593), 13);
    }
    low = stir(low ^ (high >>> 7));
    high = stir(high ^ (low >>> 11));
    return (high & 0x1f_ffff) * 4_294_967_296 + (low >>> 0) || 1;
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** MurmurHash3's finalizer (Appleby, public domain): every bit of the input moves about half of the output's. */
function stir(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2_ae35);
  return twice ^ (twice >>> 16);
}
