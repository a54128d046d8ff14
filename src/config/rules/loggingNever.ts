import { plural } from '../../base/text.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

export const loggingNever = defineRule({
  code: 'schedule.logging-never',
  level: 'hint',
  side: 'meaning',
  what: '`logging_steps` is as long as the run, or longer.',
  why: 'The loss is one point, at the end: there is no curve to watch.',
  cure: 'Delete it: every step is written by default, and costs nothing.',
  find: ({ parsed, about }) => {
    const every = settingOf(parsed, 'logging_steps') ?? 1;
    const steps = about.steps();
    return steps !== undefined && steps > 1 && every >= steps ? [{ every, steps }] : [];
  },
  tell: ({ every, steps }, { parsed }) => ({
    path: ['logging_steps'],
    range: valueRange(parsed, ['logging_steps']),
    message: `\`logging_steps\` is \`${every}\` and the run has ${plural(steps, 'step')}, so the loss is a single point: write \`1\`.`,
    fixes: [
      { title: 'Change to 1', edits: [replaceValue(parsed, ['logging_steps'], '1')], isCertain: false },
    ],
  }),
});

export const examples: Examples = {
  good: [
    { text: 'logging_steps: 10\nmax_steps: 11\n' },
    { text: 'logging_steps: 500\n' },
    { text: 'max_steps: 1\n' },
  ],
  bad: [
    {
      text: 'logging_steps: 500\nmax_steps: 100\n',
      says: ['`logging_steps` is `500` and the run has 100 steps, so the loss is a single point: write `1`.'],
      fixed: 'logging_steps: 1\nmax_steps: 100\n',
    },
  ],
};
