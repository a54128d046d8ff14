import { plural } from '../../base/text.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A step moves each number by the learning rate at most, about (Adam, Kingma and Ba 2015, section 2.1): few steps go nowhere. */
const FEW = 20;

export const fewSteps = defineRule({
  code: 'schedule.few-steps',
  level: 'hint',
  side: 'meaning',
  what: `A run counted in epochs has fewer than ${FEW} optimizer steps.`,
  why: 'AdamW moves a parameter by about the learning rate per step, so the model will be much the same at the end.',
  cure: 'Lower the batch, or write more epochs.',
  source: 'Kingma and Ba, Adam (arXiv 1412.6980), section 2.1',
  find: ({ parsed, about }) => {
    const [length, rows] = [about.length(), about.rows()];
    if (length === undefined || rows === undefined || (settingOf(parsed, 'max_steps') ?? -1) > 0) return [];
    // A batch that is larger than the data is the cause then, and said.
    const isBatch = rows.perEpoch === 0 || length.effectiveBatchSize > rows.perEpoch;
    // A teacher's warm-up has as many steps at least, and would be longer than the run: that is said as well.
    const hasWarmUp = about.config()?.self_distill?.teacher === 'snapshot';
    return length.steps < FEW && !isBatch && !hasWarmUp ? [length] : [];
  },
  tell: ({ steps, effectiveBatchSize }, { parsed }) => {
    const path = firstWritten(parsed, ['per_device_train_batch_size'], ['num_train_epochs'], ['train_file']);
    return {
      path,
      range: valueRange(parsed, path),
      message: `The run has only ${plural(steps, 'step')} of ${plural(effectiveBatchSize, 'row')}, which hardly move the model: lower \`per_device_train_batch_size\`, or write more \`num_train_epochs\`.`,
    };
  },
});

const ROWS = { data: { 'rows.jsonl': { rows: 40 } } };

export const examples: Examples = {
  good: [
    { text: 'num_train_epochs: 4\n', world: ROWS },
    { text: 'max_steps: 2\n', world: ROWS },
    {
      text: 'per_device_train_batch_size: 64  # holdfast-ignore schedule.batch-larger-than-data\n',
      world: ROWS,
    },
    { text: 'num_train_epochs: 1\n' },
  ],
  bad: [
    {
      text: 'num_train_epochs: 1\n',
      world: ROWS,
      says: [
        'The run has only 5 steps of 8 rows, which hardly move the model: lower `per_device_train_batch_size`, or write more `num_train_epochs`.',
      ],
    },
  ],
};
