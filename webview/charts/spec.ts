import type { ShareView } from '../../src/protocol/panelMessages.ts';
import type { StepColumn } from '../../src/runs/stepPoint.ts';
import type { PanelState } from '../state.ts';
import type { RunSeries } from '../runSeries.ts';
import type { Hue } from './theme.ts';

type Evaluation = RunSeries['evaluations'][number];

/** A curve of a chart. */
export interface CurveSpec {
  readonly name: string;
  readonly hue: Hue;
  readonly source:
    /** A value of every step. */
    | { readonly kind: 'steps'; readonly column: StepColumn; readonly smooths: boolean }
    /** A value of every evaluation; `band`: with its 95 % interval. */
    | {
        readonly kind: 'evaluations';
        readonly value: (evaluation: Evaluation) => number | undefined;
        readonly band?: (evaluation: Evaluation) => ShareView | null;
      };
}

/** A chart of the panel: what it shows, and how its numbers are written. */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** What a reader needs to know to read it. */
  readonly hint: string;
  /** The curves there are for this run; none: the chart is not shown. */
  readonly curves: (state: PanelState) => readonly CurveSpec[];
  readonly format: (value: number) => string;
  /** The same on the axis, where there is less room; without it `format`. */
  readonly tick?: (value: number) => string;
  readonly from?: number;
  readonly to?: number;
  /** The highest value that the axis must reach, if anything is drawn. */
  readonly atLeast?: (state: PanelState) => number | undefined;
  /** A horizontal line. */
  readonly limit?: (state: PanelState) => { readonly value: number; readonly name: string } | undefined;
  /** Follows the choice of a logarithmic axis. */
  readonly canLog?: boolean;
  readonly hasMarks?: boolean;
}
