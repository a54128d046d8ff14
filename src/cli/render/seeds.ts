import type { MethodSummary, SeedMean } from '../../runs/seeds.ts';
import type { ExperimentResult, ExperimentRow } from '../experiment.ts';
import { percent, pValue, share } from '../../base/format.ts';

/** A table as rows of cells, the first of them its head: for a terminal, a page or Markdown. */
export type Cells = readonly (readonly string[])[];

/** Every run, seed by seed: nothing is averaged away. */
export function seedCells({ rows }: ExperimentResult): Cells {
  const head = [
    'method',
    'seed',
    'known',
    'new',
    'held',
    'n',
    'forgetting',
    'new at 0.90',
    'forgetting there',
  ];
  return [head, ...rows.map(seedRow)];
}

function seedRow(row: ExperimentRow): string[] {
  return [
    row.method,
    String(row.seed),
    share(row.known ?? undefined),
    share(row.new ?? undefined),
    share(row.held ?? undefined),
    String(row.held_facts),
    percent(row.forgetting),
    row.acquisition_epoch === null ? 'not reached' : `epoch ${row.acquisition_epoch.toFixed(1)}`,
    percent(row.forgetting_at_acquisition),
  ];
}

/** Methods over seeds: means with 95 % intervals, and each against the baseline. */
export function methodCells({ summary }: ExperimentResult): Cells {
  const head = [
    'method',
    'seeds',
    'forgetting at the end',
    'over baseline',
    'at new 0.90',
    'reached',
    'over baseline',
    'held facts won : lost',
    'p (Holm)',
  ];
  return [head, ...summary.map(methodRow)];
}

function methodRow(method: MethodSummary): string[] {
  const { paired } = method;
  return [
    method.method,
    String(method.seeds),
    percentMean(method.forgettingAtEnd),
    ratio(method.ratioAtEnd),
    percentMean(method.forgettingAtEqualAcquisition),
    `${method.reached} of ${method.seeds}`,
    ratio(method.ratioAtEqualAcquisition),
    paired === undefined ? '-' : `${paired.onlyThis} : ${paired.onlyBaseline}`,
    paired === undefined ? '-' : pValue(paired.adjustedP),
  ];
}

function percentMean(value: SeedMean | undefined): string {
  if (value === undefined) return '-';
  const [mean, low, high] = [value.mean, value.low, value.high].map((part) => (100 * part).toFixed(1));
  return `${mean} % (${low} - ${high})`;
}

function ratio(value: SeedMean | undefined): string {
  return value === undefined
    ? '-'
    : `${value.mean.toFixed(2)} (${value.low.toFixed(2)} - ${value.high.toFixed(2)})`;
}

/** The same cells as a Markdown table. */
export function markdownTable([head = [], ...rows]: Cells): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
