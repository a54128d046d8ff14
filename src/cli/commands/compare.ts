import { compareRuns, type ComparisonRow, type Proportion } from '../../runs/compare.ts';
import { readRunFile } from '../../launch/runReader.ts';
import { findRun, readState } from '../findRun.ts';
import { bytes, grouped, percent, pValue, share } from '../render/format.ts';
import { table } from '../render/table.ts';
import { lastFacts } from '../report.ts';
import type { Services } from '../services.ts';
import { EXIT } from '../userError.ts';

/** `holdfast compare ID...`: runs side by side, at the end and where they have learned the same. */
export function compareCommand(
  ids: readonly string[],
  options: { readonly json?: boolean },
  services: Services,
): number {
  const runs = ids.map((id) => {
    const { id: full, folder } = findRun(id, services.folder);
    const { state } = readState(folder);
    const file = readRunFile(folder);
    return {
      id: full,
      label: full,
      state,
      config: 'value' in file ? file.value.config : undefined,
      facts: lastFacts(folder, state),
    };
  });
  const comparison = compareRuns(runs);
  const { out } = services.terminal;
  if (options.json === true) {
    out(JSON.stringify(comparison));
    return EXIT.done;
  }
  out(
    table(
      ['', ...comparison.rows.map(({ label }) => label)],
      LINES.map(([name, cell]) => [name, ...comparison.rows.map(cell)]),
    ),
  );
  for (const pair of comparison.pairs) {
    const counts = `${pair.onlyFirst} held facts only the first has right, ${pair.onlySecond} only the second, of ${pair.shared}`;
    out(
      `\n${pair.first} against ${pair.second}: ${counts}; exact McNemar p ${pValue(pair.p)}, Holm-adjusted ${pValue(pair.adjustedP)}`,
    );
  }
  return EXIT.done;
}

/** The table, line by line: a name and what a run shows there. */
const LINES: readonly (readonly [string, (row: ComparisonRow) => string])[] = [
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

function acquisition({ equalAcquisition: reached }: ComparisonRow): string {
  switch (reached.kind) {
    case 'reached':
      return `epoch ${reached.epoch.toFixed(2)}`;
    case 'not reached':
      return `not reached (best ${share(reached.best)})`;
    case 'too coarse':
      return `evaluations ${reached.gapEpochs.toFixed(2)} epochs apart`;
  }
}
