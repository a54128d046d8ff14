import type { Chart, Plugin } from 'chart.js';
import type { MarkView } from '../../src/protocol/panelMessages.ts';
import type { Place, XAxis } from '../runSeries.ts';
import type { Hue, Theme } from './theme.ts';

export interface MarkSource {
  marks(): readonly (MarkView & { readonly place: Place })[];
  axis(): XAxis;
  theme(): Theme;
  limit(): { readonly value: number; readonly name: string } | undefined;
}

interface MarkLook {
  readonly hue: Hue;
  readonly sign: string;
  /** Whether a line runs through the chart, or only a sign stands at its edge. */
  readonly isLine: boolean;
}

const LOOKS: Readonly<Record<MarkView['kind'], MarkLook>> = {
  teacher: { hue: 'purple', sign: 'T', isLine: true },
  checkpoint: { hue: 'blue', sign: '▴', isLine: false },
  best: { hue: 'green', sign: '★', isLine: false },
  warned: { hue: 'yellow', sign: '!', isLine: true },
  resumed: { hue: 'blue', sign: '↻', isLine: true },
  stopped: { hue: 'yellow', sign: '■', isLine: true },
  failed: { hue: 'red', sign: '✕', isLine: true },
  finished: { hue: 'green', sign: '✓', isLine: false },
};

/** Draws what happened (teacher taken, checkpoint, best, warned, stopped ...) into a chart, and its limit. */
export function marksPlugin(source: MarkSource): Plugin<'line'> {
  return {
    id: 'holdfastMarks',
    afterDatasetsDraw: (chart) => {
      const { ctx, chartArea } = chart;
      if (chartArea.right <= chartArea.left) return;
      ctx.save();
      drawLimit(chart, source);
      for (const mark of source.marks()) drawMark(chart, mark, source);
      ctx.restore();
    },
  };
}

function drawMark(
  { ctx, chartArea, scales }: Chart,
  mark: MarkView & { readonly place: Place },
  source: MarkSource,
): void {
  const x = scales.x?.getPixelForValue(mark.place[source.axis()]);
  if (x === undefined || x < chartArea.left - 1 || x > chartArea.right + 1) return;
  const { hue, sign, isLine } = LOOKS[mark.kind];
  const theme = source.theme();
  ctx.strokeStyle = theme.colour(hue);
  ctx.fillStyle = theme.colour(hue);
  if (isLine) {
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
  }
  ctx.font = `10px ${theme.font}`;
  ctx.textAlign = x > chartArea.right - 8 ? 'right' : 'center';
  ctx.textBaseline = 'bottom';
  ctx.fillText(sign, x, isLine ? chartArea.top : chartArea.bottom - 1);
}

function drawLimit({ ctx, chartArea, scales }: Chart, source: MarkSource): void {
  const limit = source.limit();
  const y = limit === undefined ? undefined : scales.y?.getPixelForValue(limit.value);
  if (limit === undefined || y === undefined || y < chartArea.top || y > chartArea.bottom) return;
  const theme = source.theme();
  ctx.strokeStyle = theme.colour('yellow');
  ctx.lineWidth = 1;
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(chartArea.left, y);
  ctx.lineTo(chartArea.right, y);
  ctx.stroke();
  ctx.fillStyle = theme.text;
  ctx.font = `11px ${theme.font}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(limit.name, chartArea.right - 4, y - 2);
}
