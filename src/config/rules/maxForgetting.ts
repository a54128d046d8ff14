import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A limit that everything or nothing exceeds tells nothing. */
export const maxForgetting = defineRule({
  code: 'probes.max-forgetting',
  level: 'hint',
  side: 'meaning',
  what: '`probes.max_forgetting` is 0 or 1.',
  why: 'Above 0 is every single fact that was answered otherwise, and no checkpoint counts as the best; above 1 is nothing, and no warning ever comes.',
  cure: 'Write `0.05`, the default, or what your use can bear.',
  find: ({ about }) => {
    const limit = about.config()?.probes.max_forgetting;
    return limit === 0 || limit === 1 ? [limit] : [];
  },
  tell: (limit, { parsed }) => ({
    path: LIMIT,
    range: valueRange(parsed, LIMIT),
    message:
      limit === 0
        ? '`probes.max_forgetting` is `0`, which one fact answered otherwise exceeds: write `0.05`, the default, or what can be borne.'
        : '`probes.max_forgetting` is `1`, which nothing exceeds, so that no loss is ever warned of: write `0.05`, the default, or what can be borne.',
    fixes: [{ title: 'Change to 0.05', edits: [replaceValue(parsed, LIMIT, '0.05')], isCertain: false }],
  }),
});

const LIMIT = ['probes', 'max_forgetting'];

export const examples: Examples = {
  good: [{ text: 'probes: {max_forgetting: 0.5}\n' }, { text: 'probes: {max_forgetting: 5}\n' }],
  bad: [
    {
      text: 'probes:\n  max_forgetting: 0  # nothing at all\n',
      says: [
        '`probes.max_forgetting` is `0`, which one fact answered otherwise exceeds: write `0.05`, the default, or what can be borne.',
      ],
      fixed: 'probes:\n  max_forgetting: 0.05  # nothing at all\n',
    },
    {
      text: 'probes: {max_forgetting: 1.0}\n',
      says: [
        '`probes.max_forgetting` is `1`, which nothing exceeds, so that no loss is ever warned of: write `0.05`, the default, or what can be borne.',
      ],
      fixed: 'probes: {max_forgetting: 0.05}\n',
    },
  ],
};
