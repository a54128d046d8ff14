import { addSelfDistillation } from './addSelfDistillation.ts';
import { removeCures } from './removeCures.ts';
import type { Refactoring } from './refactoring.ts';
import { splitOffEvaluation } from './splitOffEvaluation.ts';
import { trainAttentionOnly } from './trainAttentionOnly.ts';

export type { Move, Refactoring } from './refactoring.ts';

/** In the order of a menu. */
export const REFACTORINGS: readonly Refactoring[] = [
  addSelfDistillation,
  trainAttentionOnly,
  removeCures,
  splitOffEvaluation,
];
