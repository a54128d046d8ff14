import { setSetting } from '../edits.ts';
import { keyRange, valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Forgetting needs something that was known. */
export const randomModel = defineRule({
  code: 'probes.random-model',
  level: 'warning',
  side: 'meaning',
  what: 'Probe sets are asked of a model that starts from random weights.',
  why: 'It knows no fact, so that there is nothing to forget: every question is asked before the run, and forgetting is not measured after all.',
  cure: 'Write `probes: {sets: []}`.',
  find: ({ about }) => {
    const config = about.config();
    const sets = config?.probes.sets ?? [];
    return config?.from_config === true && sets.length > 0 ? [sets] : [];
  },
  tell: (_, { parsed }) => {
    const isWritten = valueAt(parsed.value, SETS) !== undefined;
    return {
      path: SETS,
      range: isWritten ? valueRange(parsed, SETS) : keyRange(parsed, ['from_config']),
      message:
        '`from_config: true` starts from random weights, which know none of the facts of `probes.sets`, so that nothing can be forgotten: write `probes: {sets: []}`.',
      fixes: [{ title: 'Write sets: []', edits: [setSetting(parsed, SETS, '[]')], isCertain: false }],
    };
  },
});

const SETS = ['probes', 'sets'];

export const examples: Examples = {
  good: [{ text: 'from_config: true\nprobes: {sets: []}\n' }, { text: 'probes: {sets: auto}\n' }],
  bad: [
    {
      text: 'from_config: true\n',
      says: [
        '`from_config: true` starts from random weights, which know none of the facts of `probes.sets`, so that nothing can be forgotten: write `probes: {sets: []}`.',
      ],
      fixed: 'from_config: true\nprobes: {sets: []}\n',
    },
    {
      text: 'from_config: true\nprobes:\n  sets: auto\n',
      says: [
        '`from_config: true` starts from random weights, which know none of the facts of `probes.sets`, so that nothing can be forgotten: write `probes: {sets: []}`.',
      ],
      fixed: 'from_config: true\nprobes:\n  sets: []\n',
    },
  ],
};
