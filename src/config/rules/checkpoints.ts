import { aboutBytes } from '../approximately.ts';
import { plural } from '../../base/text.ts';
import { setSetting } from '../edits.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A run whose disk is full stops, however far it is. */
export const checkpoints = defineRule({
  code: 'disk.checkpoints',
  level: 'warning',
  side: 'meaning',
  what: 'All checkpoints that the run would keep, with what its teacher says, need more than is free on the disk.',
  why: 'A full disk stops the run; what was written stays, and it can be resumed once there is room.',
  cure: 'Lower `save_total_limit`, write `save_strategy: no` to keep the end only, or make room.',
  find: (input) => {
    const need = needOf(input);
    return need === undefined || need.all <= need.free || need.one > need.free ? [] : [need];
  },
  tell: ({ count, each, all, free, teacher, fitting }, { parsed }) => {
    const path = firstWritten(parsed, ['save_total_limit'], ['save_strategy'], ['model_name_or_path']);
    const kept = teacher === 0 ? '' : ` and ${aboutBytes(teacher)} of the teacher`;
    return {
      path,
      range: valueRange(parsed, path),
      message: `${plural(count, 'checkpoint')} of ${aboutBytes(each)}${kept} need ${aboutBytes(all)}, and ${aboutBytes(free)} are free on the disk: ${fitting === undefined ? 'write `save_strategy: no`' : `write \`save_total_limit: ${fitting}\``}, or make room.`,
      fixes:
        fitting === undefined
          ? []
          : [
              {
                title: `Set save_total_limit: ${fitting}`,
                edits: [setSetting(parsed, ['save_total_limit'], String(fitting))],
                isCertain: false,
              },
            ],
    };
  },
});

interface Need {
  readonly count: number;
  readonly each: number;
  readonly teacher: number;
  readonly all: number;
  /** With the last checkpoint only. */
  readonly one: number;
  readonly free: number;
  /** The largest limit that fits; undefined where none does. While one is written, one more lies there. */
  readonly fitting: number | undefined;
}

function needOf({ about }: RuleInput): Need | undefined {
  const [estimate, free] = [about.estimate(), about.freeDisk()];
  if (estimate === undefined || free === undefined) return undefined;
  const { checkpoint: each, teacher } = estimate.memory.disk;
  const count = estimate.steps.checkpoints;
  const room = Math.floor((free - teacher) / Math.max(1, each)) - 1;
  return {
    count,
    each,
    teacher,
    free,
    all: teacher + count * each,
    one: teacher + each,
    fitting: room >= 1 ? room : undefined,
  };
}

const KNOWN = { model: {}, tokens: { 'rows.jsonl': {} }, device: {} };

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { ...KNOWN, disk: { free_bytes: 1e9 } } },
    { text: 'seed: 1\n', world: KNOWN },
    // Not even one: another problem.
    { text: 'seed: 1\n', world: { ...KNOWN, disk: { free_bytes: 1e6 } } },
  ],
  bad: [
    {
      text: 'save_total_limit: 10  # to choose from\n',
      world: { ...KNOWN, disk: { free_bytes: 6e6 } },
      says: [
        '11 checkpoints of 1.4 MB need 15 MB, and 6 MB are free on the disk: write `save_total_limit: 3`, or make room.',
      ],
      fixed: 'save_total_limit: 3  # to choose from\n',
    },
    {
      text: 'seed: 1\n',
      world: { ...KNOWN, disk: { free_bytes: 2e6 } },
      says: [
        '4 checkpoints of 1.4 MB need 5.5 MB, and 2 MB are free on the disk: write `save_strategy: no`, or make room.',
      ],
    },
  ],
};
