import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Results are kept by the name of their set: a second one would overwrite the first. */
export const duplicateProbeSet = defineRule({
  code: 'config.duplicate-probe-set',
  level: 'error',
  side: 'meaning',
  what: 'Two probe sets have the same name.',
  why: 'Results are shown by name, so those of one set would be taken for the other’s.',
  cure: 'Give each set a name of its own.',
  find: ({ parsed }) => repeatedNames(valueAt(parsed.value, ['probes', 'sets'])),
  tell: ({ name, index }, { parsed }) => {
    const path = ['probes', 'sets', index, 'name'];
    const message = `Two probe sets are called ${show(name)}: give each a name of its own.`;
    return { path, range: valueRange(parsed, path), message };
  },
});

function repeatedNames(sets: unknown): { readonly name: string; readonly index: number }[] {
  const seen = new Set<string>();
  return (Array.isArray(sets) ? sets : []).flatMap((set: unknown, index) => {
    const name = valueAt(set, ['name']);
    if (typeof name !== 'string') return [];
    if (seen.has(name)) return [{ name, index }];
    seen.add(name);
    return [];
  });
}

export const examples: Examples = {
  good: [
    { text: 'probes: {sets: [{name: a, file: rows.jsonl}, {name: b, file: more.jsonl}]}\n' },
    // Names are told apart by case.
    { text: 'probes: {sets: [{name: a, file: rows.jsonl}, {name: A, file: more.jsonl}]}\n' },
    { text: 'probes: {sets: auto}\n' },
  ],
  bad: [
    {
      text: 'probes: {sets: [{name: own, file: rows.jsonl}, {name: own, file: more.jsonl}]}\n',
      says: ['Two probe sets are called `own`: give each a name of its own.'],
    },
    {
      text: 'probes:\n  sets:\n    - {name: own, file: rows.jsonl}\n    - {name: own, file: more.jsonl}\n    - {name: own, file: more.jsonl}\n',
      says: [
        'Two probe sets are called `own`: give each a name of its own.',
        'Two probe sets are called `own`: give each a name of its own.',
      ],
    },
  ],
};
