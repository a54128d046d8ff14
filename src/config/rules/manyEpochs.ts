import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** After ten passes new facts are learned, and forgetting goes on (DESIGN 7, 30 epochs). */
const MANY = 20;

export const manyEpochs = defineRule({
  code: 'schedule.many-epochs',
  level: 'hint',
  side: 'meaning',
  what: `A fine-tune has ${MANY} epochs or more, and forgetting does not stop it.`,
  why: 'New facts are learned within about ten epochs, and what comes after only forgets: in Holdfast’s lab plain fine-tuning had lost 12.8 % of the held facts at epoch 10 and 16.7 % at epoch 30, self-distillation 4.2 % and 8.3 %.',
  cure: 'Write about `10` epochs, or let `probes.on_exceeded: stop` end the run in time.',
  source: 'Gekhman et al. 2024 (arXiv 2405.05904): early stopping hides the harm that 50 epochs show',
  find: ({ parsed, about }) => {
    const config = about.config();
    if (config === undefined || config.from_config || config.probes.on_exceeded === 'stop') return [];
    const epochs = settingOf(parsed, 'num_train_epochs') ?? 0;
    return config.max_steps <= 0 && epochs >= MANY ? [epochs] : [];
  },
  tell: (epochs, { parsed }) => ({
    path: ['num_train_epochs'],
    range: valueRange(parsed, ['num_train_epochs']),
    message: `\`num_train_epochs\` is \`${epochs}\`: new facts are learned in about 10 epochs and every further one only forgets, so write \`10\`, or \`on_exceeded: stop\` under \`probes\`.`,
    fixes: [
      { title: 'Change to 10', edits: [replaceValue(parsed, ['num_train_epochs'], '10')], isCertain: false },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'num_train_epochs: 10\n' },
    { text: 'num_train_epochs: 64\nfrom_config: true\n' },
    { text: 'num_train_epochs: 30\nprobes: {on_exceeded: stop}\n' },
  ],
  bad: [
    {
      text: 'num_train_epochs: 50  # to be sure\n',
      says: [
        '`num_train_epochs` is `50`: new facts are learned in about 10 epochs and every further one only forgets, so write `10`, or `on_exceeded: stop` under `probes`.',
      ],
      fixed: 'num_train_epochs: 10  # to be sure\n',
    },
  ],
};
