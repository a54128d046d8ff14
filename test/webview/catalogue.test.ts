import { describe, expect, it } from 'vitest';
import type { EvaluationView } from '../../src/protocol/panelMessages.ts';
import { CHARTS } from '../../webview/charts/catalogue.ts';
import { pointsOf } from '../../webview/charts/curvePoints.ts';
import type { ChartSpec } from '../../webview/charts/spec.ts';
import { afterMessage, initialPanelState, type PanelState } from '../../webview/state.ts';
import { recorded, type RecordedName } from './recorded.ts';

function stateOf(name: RecordedName, count?: number): PanelState {
  const run = recorded(name);
  const { message } = run.message(run.at(count ?? run.lines.length));
  return afterMessage(initialPanelState(undefined), message);
}

const EMPTY = initialPanelState(undefined);
const SFT = stateOf('sft');
const DISTILLED = stateOf('self-distill');

function chart(id: string): ChartSpec {
  const found = CHARTS.find((spec) => spec.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
}
const curvesOf = (id: string, state: PanelState): string[] =>
  chart(id)
    .curves(state)
    .map(({ name }) => name);

/** A state whose every evaluation is the first of the run, changed. */
function withEvaluation(change: Partial<EvaluationView>): PanelState {
  const run = recorded('sft');
  const { message } = run.message(run.at(run.lines.length));
  if (message.type !== 'snapshot') throw new Error('the first message is whole');
  const [first] = message.series.evaluations;
  const series = { ...message.series, evaluations: [{ ...first!, ...change }] };
  return afterMessage(initialPanelState(undefined), { ...message, series });
}

describe('the charts', () => {
  it('have ids, titles and hints of their own', () => {
    expect(new Set(CHARTS.map(({ id }) => id)).size).toBe(CHARTS.length);
    expect(new Set(CHARTS.map(({ title }) => title)).size).toBe(CHARTS.length);
    for (const { hint } of CHARTS) expect(hint).toMatch(/\.$/);
  });

  it('are all hidden while nothing was measured', () => {
    for (const spec of CHARTS) expect([spec.id, spec.curves(EMPTY)]).toEqual([spec.id, []]);
    // A run that has begun and has neither step nor evaluation is as empty.
    const begun = stateOf('sft', 2);
    expect(begun.run?.status).toBeDefined();
    for (const spec of CHARTS) expect([spec.id, spec.curves(begun)]).toEqual([spec.id, []]);
  });

  it('show what a run of each method has', () => {
    const shown = (state: PanelState): string[] =>
      CHARTS.filter((spec) => spec.curves(state).length > 0).map(({ id }) => id);
    for (const state of [SFT, DISTILLED])
      expect(shown(state)).toEqual(
        expect.arrayContaining([
          'knowledge',
          'forgetting',
          'loss',
          'learning_rate',
          'grad_norm',
          'tokens_per_second',
        ]),
      );
    expect(curvesOf('loss', SFT)).toEqual(['loss']);
    expect(curvesOf('loss', DISTILLED)).toEqual(['total', 'CE', 'KD']);
    expect(curvesOf('knowledge', SFT)).toEqual(expect.arrayContaining(['held', 'new']));
  });

  it('draw something for every curve, each of a name of its own', () => {
    for (const state of [SFT, DISTILLED])
      for (const spec of CHARTS) {
        const curves = spec.curves(state);
        expect(new Set(curves.map(({ name }) => name)).size).toBe(curves.length);
        for (const curve of curves) {
          const view = {
            axis: 'step',
            window: state.series.extent('step'),
            width: 400,
            smoothing: 0,
          } as const;
          const { line } = pointsOf(curve, state.series, view);
          expect([spec.id, curve.name, line.length > 0]).toEqual([spec.id, curve.name, true]);
          for (const { y } of line) expect(spec.format(y)).not.toMatch(/NaN|undefined/);
        }
      }
  });

  it('stay inside the ends that they give', () => {
    for (const { curves, from = -Infinity, to = Infinity, id } of CHARTS)
      for (const curve of curves(DISTILLED)) {
        const window = DISTILLED.series.extent('step');
        const { line, low, high } = pointsOf(curve, DISTILLED.series, {
          axis: 'step',
          window,
          width: 400,
          smoothing: 0,
        });
        const outside = [...line, ...low, ...high].filter(({ y }) => y < from || y > to);
        expect([id, curve.name, outside]).toEqual([id, curve.name, []]);
      }
  });
});

describe('what it knows', () => {
  it('has a curve for every set that was measured, with its interval', () => {
    const share = { share: 0.5, low: 0.4, high: 0.6, correct: 5, total: 10 };
    const state = withEvaluation({ held: share, known: null, new: share });
    const curves = chart('knowledge').curves(state);
    expect(curves.map(({ name }) => name)).toEqual(['held', 'new']);
    for (const { source } of curves) {
      if (source.kind !== 'evaluations') throw new Error('shares are measured at evaluations');
      const [evaluation] = state.series.evaluations;
      expect([source.value(evaluation!), source.band?.(evaluation!)]).toEqual([0.5, share]);
    }
  });
});

describe('forgetting', () => {
  const limited = (maxForgetting: number): PanelState => ({ ...SFT, run: { ...SFT.run!, maxForgetting } });

  it('is not drawn where it means nothing, and is where it is nothing', () => {
    expect(curvesOf('forgetting', withEvaluation({ forgetting: null }))).toEqual([]);
    expect(curvesOf('forgetting', withEvaluation({ forgetting: 0 }))).toEqual(['forgetting']);
  });

  it('shows its limit, with room above it; without one it has none', () => {
    const { limit, atLeast } = chart('forgetting');
    expect(limit?.(limited(0.05))).toEqual({ value: 0.05, name: 'limit 5.0 %' });
    expect(limit?.(limited(1))).toBeUndefined();
    expect(limit?.(EMPTY)).toBeUndefined();
    expect(atLeast?.(limited(0.05))).toBeCloseTo(0.06, 9);
    expect(atLeast?.(limited(0.95))).toBe(1);
    expect(atLeast?.(EMPTY)).toBeUndefined();
  });
});

describe('loss', () => {
  it('has the loss of eval_file where there is one', () => {
    expect(curvesOf('loss', withEvaluation({ evalLoss: null }))).not.toContain('eval');
    expect(curvesOf('loss', withEvaluation({ evalLoss: 2 }))).toEqual(['loss', 'eval']);
  });

  it('may be drawn logarithmically, as the gradient norm and nothing else', () => {
    expect(CHARTS.filter(({ canLog }) => canLog === true).map(({ id }) => id)).toEqual(['loss', 'grad_norm']);
  });
});

it('drift has a curve for every layer, in the order of the model', () => {
  const state = withEvaluation({ drift: { 10: 0.1, 2: 0.2, 0: 0.3 } });
  expect(curvesOf('drift', state)).toEqual(['layer 0', 'layer 2', 'layer 10']);
  expect(curvesOf('drift', withEvaluation({ drift: {} }))).toEqual([]);
});

it('KL is drawn where it was measured, also where it is nothing', () => {
  expect(curvesOf('kl', withEvaluation({ klToBase: null }))).toEqual([]);
  expect(curvesOf('kl', withEvaluation({ klToBase: 0 }))).toEqual(['KL']);
});

it.each([
  ['knowledge', 0.9731, '0.973', '0.9731'],
  ['forgetting', 0.0512, '5.1 %', '5.1 %'],
  ['loss', 1.23456, '1.23', undefined],
  ['learning_rate', 0, '0', undefined],
  ['learning_rate', 0.0005, '5.0e-4', undefined],
  ['tokens_per_second', 12_345.6, '12,346', undefined],
  ['memory_bytes', 734_003_200, '734 MB', undefined],
])('%s writes %d as %s', (id, value, expected, tick) => {
  expect(chart(id).format(value)).toBe(expected);
  expect(chart(id).tick?.(value)).toBe(tick);
});
