import type { ProbeFact } from '../../protocol/runFiles.ts';
import type { ComparisonRow, Proportion } from '../../runs/compare.ts';
import type { Status } from '../../runs/liveStatus.ts';
import type { PairedTest } from '../../runs/paired.ts';
import { printable } from '../terminal.ts';
import { bytes, clip, grouped, percent, pValue, share } from '../../base/format.ts';
import { table } from './table.ts';

/** A run's row, with its state as the user sees it and the facts it was asked last. */
export interface ComparedColumn extends Omit<ComparisonRow, 'status'> {
  readonly status: Status;
  readonly facts: readonly ProbeFact[];
}

/** Runs side by side, the facts that the first has lost with every run's answer, and the paired tests. */
export function comparisonText(
  columns: readonly ComparedColumn[],
  pairs: readonly PairedTest[],
  width: number,
): string {
  const sections = [
    comparisonTable(columns),
    lostText(columns, width),
    ...pairs.map((pair) => pairText(pair, columns)),
  ];
  return sections.filter((section) => section !== undefined).join('\n\n');
}

function comparisonTable(columns: readonly ComparedColumn[]): string {
  const [head = [], ...rows] = comparisonCells(columns);
  return table(head, rows);
}

/** The table as cells, its head first. */
export function comparisonCells(columns: readonly ComparedColumn[]): string[][] {
  return [
    ['', ...columns.map(({ label }) => printable(label))],
    ...LINES.map(([name, cell]) => [name, ...columns.map(cell)]),
  ];
}

/** The table, line by line: a name and what a run shows there. */
const LINES: readonly (readonly [string, (row: ComparedColumn) => string])[] = [
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
  ['parameters trained', trained],
  ['seconds per step', (row) => row.medianSecondsPerStep?.toFixed(3) ?? '-'],
  ['peak memory', (row) => bytes(row.peakMemoryBytes)],
];

function proportion(value: Proportion | undefined): string {
  if (value === undefined) return '-';
  const { correct, total, interval } = value;
  return `${share(correct / total)} (n ${total}, ${share(interval.low)} - ${share(interval.high)})`;
}

function acquisition({ equalAcquisition: reached }: ComparedColumn): string {
  switch (reached.kind) {
    case 'reached':
      return `epoch ${reached.epoch.toFixed(2)}`;
    case 'not reached':
      return `not reached (best ${share(reached.best)})`;
    case 'too coarse':
      return `evaluations ${reached.gapEpochs.toFixed(2)} epochs apart`;
  }
}

function trained({ trainableParameters: moving, totalParameters: all }: ComparedColumn): string {
  const part = moving === undefined || all === undefined || all === 0 ? undefined : moving / all;
  return part === undefined || part === 1 ? grouped(moving) : `${grouped(moving)} (${percent(part)})`;
}

const SHOWN = 8;

/** Held facts that the first run has lost: what was right, and what every run says now. */
function lostText(columns: readonly ComparedColumn[], width: number): string | undefined {
  const [first] = columns;
  const lost = (first?.facts ?? []).filter((fact) => fact.lost && fact.set === 'held');
  if (first === undefined || lost.length === 0) return undefined;
  const answers = columns.map(({ facts }) => new Map(facts.map((fact) => [keyOf(fact), fact])));
  const cell = Math.max(14, Math.floor((width - 34) / (columns.length + 1)) - 2);
  const rows = lost
    .slice(0, SHOWN)
    .map((fact) => [
      clip(printable(fact.question), Math.max(30, width - (columns.length + 1) * (cell + 2))),
      clip(printable(fact.before ?? '-'), cell),
      ...answers.map((known) => clip(printable(answerOf(known.get(keyOf(fact)))), cell)),
    ]);
  const head = [
    `facts lost by ${printable(first.label)} (${lost.length})`,
    'before',
    ...columns.map(({ label }) => clip(printable(label), cell)),
  ];
  const more = lost.length > SHOWN ? `\n... and ${lost.length - SHOWN} more in its probe files` : '';
  return `${table(head, rows, 'left')}${more}`;
}

function answerOf(fact: ProbeFact | undefined): string {
  if (fact === undefined) return '-';
  return fact.answer ?? (fact.correct ? (fact.answers[0] ?? '-') : 'wrong');
}

function keyOf({ set, source, id }: ProbeFact): string {
  return JSON.stringify([set, source, id]);
}

function pairText(pair: PairedTest, columns: readonly ComparedColumn[]): string {
  const name = (id: string): string => printable(columns.find((column) => column.id === id)?.label ?? id);
  const { first, second, shared, onlyFirst, onlySecond, p, adjustedP } = pair;
  const counts = `${onlyFirst} held facts only the first has right, ${onlySecond} only the second, of ${shared}`;
  const test = `exact McNemar p ${pValue(p)}, Holm-adjusted ${pValue(adjustedP)}`;
  return `${name(first)} against ${name(second)}: ${counts}; ${test}`;
}
