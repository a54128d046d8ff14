import { bytes, duration, grouped, percent } from '../base/format.ts';
import type { Summary } from './summary.ts';

/** One thing about a run, for a line of its own. */
export interface SummaryLine {
  /** One word or two: Data, Memory. */
  readonly name: string;
  readonly text: string;
}

/** What a run will do and cost, as people read it; what is not known has no line. */
export function summaryLines(summary: Summary): SummaryLine[] {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Data', dataText(summary)],
    ['Steps', stepsText(summary)],
    ['Parameters', parametersText(summary)],
    ['Memory', memoryText(summary)],
    ['Disk', diskText(summary)],
    ['Time', timeText(summary)],
    ['New facts', knowledgeText(summary)],
  ];
  return lines.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
}

function dataText({
  num_rows: rows,
  num_unreadable: unreadable,
  num_train_tokens: tokens,
}: Summary): string | undefined {
  if (rows === undefined) return undefined;
  const left =
    unreadable === undefined || unreadable === 0
      ? ''
      : `, ${grouped(unreadable)} more cannot be read and are left out`;
  const words = tokens === undefined ? '' : `, ${grouped(tokens)} tokens in all epochs`;
  return `${grouped(rows)} rows${words}${left}`;
}

function stepsText(summary: Summary): string | undefined {
  const { steps, snapshot_steps: snapshot, effective_batch_size: batch, evaluations } = summary;
  if (steps === undefined) return undefined;
  const parts = [
    `${grouped(steps)} optimizer steps`,
    ...(batch === undefined ? [] : [`of ${grouped(batch)} rows`]),
    ...(snapshot === undefined || snapshot === 0 ? [] : [`after ${grouped(snapshot)} of warm-up`]),
  ];
  return `${parts.join(' ')}${evaluations === undefined ? '' : `, ${grouped(evaluations)} evaluations`}`;
}

function parametersText({
  num_parameters: all,
  num_trainable_parameters: moving,
}: Summary): string | undefined {
  if (all === undefined) return undefined;
  return moving === undefined || moving === all
    ? `${grouped(all)}, all trained`
    : `${grouped(moving)} of ${grouped(all)} trained (${percent(moving / all)})`;
}

function memoryText({ memory, device }: Summary): string | undefined {
  if (memory === undefined) return undefined;
  const { total_bytes: total, device_bytes: there, is_measured: isMeasured, parts } = memory;
  const largest = [...parts].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const shares = largest.map(({ name, bytes: size }) => `${name.replaceAll('_', ' ')} ${bytes(size)}`);
  const doubt = isMeasured ? '' : '; by formula, such a device could not be measured';
  return `about ${bytes(total)} of ${bytes(there)} on ${device ?? 'this machine'} (${shares.join(', ')}${doubt})`;
}

function diskText({ disk }: Summary): string | undefined {
  if (disk === undefined) return undefined;
  const { checkpoint_bytes: checkpoint, teacher_bytes: teacher, free_bytes: free } = disk;
  const cache = teacher === 0 ? '' : `, ${bytes(teacher)} for the teacher`;
  return `${bytes(checkpoint)} a checkpoint${cache}${free === undefined ? '' : `, ${bytes(free)} free`}`;
}

const BASES = {
  'last run': 'as fast as its last run',
  'measured constants': 'estimated',
  rough: 'a rough guess',
} as const;

function timeText({ time }: Summary): string | undefined {
  if (time === undefined) return undefined;
  const { seconds, low, high, basis } = time;
  const range = basis === 'last run' ? '' : `, ${duration(low)} to ${duration(high)}`;
  return `about ${duration(seconds)} of training (${BASES[basis]}${range})`;
}

function knowledgeText({ knowledge }: Summary): string | undefined {
  if (knowledge === undefined) return undefined;
  const { known, maybe, new: unknown } = knowledge;
  const all = known + maybe + unknown;
  return `${percent(unknown / Math.max(1, all))} of the rows are new to the model (${grouped(unknown)} of ${grouped(all)})`;
}
