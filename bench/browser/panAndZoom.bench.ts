import { afterAll, beforeAll, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { missingBrowser, openBrowser, openPanel, type PanelPage } from '../../test/webview/panelPage.ts';
import { recorded } from '../../test/webview/recorded.ts';
import { waits, type Figure } from '../figure.ts';
import { report } from '../report.ts';
import { noteDrawnCharts } from './charts.ts';

const STEPS = 1_000_000;
const SPIKE_AT = 654_321;
const FRAMES = 120;
const LIMIT = '< 16 ms';

let browser: Browser;
beforeAll(async () => {
  const missing = await missingBrowser();
  if (missing !== undefined) throw new Error(missing);
  browser = await openBrowser();
});
afterAll(() => browser.close());

it('pans and zooms', async () => {
  const panel = await openPanel(browser);
  const { page } = panel;
  const shown = await showLongRun(panel);
  await page.evaluate(measureFrames);
  const chart = page.locator('#chart-loss canvas');
  const box = await chart.boundingBox();
  if (box === null) throw new Error('there is no chart of losses');
  await page.mouse.move(box.x + 0.6 * box.width, box.y + box.height / 2);
  const spikeAtFirst = await page.evaluate(readSpike);
  const zoom = await gesture(page, 'Control', (frame) => (frame % 60 < 30 ? -120 : 120));
  await settle(page);
  const spikeAfter = await page.evaluate(readSpike);
  // In the middle of the run, where every frame has other points: half of it in sight.
  await page.keyboard.down('Control');
  for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -120);
  await page.keyboard.up('Control');
  await settle(page);
  const pan = await gesture(page, 'Shift', (frame) => (frame % 40 < 20 ? 60 : -60));
  if (panel.faults.length > 0) throw new Error(panel.faults.join('\n'));
  report(
    ...framesOf('zooming', zoom),
    ...framesOf('panning', pan),
    spikeFigure('spike of one step, all of it in sight', spikeAtFirst),
    spikeFigure('the same after zooming in and out again', spikeAfter),
    {
      name: 'from the message to the first picture, once',
      value: shown,
      text: `${shown.toFixed(0)} ms`,
    },
  );
});

interface Frames {
  /** Script of each frame: listeners of input since the last one and callbacks of requestAnimationFrame. */
  readonly script: readonly number[];
  /** From frame to frame. */
  readonly apart: readonly number[];
  /** Processor time of the page's script, by Chromium's own account (Performance.getMetrics), of all frames together. */
  readonly chromium: number;
}

function framesOf(name: string, { script, apart, chromium }: Frames): Figure[] {
  return [
    waits(`${name}, script per frame`, script, 1, LIMIT),
    waits(`${name}, from frame to frame`, apart, 1),
    {
      name: `${name}, processor time of script by Chromium’s account`,
      value: chromium / script.length,
      text: `${(chromium / script.length).toFixed(1)} ms a frame on average`,
    },
  ];
}

/** One notch of the wheel a frame, as far as the page keeps up. */
async function gesture(
  page: Page,
  key: 'Control' | 'Shift',
  delta: (frame: number) => number,
): Promise<Frames> {
  const cdp = await page.context().newCDPSession(page);
  // Ticks of the thread: what others do with the processor does not count.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const scriptMs = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN);
  };
  await page.evaluate(() => takeFrames());
  const before = await scriptMs();
  await page.keyboard.down(key);
  for (let frame = 0; frame < FRAMES; frame++) {
    await page.mouse.wheel(0, delta(frame));
    await page.evaluate(() => nextFrame());
  }
  await page.keyboard.up(key);
  const chromium = (await scriptMs()) - before;
  await cdp.detach();
  return { ...(await page.evaluate(() => takeFrames())), chromium };
}

/** Lets the charts that waited for their turn be drawn. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(1_000);
}

/** A recorded run with its evaluations, and a million steps instead of its own; ms from the message to the picture. */
async function showLongRun({ page }: PanelPage): Promise<number> {
  const run = recorded('sft');
  const { message } = run.message(run.at(run.lines.length));
  if (message.type !== 'snapshot') throw new Error(`the first message is ${message.type}`);
  const { evaluations } = message.series;
  const last = evaluations.at(-1)?.step ?? 1;
  const scaled = evaluations.map((evaluation) => ({
    ...evaluation,
    step: Math.round((evaluation.step * STEPS) / last),
  }));
  // Steps are made in the page: as text they would be hundreds of megabytes.
  const columns = Object.keys(message.series.steps);
  const small = { ...message, series: { steps: {}, evaluations: scaled, marks: [] } };
  const input = { message: small, columns, steps: STEPS, spikeAt: SPIKE_AT };
  await page.evaluate(noteDrawnCharts);
  return page.evaluate(deliverLong, input);
}

