import { grouped } from '../../base/format.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Right for a trial, and a surprise for whoever has copied the line from one. */
export const partOfAnEpoch = defineRule({
  code: 'schedule.part-of-an-epoch',
  level: 'hint',
  side: 'meaning',
  what: '`max_steps` ends the run before every row was seen once.',
  why: 'The rest of the data is never trained on.',
  cure: 'Raise `max_steps` to the steps of an epoch, or delete it and write `num_train_epochs`.',
  find: ({ about }) => {
    const [config, length] = [about.config(), about.length()];
    const most = config?.max_steps ?? -1;
    return length !== undefined && most > 0 && most < length.stepsPerEpoch ? [{ most, length }] : [];
  },
  tell: ({ most, length }, { parsed, about }) => ({
    path: ['max_steps'],
    range: valueRange(parsed, ['max_steps']),
    message: `\`max_steps\` is \`${most}\` and an epoch has ${grouped(length.stepsPerEpoch)} steps, so only ${grouped(most * length.effectiveBatchSize)} of ${grouped(about.rows()?.perEpoch)} rows are seen: raise it, or write \`num_train_epochs\` instead.`,
  }),
});

const ROWS = { data: { 'rows.jsonl': { rows: 5_000 } } };

export const examples: Examples = {
  good: [
    { text: 'max_steps: 625\n', world: ROWS },
    { text: 'max_steps: 10\n' },
    { text: 'num_train_epochs: 0.5\n', world: ROWS },
  ],
  bad: [
    {
      text: 'max_steps: 100\n',
      world: ROWS,
      says: [
        '`max_steps` is `100` and an epoch has 625 steps, so only 800 of 5,000 rows are seen: raise it, or write `num_train_epochs` instead.',
      ],
    },
  ],
};
