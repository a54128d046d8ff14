import { setSetting } from './edits.ts';
import { fewerThanNeeded } from './knownRows.ts';
import type { Fix } from './problem.ts';
import type { RuleInput } from './rules/rule.ts';

/** Self-distillation with its defaults; where too few rows are known to warm a teacher up on, with the rows that are there. */
export function selfDistillBlock({ about }: Pick<RuleInput, 'about'>): string {
  return fewerThanNeeded(about) === undefined ? '{}' : '{snapshot_data: all}';
}

/** Writes the block that lets new facts be learned and holds on to the old ones. */
export function addSelfDistill(input: Pick<RuleInput, 'about' | 'parsed'>): Fix {
  return {
    title: 'Add self-distillation',
    edits: [setSetting(input.parsed, ['self_distill'], selfDistillBlock(input))],
    isCertain: false,
  };
}

/** Writes the block that lets nothing but attention move. */
export function addAttentionOnly({ parsed }: Pick<RuleInput, 'parsed'>): Fix {
  return {
    title: 'Train attention only',
    edits: [setSetting(parsed, ['freeze'], '{trainable_groups: [attention]}')],
    isCertain: false,
  };
}