interface LongRun {
  readonly message: { readonly series: object };
  readonly columns: readonly string[];
  readonly steps: number;
  readonly spikeAt: number;
}

/** In the page: makes the steps, hands the message over, and waits until all charts in sight are drawn. */
async function deliverLong({ message, columns, steps, spikeAt }: LongRun): Promise<number> {
  const start = Date.UTC(2026, 0, 1);
  const valueOf = (column: string, step: number): number => {
    // Different in every step and every column, and the same each time.
    const noise = Math.abs(Math.sin(step * 12.9898 + column.length) * 43758.5453) % 1;
    if (column === 'step') return step;
    if (column === 'time') return start + 200 * step;
    if (column === 'epoch') return (10 * step) / steps;
    return step === spikeAt ? 50 : 0.5 + Math.exp((-5 * step) / steps) + 0.4 * noise;
  };
  const made = Object.fromEntries(
    columns.map((column) => [
      column,
      Float64Array.from({ length: steps }, (_, index) => valueOf(column, index + 1)),
    ]),
  );
  const began = Date.now();
  window.postMessage({ ...message, series: { ...message.series, steps: made } }, '*');
  const held = window as unknown as { chartsDrawnAt: number | undefined };
  while (held.chartsDrawnAt === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
  return held.chartsDrawnAt - began;
}

interface Taken {
  script: number[];
  apart: number[];
}

/** What measureFrames puts into the page: what was seen since it was last asked. */
declare function takeFrames(): Taken;

/** In the page: counts the milliseconds that listeners and callbacks of animation frames take, frame by frame. */
function measureFrames(): void {
  let frames: { at: number; script: number }[] = [];
  let listening = 0;
  let entered = 0;
  // Listeners of the page run between the first and the last of an event's way.
  addEventListener('wheel', () => (entered = performance.now()), { capture: true, passive: true });
  addEventListener('wheel', () => (listening += performance.now() - entered), { passive: true });
  const original = requestAnimationFrame;
  window.requestAnimationFrame = (callback) =>
    original((at) => {
      const began = performance.now();
      callback(at);
      const took = performance.now() - began + listening;
      listening = 0;
      const last = frames.at(-1);
      if (last?.at === at) last.script += took;
      else frames.push({ at, script: took });
    });
  Object.assign(window, {
    nextFrame: () => new Promise((resolve) => original(resolve)),
    takeFrames: (): Taken => {
      const script = frames.map((frame) => frame.script);
      const apart = frames.slice(1).map(({ at }, index) => at - (frames[index]?.at ?? NaN));
      frames = [];
      listening = 0;
      return { script, apart };
    },
  });
}

declare function nextFrame(): Promise<void>;

interface Spike {
  /** Pixels drawn in the fullest column of the plot, and in the fullest of those that do not touch it. */
  readonly spike: number;
  readonly others: number;
  /** Of the plot. */
  readonly height: number;
  /** Where the fullest column is, as a share of the plot's width. */
  readonly at: number;
}

/** In the page: how high the columns of the chart of losses are filled. */
function readSpike(): Spike {
  const canvas = document.querySelector<HTMLCanvasElement>('#chart-loss canvas');
  const context = canvas?.getContext('2d');
  if (canvas === null || context === null || context === undefined) throw new Error('no chart of losses');
  // Of chartView.ts: the axis and the padding at the top; below are the numbers of the x axis.
  const scale = canvas.width / canvas.clientWidth;
  const left = Math.round(58 * scale);
  const top = Math.round(12 * scale);
  const width = canvas.width - left - Math.round(36 * scale);
  const height = canvas.height - top - Math.round(28 * scale);
  const { data } = context.getImageData(left, top, width, height);
  const filled = Array.from({ length: width }, (_, x) => {
    let count = 0;
    for (let y = 0; y < height; y++) if ((data[4 * (y * width + x) + 3] ?? 0) > 0) count++;
    return count;
  });
  const spike = Math.max(...filled);
  const x = filled.indexOf(spike);
  const others = Math.max(...filled.filter((_, other) => Math.abs(other - x) > 3));
  return { spike, others, height, at: x / width };
}

function spikeFigure(name: string, { spike, others, height, at }: Spike): Figure {
  const where = `at ${(100 * at).toFixed(0)} % of the width (made at ${((100 * SPIKE_AT) / STEPS).toFixed(0)} %)`;
  const text = `${spike} of ${height} pixels high ${where}, elsewhere at most ${others}`;
  return { name, value: spike / height, text, limit: 'in sight, where it was made' };
}
