import type { PatternFault } from '../../data/parameterGroups.ts';
import { removePattern, replacePattern } from '../freezeFixes.ts';
import type { FreezePattern } from '../freezePatterns.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface Fused {
  readonly item: FreezePattern;
  readonly fault: PatternFault;
  /** Whether an item before it asks for a part of the same group, which is cured by naming the group. */
  readonly isRepeated: boolean;
}

/** Half of a tensor can neither move nor stand still. */
export const fusedTensor = defineRule({
  code: 'freeze.fused-tensor',
  level: 'error',
  side: 'meaning',
  what: 'An item of `freeze` names one projection, and this model keeps several of them in one tensor.',
  why: 'A tensor moves as a whole or not at all, so the engine refuses to start.',
  cure: 'Write the group that holds the whole tensor: `attention` or `ffn`.',
  find: fusedItems,
  tell: ({ item, fault, isRepeated }, { parsed }) => {
    const [wider = 'attention'] = fault.meant();
    return {
      path: item.path,
      range: valueRange(parsed, item.path),
      message: `${quote(item.pattern)} is only a part of ${quote(fault.tensor ?? '')}, a tensor that cannot be split: write ${quote(wider)}.`,
      fixes: [isRepeated ? removePattern(parsed, item, false) : replacePattern(parsed, item, wider, false)],
    };
  },
});

function fusedItems({ about }: RuleInput): readonly Fused[] {
  const found = about.freezePatterns().flatMap((item) => {
    const { match } = item;
    return match !== undefined && 'kind' in match && match.kind === 'fused' ? [{ item, fault: match }] : [];
  });
  return found.map((one, index) => ({
    ...one,
    isRepeated: found
      .slice(0, index)
      .some(({ item, fault }) => item.key === one.item.key && fault.meant()[0] === one.fault.meant()[0]),
  }));
}

const GPT2 = {
  config: { model_type: 'gpt2' },
  tensors: [
    { name: 'wte.weight', shape: [500, 64], dtype: 'F32' },
    { name: 'h.0.attn.c_attn.weight', shape: [64, 192], dtype: 'F32' },
    { name: 'h.0.mlp.c_fc.weight', shape: [64, 256], dtype: 'F32' },
  ],
};

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [q, gate]}\n', world: { model: {} } },
    { text: 'engine: torch\nfreeze: {groups: [attention, c_attn, up]}\n', world: { model: GPT2 } },
  ],
  bad: [
    {
      text: 'engine: torch\nfreeze:\n  trainable_groups: [q, v]  # as in the paper\n',
      world: { model: GPT2 },
      says: [
        '`q` is only a part of `transformer.h.0.attn.c_attn.weight`, a tensor that cannot be split: write `attention`.',
        '`v` is only a part of `transformer.h.0.attn.c_attn.weight`, a tensor that cannot be split: write `attention`.',
      ],
      fixed: 'engine: torch\nfreeze:\n  trainable_groups: [attention]  # as in the paper\n',
    },
    {
      text: 'engine: torch\nfreeze:\n  groups:\n    - attention\n    - k\n',
      world: { model: GPT2 },
      says: [
        '`k` is only a part of `transformer.h.0.attn.c_attn.weight`, a tensor that cannot be split: write `attention`.',
      ],
      fixed: 'engine: torch\nfreeze:\n  groups:\n    - attention\n',
    },
  ],
};
