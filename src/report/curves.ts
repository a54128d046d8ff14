import { forgettingCurve, exactMatch } from '../runs/forgetting.ts';
import { toArray } from '../runs/series.ts';
import { wilsonInterval } from '../base/wilson.ts';
import type { Chart, Curve, Mark } from './chart.ts';
import type { ReportRun } from './reportRun.ts';
import { smooth, type Point } from './thin.ts';

const SETS = ['held', 'known', 'new'] as const;
const SET_WORDS = {
  held: 'held: facts it knew, never trained on',
  known: 'known: trained facts it knew',
  new: 'new: trained facts it did not know',
} as const;

/** Every chart of the page that has something to show. `hues` of the runs, by index: runs of one method share one. */
export function chartsOf(runs: readonly ReportRun[], hues: readonly number[]): Chart[] {
  const charts = [
    planeChart(runs, hues),
    ...SETS.map((set) => setChart(runs, hues, set)),
    forgettingChart(runs, hues),
    lossChart(runs, hues, 'loss', 'Training loss', 'nats per token'),
    lossChart(runs, hues, 'ce_loss', 'Cross-entropy', 'nats per token'),
    lossChart(runs, hues, 'kd_loss', 'KL(teacher || student)', 'nats per token'),
    driftChart(runs, hues),
    lossChart(runs, hues, 'learning_rate', 'Learning rate', 'learning rate'),
  ];
  return charts.filter(({ curves }) => curves.some(({ points }) => points.length > 1));
}

/** Stability against plasticity: up and to the right is better. */
function planeChart(runs: readonly ReportRun[], hues: readonly number[]): Chart {
  const curves = runs.map((run, index): Curve => {
    const points = toArray(run.state.evaluations).flatMap(({ held, new: unknown }): Point[] => {
      const [x, y] = [exactMatch(unknown), exactMatch(held)];
      return x === undefined || y === undefined ? [] : [[x, y]];
    });
    return { name: run.label, hue: hues[index] ?? 0, points, hasDots: true };
  });
  const ends = curves.map(
    ({ name, points }) =>
      `${name} ends at new ${shareText(points.at(-1)?.[0])}, held ${shareText(points.at(-1)?.[1])}`,
  );
  return {
    title: 'What is learned against what is kept',
    summary: `One path per run through its evaluations, from no new fact (left) to all of them (right). ${ends.join('; ')}.`,
    xName: 'new facts known (plasticity)',
    yName: 'held facts known (stability)',
    curves,
    yTo: 1,
  };
}

function setChart(runs: readonly ReportRun[], hues: readonly number[], set: (typeof SETS)[number]): Chart {
  const curves = runs.map((run, index): Curve => {
    const scored = toArray(run.state.evaluations).flatMap((event) => {
      const score = event[set];
      return score === null || score.total === 0 ? [] : [{ epoch: event.epoch, score }];
    });
    return {
      name: run.label,
      hue: hues[index] ?? 0,
      points: scored.map(({ epoch, score }): Point => [epoch, score.correct / score.total]),
      band: scored.flatMap(({ epoch, score }) => {
        const interval = wilsonInterval(score.correct, score.total);
        return interval === undefined ? [] : [[epoch, interval.low, interval.high] as const];
      }),
      hasDots: true,
    };
  });
  return {
    title: SET_WORDS[set],
    summary: `Share of ${set} facts answered right by epoch, with 95 % bands. ${endsOf(curves)}`,
    xName: 'epoch',
    yName: 'exact match',
    curves,
    marks: snapshotMarks(runs),
    yTo: 1,
    ...(set === 'held' ? {} : { yFrom: 0 }),
  };
}

function forgettingChart(runs: readonly ReportRun[], hues: readonly number[]): Chart {
  const curves = runs.map((run, index): Curve => {
    const evaluations = toArray(run.state.evaluations);
    const points = forgettingCurve(evaluations).flatMap((value, at): Point[] =>
      value === undefined ? [] : [[evaluations[at]?.epoch ?? 0, 100 * value.relative]],
    );
    return { name: run.label, hue: hues[index] ?? 0, points, hasDots: true };
  });
  const limits = new Set(
    runs.flatMap(({ config }) => (config === undefined ? [] : [config.probes.max_forgetting])),
  );
  return {
    title: 'Forgetting',
    summary: `Per cent of the best held share that is lost, by epoch. ${endsOf(curves)}`,
    xName: 'epoch',
    yName: '% of held facts lost',
    curves,
    marks: [...limits].map((limit): Mark => ({ name: 'max_forgetting', at: 100 * limit, axis: 'y' })),
    yFrom: 0,
  };
}

type StepKey = 'loss' | 'ce_loss' | 'kd_loss' | 'learning_rate';

/** By step: the warm-up is part of it. Raw values faint, smoothed ones on top. */
function lossChart(
  runs: readonly ReportRun[],
  hues: readonly number[],
  key: StepKey,
  title: string,
  yName: string,
): Chart {
  const curves = runs.flatMap((run, index): Curve[] => {
    const raw = toArray(run.state.steps).map((point): Point => [point.step, point[key]]);
    const hue = hues[index] ?? 0;
    const isEmpty = key === 'kd_loss' && raw.every(([, value]) => value === 0);
    if (raw.length === 0 || isEmpty) return [];
    if (key === 'learning_rate') return [{ name: run.label, hue, points: raw }];
    return [
      { name: `${run.label}, raw`, hue, points: raw, isFaint: true },
      { name: run.label, hue, points: smooth(raw, 0.9) },
    ];
  });
  const shown = curves.filter(({ isFaint }) => isFaint !== true);
  return {
    title,
    summary: `${title} by optimizer step. ${endsOf(shown)}`,
    xName: 'step',
    yName,
    curves,
    yFrom: 0,
  };
}

/** How far the last layer's states of held prompts have turned from the base model's. */
function driftChart(runs: readonly ReportRun[], hues: readonly number[]): Chart {
  const curves = runs.map((run, index): Curve => {
    const points = toArray(run.state.evaluations).flatMap(({ epoch, drift }): Point[] => {
      const last = Object.entries(drift)
        .sort(([a], [b]) => Number(a) - Number(b))
        .at(-1)?.[1];
      return last === undefined ? [] : [[epoch, last]];
    });
    return { name: run.label, hue: hues[index] ?? 0, points, hasDots: true };
  });
  return {
    title: 'Drift of held facts, last layer',
    summary: `Mean 1 - cosine between hidden states of held prompts now and in the base model. ${endsOf(curves)}`,
    xName: 'epoch',
    yName: '1 - cosine',
    curves,
    yFrom: 0,
  };
}

/** The teacher is taken where the epochs of the run proper begin. */
function snapshotMarks(runs: readonly ReportRun[]): Mark[] {
  return runs.some(({ state }) => state.snapshot !== undefined)
    ? [{ name: 'teacher taken', at: 0, axis: 'x' }]
    : [];
}

function endsOf(curves: readonly Curve[]): string {
  const ends = curves.map(({ name, points }) => `${name} ends at ${shareText(points.at(-1)?.[1])}`);
  return ends.length === 0 ? '' : `${ends.join('; ')}.`;
}

function shareText(value: number | undefined): string {
  return value === undefined ? 'nothing' : String(Number(value.toPrecision(3)));
}
