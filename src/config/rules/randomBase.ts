import { removeSetting } from '../edits.ts';
import { keyRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Adapters correct a model; there is nothing to correct in noise. */
export const randomBase = defineRule({
  code: 'lora.random-base',
  level: 'warning',
  side: 'meaning',
  what: '`lora` stands beside `from_config: true`.',
  why: 'Everything but the adapters stays as it was made at random, so that hardly anything can be learned.',
  cure: 'Delete `lora`, or start from trained weights.',
  find: ({ about }) => {
    const config = about.config();
    return config?.from_config === true && config.lora !== undefined ? ['lora'] : [];
  },
  tell: (key, { parsed }) => ({
    path: [key],
    range: keyRange(parsed, [key]),
    message:
      '`lora` leaves all weights as `from_config: true` makes them at random, and adapters alone cannot learn a language: delete `lora`, or start from trained weights.',
    fixes: [{ title: 'Delete lora', edits: [removeSetting(parsed, [key])], isCertain: false }],
  }),
});

export const examples: Examples = {
  good: [{ text: 'from_config: true\nprobes: {sets: []}\n' }, { text: 'lora: {}\nlearning_rate: 1.0e-4\n' }],
  bad: [
    {
      text: 'from_config: true\nlora:\n  r: 8\nlearning_rate: 1.0e-4\nprobes: {sets: []}\n',
      says: [
        '`lora` leaves all weights as `from_config: true` makes them at random, and adapters alone cannot learn a language: delete `lora`, or start from trained weights.',
      ],
      fixed: 'from_config: true\nlearning_rate: 1.0e-4\nprobes: {sets: []}\n',
    },
  ],
};
