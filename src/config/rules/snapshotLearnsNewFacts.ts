import { grouped } from '../../base/format.ts';
import { replaceValue } from '../edits.ts';
import { fewerThanNeeded, LEAST_KNOWN_FOR_SNAPSHOT } from '../knownRows.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A teacher that has learned the new facts has begun to forget the old ones. */
export const snapshotLearnsNewFacts = defineRule({
  code: 'self-distill.snapshot-learns-new-facts',
  level: 'hint',
  side: 'meaning',
  what: 'The teacher is warmed up on all rows, although there are enough that the base model knows.',
  why: 'It learns new facts before it teaches, and forgets with them: in a model of 1 M parameters 12.6 % of the old facts were lost, against 8.3 % after a warm-up on known rows.',
  cure: 'Write `snapshot_data: known`, or leave it out.',
  source: 'arXiv 2604.15574, section 4.1, and our own lab',
  find: (input) => (canDoWithKnown(input) ? [input.about.knowledge()?.known] : []),
  tell: (known, { parsed }) => ({
    path: DATA,
    range: valueRange(parsed, DATA),
    message: `\`snapshot_data: all\` lets the teacher learn new facts before it teaches, so that it protects the old ones less (12.6 % lost against 8.3 % in our lab): write \`known\`${
      known === undefined
        ? ` if the model knows ${LEAST_KNOWN_FOR_SNAPSHOT} rows or more`
        : `, which ${grouped(known)} rows are`
    }.`,
    fixes: [{ title: 'Change to known', edits: [replaceValue(parsed, DATA, 'known')], isCertain: false }],
  }),
});

const DATA = ['self_distill', 'snapshot_data'];

function canDoWithKnown({ about }: RuleInput): boolean {
  const distill = about.config()?.self_distill;
  if (distill?.teacher !== 'snapshot' || distill.snapshot_data !== 'all' || distill.kd_weight === 0)
    return false;
  return fewerThanNeeded(about) === undefined && about.knowledge()?.new !== 0;
}

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n' },
    { text: 'self_distill: {snapshot_data: all}\n', world: { model: {}, knowledge: { known: 31 } } },
    { text: 'self_distill: {snapshot_data: all}\n', world: { model: {}, knowledge: { new: 0 } } },
    { text: 'self_distill: {snapshot_data: all, kd_weight: 0}\n' },
    {
      text: 'self_distill: {snapshot_data: all}\n',
      world: { data: { 'rows.jsonl': { kinds: { text: 100, completion: 0, question: 0, chat: 0 } } } },
    },
  ],
  bad: [
    {
      text: 'self_distill: {snapshot_data: all}\n',
      says: [
        '`snapshot_data: all` lets the teacher learn new facts before it teaches, so that it protects the old ones less (12.6 % lost against 8.3 % in our lab): write `known` if the model knows 32 rows or more.',
      ],
      fixed: 'self_distill: {snapshot_data: known}\n',
    },
    {
      text: 'self_distill:\n  snapshot_data: all  # the mix\n',
      world: { model: {}, knowledge: { known: 1_050, new: 950 } },
      says: [
        '`snapshot_data: all` lets the teacher learn new facts before it teaches, so that it protects the old ones less (12.6 % lost against 8.3 % in our lab): write `known`, which 1,050 rows are.',
      ],
      fixed: 'self_distill:\n  snapshot_data: known  # the mix\n',
    },
  ],
};
