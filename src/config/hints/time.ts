import { grouped } from '../../base/format.ts';
import { aboutBytes, aboutTime } from '../approximately.ts';
import type { TimeEstimate } from '../estimate/time.ts';
import { firstWritten } from '../firstWritten.ts';
import { teacherFactor } from '../teacherCost.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How long a run takes, behind its epochs; what a teacher costs at least, behind self_distill. */
export const timeHints: HintSource = {
  kind: 'time',
  what: 'Time that the run takes, and what its teacher costs.',
  of: (input) => [...runHint(input), ...teacherHint(input)],
};

function runHint({ parsed, about }: HintInput): Hint[] {
  const isCounted = (about.config()?.max_steps ?? -1) > 0;
  const path = isCounted ? ['max_steps'] : firstWritten(parsed, ['num_train_epochs'], ['train_file']);
  const offset = hintOffset(parsed, path);
  const time = about.estimate()?.time;
  if (offset === undefined || time === undefined) return [];
  return [
    {
      kind: 'time',
      offset,
      text: `about ${aboutTime(time.seconds)}${SURE[time.basis]}`,
      tooltip: tooltipOf(time),
    },
  ];
}

/** How sure it is. */
const SURE: Readonly<Record<TimeEstimate['basis'], string>> = {
  'last run': '',
  'measured constants': '',
  rough: ' (rough)',
};

function tooltipOf({ basis, low, high, secondsPerStep }: TimeEstimate): string {
  const source = {
    'last run': 'From the last run like this one on this machine',
    'measured constants': 'From operations counted and a processor that was measured, which is another one',
    rough: 'From operations counted and a guess at what such a device keeps up; nobody has measured it',
  }[basis];
  const step =
    secondsPerStep < 0.1 ? `${(1_000 * secondsPerStep).toPrecision(2)} ms` : aboutTime(secondsPerStep);
  return `${source}: most likely between ${aboutTime(low)} and ${aboutTime(high)}, probing and evaluations included; a step takes about ${secondsPerStep >= 0.1 && secondsPerStep < 1 ? `${secondsPerStep.toPrecision(2)} s` : step}.`;
}

function teacherHint({ parsed, about }: HintInput): Hint[] {
  const offset = hintOffset(parsed, ['self_distill']);
  const [estimate, factor] = [about.estimate(), teacherFactor(about)];
  if (offset === undefined || estimate === undefined || factor === undefined) return [];
  const cache = estimate.memory.disk.teacher;
  const text = `work x ${factor.toFixed(2)} or more, ${aboutBytes(cache)} on disk`;
  const rows = about.tokens()?.distinctRows ?? 0;
  const tooltip = `Operations of a step with the teacher, against the same step without it: plain fine-tuning projects completions only. The teacher is asked once about ${grouped(rows)} rows, and what it says, with its weights, lies on the disk until the run has finished.`;
  return [{ kind: 'time', offset, text, tooltip }];
}
