import { bytes, grouped, percent, share } from '../../src/base/format.ts';
import type { StepColumn } from '../../src/runs/stepPoint.ts';
import type { PanelState } from '../state.ts';
import type { ChartSpec, CurveSpec } from './spec.ts';
import type { Hue } from './theme.ts';

/** Every chart of the panel, in its order. A new metric is a new entry. */
export const CHARTS: readonly ChartSpec[] = [
  {
    id: 'knowledge',
    title: 'What it knows',
    hint: 'Share of facts answered right, with 95 % intervals. Held: knew them, never trained on. Known and new: rows it trains on.',
    curves: (state) =>
      (['held', 'known', 'new'] as const).flatMap((set) =>
        state.series.evaluations.some((evaluation) => evaluation[set] !== null)
          ? [shareCurve(set, SET_HUES[set])]
          : [],
      ),
    format: share,
    tick: (value) => String(value),
    from: 0,
    to: 1,
    hasMarks: true,
  },
  {
    id: 'forgetting',
    title: 'Forgetting',
    hint: 'How much of the best held share so far is lost.',
    curves: ({ series }) =>
      series.evaluations.some(({ forgetting }) => forgetting !== null)
        ? [
            {
              name: 'forgetting',
              hue: 'red',
              source: { kind: 'evaluations', value: ({ forgetting }) => forgetting ?? undefined },
            },
          ]
        : [],
    format: percent,
    tick: (value) => `${Number((100 * value).toPrecision(2))} %`,
    from: 0,
    atLeast: ({ run }) => (run === undefined ? undefined : Math.min(1, 1.2 * run.maxForgetting)),
    limit: ({ run }) =>
      run === undefined || run.maxForgetting >= 1
        ? undefined
        : { value: run.maxForgetting, name: `limit ${percent(run.maxForgetting)}` },
    hasMarks: true,
  },
  {
    id: 'loss',
    title: 'Loss',
    hint: 'Nats per counted token. With self-distillation the total is CE + kd_weight · T² · KL.',
    curves: (state) => [
      ...(hasNumbers(state, 'kd_loss')
        ? [
            stepCurve('total', 'blue', 'loss'),
            stepCurve('CE', 'green', 'ce_loss'),
            stepCurve('KD', 'purple', 'kd_loss'),
          ]
        : state.series.column('loss').length > 0
          ? [stepCurve('loss', 'blue', 'loss')]
          : []),
      ...(state.series.evaluations.some(({ evalLoss }) => evalLoss !== null)
        ? [
            {
              name: 'eval',
              hue: 'yellow',
              source: { kind: 'evaluations', value: ({ evalLoss }) => evalLoss ?? undefined },
            } satisfies CurveSpec,
          ]
        : []),
    ],
    format: (value) => value.toPrecision(3),
    canLog: true,
    hasMarks: true,
  },
  {
    id: 'drift',
    title: 'Drift of held facts',
    hint: 'Mean 1 − cosine between the hidden states of held prompts now and in the base model, by layer.',
    curves: ({ series }) =>
      layersOf(series.evaluations).map((layer, index) => ({
        name: `layer ${layer}`,
        hue: LAYER_HUES[index % LAYER_HUES.length] ?? 'blue',
        source: { kind: 'evaluations', value: ({ drift }) => drift[layer] },
      })),
    format: (value) => value.toPrecision(2),
    from: 0,
  },
  {
    id: 'kl',
    title: 'KL to base',
    hint: 'Mean KL(base, now) on held prompts, in nats.',
    curves: ({ series }) =>
      series.evaluations.some(({ klToBase }) => klToBase !== null)
        ? [
            {
              name: 'KL',
              hue: 'purple',
              source: { kind: 'evaluations', value: ({ klToBase }) => klToBase ?? undefined },
            },
          ]
        : [],
    format: (value) => value.toPrecision(2),
    from: 0,
  },
  stepChart('learning_rate', 'Learning rate', 'Of the optimizer, at every step.', 'green', (value) =>
    value === 0 ? '0' : value.toExponential(1),
  ),
  stepChart(
    'grad_norm',
    'Gradient norm',
    'Global L2 norm before clipping.',
    'purple',
    (value) => value.toPrecision(3),
    {
      canLog: true,
      smooths: true,
    },
  ),
  stepChart('tokens_per_second', 'Speed', 'Tokens per second.', 'blue', (value) => grouped(value), {
    smooths: true,
  }),
  stepChart('memory_bytes', 'Memory', 'Of the engine, the maximum over its processes.', 'yellow', (value) =>
    bytes(value),
  ),
];

const SET_HUES: Readonly<Record<'held' | 'known' | 'new', Hue>> = {
  held: 'yellow',
  known: 'blue',
  new: 'green',
};
const LAYER_HUES: readonly Hue[] = ['blue', 'purple', 'green', 'yellow'];

function stepChart(
  column: StepColumn,
  title: string,
  hint: string,
  hue: Hue,
  format: (value: number) => string,
  { canLog = false, smooths = false } = {},
): ChartSpec {
  return {
    id: column,
    title,
    hint,
    curves: ({ series }) =>
      series.column(column).length > 0
        ? [{ name: title.toLowerCase(), hue, source: { kind: 'steps', column, smooths } }]
        : [],
    format,
    from: 0,
    canLog,
  };
}

function stepCurve(name: string, hue: Hue, column: StepColumn): CurveSpec {
  return { name, hue, source: { kind: 'steps', column, smooths: true } };
}

function shareCurve(set: 'held' | 'known' | 'new', hue: Hue): CurveSpec {
  return {
    name: set,
    hue,
    source: {
      kind: 'evaluations',
      value: (evaluation) => evaluation[set]?.share,
      band: (evaluation) => evaluation[set],
    },
  };
}

/** Whether a column holds anything but zeros. */
function hasNumbers({ series }: PanelState, name: StepColumn): boolean {
  const column = series.column(name);
  const extremes = column.extremes(0, column.length);
  return extremes !== undefined && (column.at(extremes.low) !== 0 || column.at(extremes.high) !== 0);
}

function layersOf(evaluations: PanelState['series']['evaluations']): string[] {
  const layers = new Set(evaluations.flatMap(({ drift }) => Object.keys(drift)));
  return [...layers].sort((a, b) => Number(a) - Number(b));
}
