import { plural } from '../../base/text.ts';
import { grouped } from '../../base/format.ts';
import { removeSetting, setSetting } from '../edits.ts';
import { LEAST_KNOWN_FOR_SNAPSHOT, tooFewKnown, type TooFewKnown } from '../knownRows.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import type { Range } from '../range.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A teacher that has seen the answers' format a few times would hold the whole run to the wrong one. */
export const fewKnown = defineRule({
  code: 'self-distill.few-known',
  level: 'error',
  side: 'meaning',
  what: 'Fewer than 32 training rows are known to the base model, and the teacher shall be warmed up on known rows.',
  why: 'The warm-up teaches the format of answers without a new fact; with fewer rows it would teach it badly, so the engines refuse to start.',
  cure: 'Write `snapshot_data: all`, or add rows that the model knows.',
  find: ({ about }) => {
    const reason = tooFewKnown(about);
    return reason === undefined ? [] : [reason];
  },
  tell: (reason, { parsed }) => ({
    path: ['self_distill', 'snapshot_data'],
    range: rangeOf(parsed),
    message: messageOf(reason),
    fixes: [fixOf(reason, parsed)],
  }),
});

function rangeOf(parsed: ParsedConfig): Range {
  const written = [
    ['self_distill', 'snapshot_data'],
    ['self_distill', 'teacher'],
  ].find((path: Path) => valueAt(parsed.value, path) !== undefined);
  return written === undefined ? keyRange(parsed, ['self_distill']) : valueRange(parsed, written);
}

const NEED = `the warm-up for the teacher needs ${LEAST_KNOWN_FOR_SNAPSHOT}`;

function messageOf(reason: TooFewKnown): string {
  switch (reason.because) {
    case 'random':
      return `\`from_config: true\` starts from random weights, which know no row, and ${NEED} known ones: delete \`self_distill\`, or name a trained \`teacher\`.`;
    case 'rows': {
      const rows =
        reason.asking === 0
          ? 'No row asks'
          : `Only ${plural(reason.asking, 'row')} ${reason.asking === 1 ? 'asks' : 'ask'}`;
      return `${rows} anything that the base model could know, and ${NEED} known ones: write \`snapshot_data: all\`.`;
    }
    case 'probe':
      return `The base model knows only ${grouped(reason.known)} of the ${grouped(reason.asked)} rows, and ${NEED}: write \`snapshot_data: all\`, or add rows that it knows.`;
  }
}

function fixOf({ because }: TooFewKnown, parsed: ParsedConfig): Fix {
  return because === 'random'
    ? { title: 'Delete self_distill', edits: [removeSetting(parsed, ['self_distill'])], isCertain: false }
    : {
        title: 'Write snapshot_data: all',
        edits: [setSetting(parsed, ['self_distill', 'snapshot_data'], 'all')],
        isCertain: false,
      };
}

const TEXT = { data: { 'rows.jsonl': { kinds: { text: 100, completion: 0, question: 0, chat: 0 } } } };

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n', world: { model: {}, knowledge: { known: 32 } } },
    { text: 'self_distill: {snapshot_data: all}\n', world: { model: {}, knowledge: { known: 3 } } },
    { text: 'self_distill: {teacher: base}\n', world: { model: {}, knowledge: { known: 3 } } },
    // Not probed yet: the engine asks.
    { text: 'self_distill: {}\n', world: { model: {}, knowledge: { probed: false, known: 0 } } },
    { text: 'self_distill: {}\n', world: { data: { 'rows.jsonl': { rows: 0 } } } },
  ],
  bad: [
    {
      text: 'self_distill: {}  # keep the old answers\n',
      world: { model: {}, knowledge: { known: 31, maybe: 9, new: 1_960 } },
      says: [
        'The base model knows only 31 of the 2,000 rows, and the warm-up for the teacher needs 32: write `snapshot_data: all`, or add rows that it knows.',
      ],
      fixed: 'self_distill: {snapshot_data: all}  # keep the old answers\n',
    },
    // The control has the same warm-up.
    {
      text: 'per_device_train_batch_size: 1\nself_distill:\n  kd_weight: 0\n  snapshot_data: known\n',
      world: {
        data: { 'rows.jsonl': { rows: 20, kinds: { text: 0, completion: 1, question: 0, chat: 0 } } },
      },
      says: [
        'Only 1 row asks anything that the base model could know, and the warm-up for the teacher needs 32 known ones: write `snapshot_data: all`.',
      ],
      alsoSays: ['self-distill.control'],
      fixed: 'per_device_train_batch_size: 1\nself_distill:\n  kd_weight: 0\n  snapshot_data: all\n',
    },
    {
      text: 'self_distill: {teacher: snapshot}\n',
      world: TEXT,
      says: [
        'No row asks anything that the base model could know, and the warm-up for the teacher needs 32 known ones: write `snapshot_data: all`.',
      ],
      fixed: 'self_distill: {teacher: snapshot, snapshot_data: all}\n',
    },
    {
      text: 'from_config: true\nself_distill: {}\nprobes: {sets: []}\n',
      says: [
        '`from_config: true` starts from random weights, which know no row, and the warm-up for the teacher needs 32 known ones: delete `self_distill`, or name a trained `teacher`.',
      ],
      fixed: 'from_config: true\nprobes: {sets: []}\n',
    },
  ],
};
