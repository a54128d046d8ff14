import { describe, expect, it } from 'vitest';
import { CHARTS } from '../../webview/charts/catalogue.ts';
import { chartSummary } from '../../webview/charts/chartSummary.ts';
import type { ChartSpec } from '../../webview/charts/spec.ts';
import { STEP_COLUMNS } from '../../src/runs/stepPoint.ts';
import { RunSeries } from '../../webview/runSeries.ts';
import { afterMessage, initialPanelState, type PanelState, type Preferences } from '../../webview/state.ts';
import { recorded } from './recorded.ts';

const run = recorded('sft');
const SFT = afterMessage(initialPanelState(undefined), run.message(run.at(run.lines.length)).message);

/** A run of these losses, a step every two seconds, ten an epoch. */
function stateOf(losses: readonly number[], preferences: Partial<Preferences> = {}): PanelState {
  const series = new RunSeries();
  const columns = STEP_COLUMNS.map((name) => [
    name,
    Float64Array.from(losses, (loss, index) => {
      if (name === 'loss') return loss;
      if (name === 'step') return index + 1;
      if (name === 'epoch') return (index + 1) / 10;
      return name === 'time' ? Date.UTC(2026, 0, 1) + 2_000 * index : 0;
    }),
  ]);
  series.append({
    steps: Object.fromEntries(columns) as Record<string, Float64Array>,
    evaluations: [],
    marks: [],
  });
  const state = initialPanelState(undefined);
  return { ...state, series, preferences: { ...state.preferences, smoothing: 0, ...preferences } };
}

const lossChart = CHARTS.find(({ id }) => id === 'loss')!;
const summary = (spec: ChartSpec, state: PanelState): string => chartSummary(spec, spec.curves(state), state);

describe('a chart in words', () => {
  it('says where a curve began, was lowest and highest, and is now', () => {
    expect(summary(lossChart, stateOf([3, 4, 1, 2]))).toBe(
      'Loss, step 1 to step 4: loss from 3.00 to 2.00, lowest 1.00 at step 3, highest 4.00 at step 2.',
    );
  });

  it('says places in the words of the axis that is chosen', () => {
    expect(summary(lossChart, stateOf([3, 1], { x: 'epoch' }))).toMatch(
      /^Loss, epoch 0\.10 to epoch 0\.20: /,
    );
    expect(summary(lossChart, stateOf([3, 1], { x: 'time' }))).toMatch(/^Loss, after 0:00 to after 0:02: /);
  });

  it('says of a loss that is no number what it is', () => {
    expect(summary(lossChart, stateOf([3, 1, NaN]))).toBe(
      'Loss, step 1 to step 3: loss from 3.00 to not a number, lowest 1.00 at step 2, highest 3.00 at step 1.',
    );
    expect(summary(lossChart, stateOf([NaN, NaN]))).toBe(
      'Loss, step 1 to step 2: loss from not a number to not a number.',
    );
  });

  it('says that nothing was measured', () => {
    expect(summary(lossChart, stateOf([]))).toBe('Nothing measured yet.');
    expect(chartSummary(lossChart, lossChart.curves(stateOf([1])), stateOf([]))).toBe(
      'Nothing measured yet.',
    );
  });

  it('tells every curve of every chart of a real run, without a number that is none', () => {
    const shown = CHARTS.filter((spec) => spec.curves(SFT).length > 0);
    expect(shown.length).toBeGreaterThan(5);
    for (const spec of shown) {
      const said = summary(spec, SFT);
      expect(said.startsWith(`${spec.title}, step 0 to step `)).toBe(true);
      for (const { name } of spec.curves(SFT)) expect(said).toContain(`${name} from `);
      expect(said).not.toMatch(/NaN|undefined|Infinity|not a number/);
    }
  });

  it('tells shares with their first and last value, and no extremes: every evaluation is a point', () => {
    const knowledge = CHARTS.find(({ id }) => id === 'knowledge')!;
    const [first, last] = [SFT.series.evaluations[0], SFT.series.evaluations.at(-1)];
    const said = summary(knowledge, SFT);
    expect(said).toContain(`held from ${first!.held!.share.toFixed(3)} to ${last!.held!.share.toFixed(3)}`);
    expect(said).not.toContain('lowest');
  });
});
