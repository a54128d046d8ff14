import { expect, test } from 'vitest';
import { knowledgeAdvice } from '../../src/data/advice.ts';

test.each([
  ['nothing known', { known: 0, maybe: 0, new: 40 }, /^The model answers no row under these prompts: .*--prompt/],
  ['nothing new', { known: 35, maybe: 5, new: 0 }, /^No row is new to the model.*trainable_groups: \[attention\]/],
  ['half new', { known: 50, maybe: 10, new: 60 }, /^50 % of the rows are new facts.*\(self_distill: \{\}\)/],
  // The warm-up of the teacher needs 32 known rows.
  ['few known', { known: 31, maybe: 0, new: 60 }, /^66 % .*\(self_distill: \{snapshot_data: all\}\)/],
  ['enough known', { known: 32, maybe: 0, new: 60 }, /^65 % .*\(self_distill: \{\}\)/],
])('%s', (_name, counts, advice) => {
  expect(knowledgeAdvice(counts)).toMatch(advice);
  // One sentence.
  expect(knowledgeAdvice(counts).match(/\.( |$)/g)).toHaveLength(1);
});

test('in an editor it names what is there, no flags', () => {
  for (const counts of [
    { known: 0, maybe: 0, new: 40 },
    { known: 50, maybe: 10, new: 60 },
  ]) {
    const advice = knowledgeAdvice(counts, 'editor');
    expect(advice).toMatch(/`probes\.prompts`|Probe Knowledge/);
    expect(advice).not.toContain('--');
  }
});
