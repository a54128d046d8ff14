import { REFACTORINGS } from '../config/refactor/index.ts';
import type { RuleInput } from '../config/rules/rule.ts';
import type { OfferedRefactoring } from './messages.ts';

/** What may be done with this config beyond mending it. */
export function offeredRefactorings(input: RuleInput): OfferedRefactoring[] {
  return REFACTORINGS.filter((refactoring) => refactoring.isOffered(input)).map(
    ({ id, title, edits, move }) => ({
      id,
      title,
      edits: edits(input),
      ...(move === undefined ? {} : { move: move(input) }),
    }),
  );
}
