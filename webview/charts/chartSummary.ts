import type { PanelState } from '../state.ts';
import { placeText } from './axisText.ts';
import { valueNear } from './curvePoints.ts';
import type { ChartSpec, CurveSpec } from './spec.ts';

/** What a chart shows, for those who do not see it: where each curve began, was lowest and highest, and is now. Pure. */
export function chartSummary(spec: ChartSpec, curves: readonly CurveSpec[], state: PanelState): string {
  const axis = state.preferences.x;
  const { from, to } = state.series.extent(axis);
  const view = { axis, smoothing: state.preferences.smoothing };
  const sentences = curves.flatMap((curve) => {
    const first = valueNear(curve, state.series, view, from);
    const last = valueNear(curve, state.series, view, to);
    if (first === undefined || last === undefined) return [];
    return [
      `${curve.name} from ${text(spec, first)} to ${text(spec, last)}${extremesText(spec, curve, state)}`,
    ];
  });
  if (sentences.length === 0) return 'Nothing measured yet.';
  return `${spec.title}, ${placeText(axis, from)} to ${placeText(axis, to)}: ${sentences.join('; ')}.`;
}

function extremesText(spec: ChartSpec, { source }: CurveSpec, { series }: PanelState): string {
  if (source.kind === 'evaluations') return '';
  const column = series.column(source.column);
  const extremes = column.extremes(0, column.length);
  if (extremes === undefined) return '';
  const place = (index: number): string => placeText('step', series.axis('step').at(index));
  return `, lowest ${text(spec, column.at(extremes.low))} at ${place(extremes.low)}, highest ${text(spec, column.at(extremes.high))} at ${place(extremes.high)}`;
}

function text(spec: ChartSpec, value: number): string {
  return Number.isFinite(value) ? spec.format(value) : 'not a number';
}
