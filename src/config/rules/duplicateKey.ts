import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** YAML readers disagree on which of two equal keys counts; nobody means both. */
export const duplicateKey = defineRule({
  code: 'config.duplicate-key',
  level: 'error',
  side: 'shape',
  what: 'A block holds the same key twice.',
  why: 'YAML readers keep one of the two and say nothing: the run would not be the one that the file seems to describe.',
  cure: 'Delete one of them.',
  find: ({ parsed }) => parsed.duplicates,
  tell: ({ path, range, firstLine }) => ({
    path,
    range,
    message: `${showPath(path)} is set already on line ${firstLine}: delete one of the two.`,
  }),
});

export const examples: Examples = {
  good: [
    { text: 'seed: 1\ndata_seed: 1\n' },
    // The same word in two blocks is two settings.
    { text: 'probes:\n  sets:\n    - {name: a, file: rows.jsonl}\n    - {name: b, file: more.jsonl}\n' },
  ],
  bad: [
    { text: 'seed: 1\nseed: 2\n', says: ['`seed` is set already on line 4: delete one of the two.'] },
    {
      text: 'probes: {on_exceeded: warn, on_exceeded: stop}\n',
      says: ['`probes.on_exceeded` is set already on line 4: delete one of the two.'],
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "version": 1}\n',
      isWhole: true,
      says: ['`version` is set already on line 1: delete one of the two.'],
    },
  ],
};
