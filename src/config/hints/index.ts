import { batchHints } from './batch.ts';
import { dataHints } from './data.ts';
import { defaultHints } from './defaults.ts';
import type { Hint, HintInput, HintKind, HintSource } from './hint.ts';
import { knowledgeHints } from './knowledge.ts';
import { memoryHints } from './memory.ts';
import { parameterHints } from './parameters.ts';
import { stepHints } from './steps.ts';
import { timeHints } from './time.ts';
import { tokenHints } from './tokens.ts';

export type { Hint, HintInput, HintKind, HintSource } from './hint.ts';

/** Every kind of hint, in the order in which they stand behind one value. A new kind is one file and its line here. */
export const HINTS: readonly HintSource[] = [
  dataHints,
  tokenHints,
  knowledgeHints,
  parameterHints,
  memoryHints,
  batchHints,
  stepHints,
  timeHints,
  defaultHints,
];

/** What there is to say in the lines of a config, in their order; `kinds`: those that are wanted. */
export function hintsOf(input: HintInput, kinds?: ReadonlySet<HintKind>): Hint[] {
  return HINTS.filter(({ kind }) => kinds === undefined || kinds.has(kind))
    .flatMap((source) => source.of(input))
    .sort((a, b) => a.offset - b.offset);
}
