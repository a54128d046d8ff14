import { grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import { setSetting } from '../edits.ts';
import { estimateSteps, LEAST_SNAPSHOT_STEPS } from '../estimate/steps.ts';
import { LEAST_KNOWN_FOR_SNAPSHOT, tooFewKnown } from '../knownRows.ts';
import { keyRange, valueRange } from '../parse.ts';
import { formatPath, valueAt, type Path } from '../path.ts';
import { numberText } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface TooLong {
  readonly snapshot: number;
  readonly main: number;
  /** The setting to change, and to what. */
  readonly path: Path;
  readonly value: number;
}

/** What prepares a run must not be longer than the run. */
export const snapshotLongerThanRun = defineRule({
  code: 'self-distill.snapshot-longer-than-run',
  level: 'error',
  side: 'meaning',
  what: 'The warm-up for the teacher, which takes at least 20 steps, is longer than the run itself.',
  why: 'Most of the time would go into what only prepares the run, so the engines refuse to start.',
  cure: 'Lower `snapshot_epochs`, train longer, or write `teacher: base`.',
  find: tooLong,
  tell: ({ snapshot, main, path, value }, { parsed }) => {
    const isWritten = valueAt(parsed.value, path) !== undefined;
    const setting = `${formatPath(path.slice(-1))}: ${numberText(value)}`;
    return {
      path,
      range: isWritten ? valueRange(parsed, path) : keyRange(parsed, ['self_distill']),
      message: `The warm-up for the teacher would take ${plural(snapshot, 'step')}, the run itself only ${grouped(main)}: write \`${setting}\`, or \`teacher: base\`.`,
      fixes: [
        {
          title: `Write ${setting}`,
          edits: [setSetting(parsed, path, numberText(value))],
          isCertain: false,
        },
      ],
    };
  },
});

function tooLong({ about }: RuleInput): readonly TooLong[] {
  const [config, rows] = [about.config(), about.rows()];
  if (config?.self_distill === undefined || rows === undefined || tooFewKnown(about) !== undefined) return [];
  // The engines refuse fewer known rows, so that before a probe this is what there is at least.
  const counts = { ...rows, known: rows.known ?? LEAST_KNOWN_FOR_SNAPSHOT };
  const { snapshotSteps: snapshot = 0, steps: main, stepsPerEpoch } = estimateSteps(config, counts);
  if (snapshot <= main) return [];
  if (main >= LEAST_SNAPSHOT_STEPS) {
    const epochs = twoDigitsDown((config.self_distill.snapshot_epochs * main) / snapshot);
    return [{ snapshot, main, path: ['self_distill', 'snapshot_epochs'], value: epochs }];
  }
  return config.max_steps > 0
    ? [{ snapshot, main, path: ['max_steps'], value: snapshot }]
    : [{ snapshot, main, path: ['num_train_epochs'], value: Math.ceil(snapshot / stepsPerEpoch) }];
}

function twoDigitsDown(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / step + 1e-9) * step).toPrecision(2));
}

const ROWS = { model: {}, data: { 'rows.jsonl': {} }, tokens: { 'rows.jsonl': {} } };

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n', world: ROWS },
    { text: 'self_distill: {teacher: base}\nmax_steps: 5\n', world: ROWS },
    { text: 'max_steps: 5\n', world: ROWS },
    // 32 known rows or 100: whoever does not know takes the fewer.
    { text: 'self_distill: {snapshot_epochs: 8}\nmax_steps: 40\n', world: ROWS },
  ],
  bad: [
    {
      text: 'self_distill: {}\nnum_train_epochs: 1  # try\n',
      world: ROWS,
      says: [
        'The warm-up for the teacher would take 20 steps, the run itself only 13: write `num_train_epochs: 2`, or `teacher: base`.',
      ],
      fixed: 'self_distill: {}\nnum_train_epochs: 2  # try\n',
    },
    {
      text: 'self_distill: {}\nmax_steps: 10\n',
      world: ROWS,
      says: [
        'The warm-up for the teacher would take 20 steps, the run itself only 10: write `max_steps: 20`, or `teacher: base`.',
      ],
      alsoSays: ['schedule.part-of-an-epoch'],
      fixed: 'self_distill: {}\nmax_steps: 20\n',
    },
    {
      text: 'self_distill:\n  snapshot_epochs: 10\n',
      world: { ...ROWS, knowledge: { known: 50 } },
      says: [
        'The warm-up for the teacher would take 70 steps, the run itself only 39: write `snapshot_epochs: 5.5`, or `teacher: base`.',
      ],
      fixed: 'self_distill:\n  snapshot_epochs: 5.5\n',
    },
  ],
};
