import { inTurn, removeSetting } from '../edits.ts';
import type { ParsedConfig } from '../parse.ts';
import type { Refactoring } from './refactoring.ts';

const CURES = ['self_distill', 'freeze'];

/** What a cure is compared with. */
export const removeCures: Refactoring = {
  id: 'train-plainly',
  title: 'Train plainly, without self-distillation and freezing',
  isOffered: ({ parsed }) => curesIn(parsed).length > 0,
  edits: ({ parsed }) => [
    inTurn(
      parsed,
      curesIn(parsed).map((key) => (now: ParsedConfig) => removeSetting(now, [key])),
    ),
  ],
};

function curesIn({ value }: ParsedConfig): string[] {
  return CURES.filter((key) => value?.[key] !== undefined);
}
