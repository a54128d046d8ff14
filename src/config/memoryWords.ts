import { aboutBytes } from './approximately.ts';
import type { MemoryPart, PartName } from './estimate/parts.ts';

const WORDS: Readonly<Record<PartName, string>> = {
  process: 'the program itself',
  weights: 'weights',
  gradients: 'gradients',
  optimizer: 'optimizer state',
  teacher: 'teacher',
  cache: 'kept outputs',
  activations: 'activations',
  logits: 'logits',
  other_phases: 'probing and evaluating',
};

/** The largest parts first: "optimizer state 12 GB, weights 6.2 GB"; at most `most` of them. */
export function partsInWords(parts: readonly MemoryPart[], most = parts.length): string {
  return [...parts]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, most)
    .map(({ name, bytes }) => `${WORDS[name]} ${aboutBytes(bytes)}`)
    .join(', ');
}
