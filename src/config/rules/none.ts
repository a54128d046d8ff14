import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What is not measured is lost unseen. */
export const none = defineRule({
  code: 'probes.none',
  level: 'hint',
  side: 'meaning',
  what: '`probes.sets` is an empty list.',
  why: 'Forgetting is not measured: nobody will see what the model loses, and no checkpoint can be chosen by it.',
  cure: 'Write `sets: auto` for the general-knowledge set that comes with Holdfast, or name your own.',
  find: ({ parsed, about }) => {
    // Random weights know nothing that could be lost.
    const isFresh = about.config()?.from_config === true;
    const sets = valueAt(parsed.value, SETS);
    return !isFresh && Array.isArray(sets) && sets.length === 0 ? [sets] : [];
  },
  tell: (_, { parsed }) => ({
    path: SETS,
    range: valueRange(parsed, SETS),
    message:
      '`probes.sets` is an empty list, so that forgetting is not measured: write `auto` for the set that comes with Holdfast, or name your own.',
    fixes: [{ title: 'Change to auto', edits: [replaceValue(parsed, SETS, 'auto')], isCertain: false }],
  }),
});

const SETS = ['probes', 'sets'];

export const examples: Examples = {
  good: [
    { text: 'probes: {sets: auto}\n' },
    { text: 'probes: {max_forgetting: 0.1}\n' },
    { text: 'from_config: true\nprobes: {sets: []}\n' },
  ],
  bad: [
    {
      text: 'probes:\n  sets: []  # quick\n',
      says: [
        '`probes.sets` is an empty list, so that forgetting is not measured: write `auto` for the set that comes with Holdfast, or name your own.',
      ],
      fixed: 'probes:\n  sets: auto  # quick\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "probes": {"sets": []}}\n',
      isWhole: true,
      says: [
        '`probes.sets` is an empty list, so that forgetting is not measured: write `auto` for the set that comes with Holdfast, or name your own.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "probes": {"sets": "auto"}}\n',
    },
  ],
};
