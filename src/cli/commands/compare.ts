import { encodeJson } from '../../protocol/numbers.ts';
import { compareRuns, type ComparedRun, type ComparisonRow, type Proportion } from '../../runs/compare.ts';
import type { Status } from '../../runs/liveStatus.ts';
import type { PairedTest } from '../../runs/paired.ts';
import { readRunFile } from '../../launch/runReader.ts';
import { findRun, readState } from '../findRun.ts';
import { bytes, grouped, percent, pValue, share } from '../render/format.ts';
import { table } from '../render/table.ts';
import { lastFacts } from '../probeFacts.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast compare ID...`: runs side by side, at the end and where they have learned the same. */
export function compareCommand(
  ids: readonly string[],
  options: { readonly json?: boolean },
  services: Services,
): number {
  const runs = ids.map((id) => readRun(id, services.folder));
  const { rows, pairs } = compareRuns(runs);
  // A comparison folds events alone; whether a process still lives is known here.
  const comparison = {
    rows: rows.map((row, at) => ({ ...row, status: runs[at]?.live ?? row.status })),
    pairs,
  };
  services.terminal.out(
    options.json === true
      ? encodeJson(comparison)
      : [comparisonTable(comparison.rows), ...pairs.map(pairText)].join('\n\n'),
  );
  return EXIT.done;
}

function readRun(wanted: string, from: string): ComparedRun & { readonly live: Status } {
  const { id, folder } = findRun(wanted, from);
  const { state, status } = readState(folder);
  if (state.problem !== undefined) throw new UserError(`${printable(id)}: ${state.problem}`);
  const file = readRunFile(folder);
  const config = 'value' in file ? file.value.config : undefined;
  return { id, label: printable(id), state, config, facts: lastFacts(folder, state), live: status };
}

function comparisonTable(rows: readonly Row[]): string {
  return table(
    ['', ...rows.map(({ label }) => label)],
    LINES.map(([name, cell]) => [name, ...rows.map(cell)]),
  );
}

function pairText({ first, second, shared, onlyFirst, onlySecond, p, adjustedP }: PairedTest): string {
  const counts = `${onlyFirst} held facts only the first has right, ${onlySecond} only the second, of ${shared}`;
  const test = `exact McNemar p ${pValue(p)}, Holm-adjusted ${pValue(adjustedP)}`;
  return `${printable(first)} against ${printable(second)}: ${counts}; ${test}`;
}

/** A run's row, with its state as the user sees it. */
type Row = Omit<ComparisonRow, 'status'> & { readonly status: Status };

/** The table, line by line: a name and what a run shows there. */
const LINES: readonly (readonly [string, (row: Row) => string])[] = [
  ['status', (row) => row.status],
  ['seed', (row) => String(row.seed ?? '-')],
  ['steps', (row) => grouped(row.steps)],
  ['known', (row) => proportion(row.known)],
  ['new', (row) => proportion(row.new)],
  ['held', (row) => proportion(row.held)],
  ['forgetting', (row) => percent(row.forgetting?.relative)],
  [
    'facts lost / gained',
    (row) => (row.forgetting === undefined ? '-' : `${row.forgetting.lost} / ${row.forgetting.gained}`),
  ],
  ['new reaches 0.90', acquisition],
  [
    '  held there',
    (row) => (row.equalAcquisition.kind === 'reached' ? share(row.equalAcquisition.heldEm) : '-'),
  ],
  [
    '  forgetting there',
    (row) => (row.equalAcquisition.kind === 'reached' ? percent(row.equalAcquisition.forgetting) : '-'),
  ],
  ['parameters trained', (row) => grouped(row.trainableParameters)],
  ['seconds per step', (row) => row.medianSecondsPerStep?.toFixed(3) ?? '-'],
  ['peak memory', (row) => bytes(row.peakMemoryBytes)],
];

function proportion(value: Proportion | undefined): string {
  if (value === undefined) return '-';
  const { correct, total, interval } = value;
  return `${share(correct / total)} (n ${total}, ${share(interval.low)} - ${share(interval.high)})`;
}

function acquisition({ equalAcquisition: reached }: Row): string {
  switch (reached.kind) {
    case 'reached':
      return `epoch ${reached.epoch.toFixed(2)}`;
    case 'not reached':
      return `not reached (best ${share(reached.best)})`;
    case 'too coarse':
      return `evaluations ${reached.gapEpochs.toFixed(2)} epochs apart`;
  }
}
