import { describe, expect, it } from 'vitest';
import { chartHtml } from '../../src/report/chart.ts';
import { differences } from '../../src/report/differences.ts';
import { REPORT_MARK, reportPage } from '../../src/report/reportPage.ts';
import type { ReportRun } from '../../src/report/reportRun.ts';
import { smooth, thin, type Point } from '../../src/report/thin.ts';
import { niceTicks, tickText } from '../../src/report/ticks.ts';
import { RunConfigSchema } from '../../src/protocol/runConfig.ts';
import { score, stateAfter } from '../runs/events.ts';

const EVIL = '<script>alert("1")</script>';

const run = (label: string, loss: number): ReportRun => ({
  id: `20260101-${label}`,
  label,
  file: undefined,
  config: RunConfigSchema.parse({
    version: 1,
    model_name_or_path: EVIL,
    train_file: '/t',
    seed: loss,
    self_distill: {},
  }),
  state: stateAfter(
    ['hello', { device: { name: EVIL, kind: 'cpu', memory_bytes: 1 } }],
    ['started', { snapshot_steps: 2 }],
    ['evaluated', { held: score(10, 10), new: score(0, 10), known: score(9, 10), drift: { '2': 0 } }],
    ['stepped', { step: 1, phase: 'snapshot', loss, ce_loss: loss }],
    ['snapshotted', { step: 2 }],
    ['stepped', { step: 3, loss: loss / 2, ce_loss: loss / 4, kd_loss: loss / 4 }],
    ['warned', { message: EVIL }],
    [
      'evaluated',
      {
        step: 4,
        epoch: 1,
        held: score(8, 10, 2),
        new: score(9, 10),
        known: score(10, 10),
        drift: { '2': 0.1 },
      },
    ],
    ['finished', { step: 4 }],
  ),
  facts: [
    {
      id: '1',
      set: 'held',
      source: 'p',
      question: `Who is ${EVIL}?`,
      answers: ['x'],
      correct: false,
      lost: true,
      answer: EVIL,
      before: 'right & proper',
    },
  ],
});

const page = reportPage({
  title: `Report ${EVIL}`,
  lead: 'What it comes to.',
  runs: [run('SFT', 4), run('self-distill', 2)],
  tables: [
    {
      caption: 'Side by side',
      cells: [
        ['', 'SFT'],
        ['held', '0.800'],
      ],
    },
  ],
  commands: ['holdfast report a b'],
  made: '2026-01-01T10:20:30.000Z',
  version: '0.1.0',
});

describe('the page', () => {
  it('lets nothing out of runs act', () => {
    expect(page).not.toContain(EVIL);
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).toContain("default-src 'none'");
  });

  it('loads nothing and says whose it is', () => {
    expect(page).not.toMatch(/(?:src|href)=|@import|url\(/);
    expect(page).toContain(REPORT_MARK);
  });

  it('has tables, curves with words for them, lost facts, what differs, how to have it again', () => {
    expect(page).toContain('<th scope="row">held</th><td>0.800</td>');
    expect(page).toContain('What is learned against what is kept');
    expect(page).toMatch(/<desc id="c0-d">.*SFT ends at new 0\.9, held 0\.8/);
    expect(page).toMatch(/right &amp; proper/);
    expect(page).toMatch(/Settings that differ.*<th scope="row">seed<\/th><td>4<\/td><td>2<\/td>/s);
    expect(page).toContain('holdfast report a b');
    expect(page).toContain('teacher taken');
  });
});

describe('a chart', () => {
  it('draws inside its frame, whatever the numbers', () => {
    const points: Point[] = [
      [0, -3],
      [1, NaN],
      [2, 1e9],
      [3, Infinity],
    ];
    const html = chartHtml(
      {
        title: 't',
        summary: 's',
        xName: 'x',
        yName: 'y',
        curves: [{ name: 'c', hue: 9, points, hasDots: true }],
      },
      'id',
    );
    const line = /points="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(line.split(' ')).toHaveLength(2);
    for (const [x = NaN, y = NaN] of line.split(' ').map((pair) => pair.split(',').map(Number))) {
      expect(x >= 0 && x <= 560).toBe(true);
      expect(y >= 0 && y <= 300).toBe(true);
    }
    expect(html).not.toMatch(/NaN|Infinity/);
  });
});

describe('thinning', () => {
  it('keeps every peak', () => {
    const points = Array.from({ length: 10_000 }, (_, index): Point => [
      index,
      index === 7_123 ? 99 : Math.sin(index),
    ]);
    const thinned = thin(points, 800);
    expect(thinned.length).toBeLessThanOrEqual(802);
    expect(thinned).toContainEqual([7_123, 99]);
    expect(thinned.map(([x]) => x)).toEqual(thinned.map(([x]) => x).sort((a, b) => a - b));
  });

  it('smooths without a pull to the start', () => {
    const smoothed = smooth(
      [
        [0, 5],
        [1, 5],
        [2, NaN],
        [3, 5],
      ],
      0.9,
    );
    expect(smoothed.map(([x]) => x)).toEqual([0, 1, 3]);
    for (const [, y] of smoothed) expect(y).toBeCloseTo(5, 9);
  });
});

it.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0.936, 1, [0.94, 0.96, 0.98, 1]],
  [-3, 14, [0, 5, 10]],
  [2, 2, [2]],
])('ticks of %d to %d', (low, high, expected) => {
  expect(niceTicks(low, high)).toEqual(expected);
});

it.each([
  [0, '0'],
  [0.0003, '3e-4'],
  [0.25, '0.25'],
  [250_000, '3e+5'],
])('a tick at %d is %s', (value, text) => {
  expect(tickText(value)).toBe(text);
});

it('differences of settings: leaves, lists as one, what is missing', () => {
  expect(differences([{ a: 1, b: { c: [1] }, d: 'x' }, { a: 1, b: { c: [2] } }, undefined])).toEqual([
    ['a', '1', '1', '-'],
    ['b.c', '[1]', '[2]', '-'],
    ['d', 'x', '-', '-'],
  ]);
});
