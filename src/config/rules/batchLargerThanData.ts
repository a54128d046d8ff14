import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import { setSetting } from '../edits.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A step over all rows at once learns as much as a step over a few of them, and there are fewer steps. */
export const batchLargerThanData = defineRule({
  code: 'schedule.batch-larger-than-data',
  level: 'warning',
  side: 'meaning',
  what: 'One optimizer step takes more rows than there are.',
  why: 'An epoch is a single step, so the model hardly moves, and most of the batch is never filled.',
  cure: 'Lower `per_device_train_batch_size` or `gradient_accumulation_steps`, so that an epoch has at least ten steps.',
  find: ({ about }) => {
    const [rows, batch] = [about.rows()?.perEpoch ?? 0, about.length()?.effectiveBatchSize ?? 0];
    return rows > 0 && batch > rows ? [{ rows, batch }] : [];
  },
  tell: ({ rows, batch }, { parsed, about }) => {
    const config = about.config();
    const size = config?.per_device_train_batch_size ?? 1;
    const key = size > rows || size === batch ? 'per_device_train_batch_size' : 'gradient_accumulation_steps';
    const path = firstWritten(parsed, [key], ['per_device_train_batch_size'], ['launch'], ['train_file']);
    const least = tenStepsOf(rows);
    return {
      path,
      range: valueRange(parsed, path),
      message: `A step takes ${grouped(batch)} rows and the data has only ${grouped(rows)}, so an epoch is ${plural(1, 'step')}: write \`per_device_train_batch_size: ${least}\`${size === batch ? '' : ' and no accumulation'}.`,
      fixes:
        size === batch
          ? [
              {
                title: `Set per_device_train_batch_size: ${least}`,
                edits: [setSetting(parsed, ['per_device_train_batch_size'], String(least))],
                isCertain: false,
              },
            ]
          : [],
    };
  },
});

/** The largest power of two that makes at least ten steps of an epoch. */
function tenStepsOf(rows: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(rows / 10)));
}

const rows = (count: number) => ({ data: { 'rows.jsonl': { rows: count } } });

export const examples: Examples = {
  good: [
    { text: 'per_device_train_batch_size: 64\n', world: rows(64) },
    { text: 'per_device_train_batch_size: 64\n' },
    {
      text: 'train_file: [{path: rows.jsonl, weight: 2}]\nversion: 1\nmodel_name_or_path: model\nper_device_train_batch_size: 64\n',
      isWhole: true,
      world: rows(40),
    },
  ],
  bad: [
    {
      text: 'per_device_train_batch_size: 64  # of 80 GB\n',
      world: rows(40),
      says: [
        'A step takes 64 rows and the data has only 40, so an epoch is 1 step: write `per_device_train_batch_size: 4`.',
      ],
      fixed: 'per_device_train_batch_size: 4  # of 80 GB\n',
    },
    {
      text: 'gradient_accumulation_steps: 16\n',
      world: rows(100),
      says: [
        'A step takes 128 rows and the data has only 100, so an epoch is 1 step: write `per_device_train_batch_size: 8` and no accumulation.',
      ],
    },
    {
      text: 'seed: 1\n',
      world: rows(5),
      says: [
        'A step takes 8 rows and the data has only 5, so an epoch is 1 step: write `per_device_train_batch_size: 1`.',
      ],
      fixed: 'seed: 1\nper_device_train_batch_size: 1\n',
    },
  ],
};
