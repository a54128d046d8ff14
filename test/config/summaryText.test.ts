import { expect, test } from 'vitest';
import type { Summary } from '../../src/config/summary.ts';
import { summaryLines } from '../../src/config/summaryText.ts';

const part = (name: string, bytes: number): never => ({ name, bytes }) as never;

test.each<[Summary, string[]]>([
  [{}, []],
  [{ num_rows: 800 }, ['Data: 800 rows']],
  [
    { num_rows: 1_200, num_unreadable: 2, num_train_tokens: 30_000 },
    ['Data: 1,200 rows, 30,000 tokens in all epochs, 2 more cannot be read and are left out'],
  ],
  [
    { steps: 130, snapshot_steps: 20, effective_batch_size: 64, evaluations: 12 },
    ['Steps: 130 optimizer steps of 64 rows after 20 of warm-up, 12 evaluations'],
  ],
  [{ steps: 130, snapshot_steps: 0 }, ['Steps: 130 optimizer steps']],
  [{ num_parameters: 1_000, num_trainable_parameters: 1_000 }, ['Parameters: 1,000, all trained']],
  [{ num_parameters: 1_000, num_trainable_parameters: 250 }, ['Parameters: 250 of 1,000 trained (25.0 %)']],
  [
    {
      device: 'this machine',
      memory: {
        parts: [part('weights', 1e9), part('other_phases', 3e9), part('optimizer', 2e9), part('logits', 1e6)],
        total_bytes: 6.001e9,
        device_bytes: 16e9,
        is_measured: false,
      },
    },
    [
      'Memory: about 6.0 GB of 16.0 GB on this machine (other phases 3.0 GB, optimizer 2.0 GB, weights 1.0 GB; by formula, such a device could not be measured)',
    ],
  ],
  [
    { disk: { checkpoint_bytes: 13e6, teacher_bytes: 5e6, free_bytes: 60e9 } },
    ['Disk: 13 MB a checkpoint, 5 MB for the teacher, 60.0 GB free'],
  ],
  [
    { time: { seconds: 93, low: 47, high: 187, basis: 'measured constants' } },
    ['Time: about 1:33 of training (estimated, 0:47 to 3:07)'],
  ],
  [
    { time: { seconds: 93, low: 80, high: 110, basis: 'last run' } },
    ['Time: about 1:33 of training (as fast as its last run)'],
  ],
  [
    { knowledge: { known: 50, maybe: 10, new: 40 } },
    ['New facts: 40.0 % of the rows are new to the model (40 of 100)'],
  ],
])('%j', (summary, expected) => {
  expect(summaryLines(summary).map(({ name, text }) => `${name}: ${text}`)).toEqual(expected);
});
