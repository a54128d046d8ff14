import { expect, test } from 'vitest';
import { RunConfigSchema, type RunConfigInput } from '../../src/protocol/runConfig.ts';
import { methodLabel } from '../../src/runs/methodLabel.ts';

test.each<[Partial<RunConfigInput>, string]>([
  [{}, 'SFT'],
  [{ self_distill: {} }, 'self-distill'],
  [{ self_distill: { kd_weight: 0 } }, 'SFT after warm-up'],
  [{ self_distill: { kd_weight: 0, teacher: 'base' } }, 'SFT'],
  [{ self_distill: { positions: 'completion', kd_weight: 2 } }, 'self-distill, completion, weight 2'],
  [{ self_distill: { teacher: 'base' } }, 'self-distill, teacher base'],
  [{ self_distill: { teacher: '/m/other' } }, 'self-distill, other teacher'],
  [{ self_distill: { snapshot_data: 'all' } }, 'self-distill, warm-up on all'],
  [{ freeze: { trainable_groups: ['attention'] } }, 'attention only'],
  [{ freeze: { groups: ['ffn', 'layers 0-1'] } }, 'ffn, layers 0-1 frozen'],
  [
    { self_distill: {}, freeze: { trainable_groups: ['attention'], groups: ['o'] } },
    'self-distill + attention only, o frozen',
  ],
])('%j: %s', (blocks, label) => {
  const config = RunConfigSchema.parse({ version: 1, model_name_or_path: 'm', train_file: 't', ...blocks });
  expect(methodLabel(config)).toBe(label);
});
