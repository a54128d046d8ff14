import { createHash } from 'node:crypto';
import type { LanguageModel } from '../training/languageModel.ts';

/** SHA-256 over the named parameters' names and values, bit for bit; the same on one machine and byte order only. */
export function fingerprintWeights(model: LanguageModel, names: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const name of names) {
    const values = model.read(name);
    hash
      .update(name)
      .update('\0')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
