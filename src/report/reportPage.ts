import type { ProbeFact } from '../protocol/runFiles.ts';
import { toArray } from '../runs/series.ts';
import { chartHtml } from './chart.ts';
import { differences } from './differences.ts';
import { chartsOf } from './curves.ts';
import { escapeHtml, htmlTable } from './html.ts';
import type { Report, ReportRun } from './reportRun.ts';
import { SCRIPT, STYLE } from './style.ts';

/** The mark by which a page is known for one of ours. */
export const REPORT_MARK = '<meta name="generator" content="Holdfast">';

/**
 * Runs as one self-contained HTML page: tables, curves, lost facts, settings, how to have it again. Nothing is loaded from
 * anywhere, and without its few lines of script it loses only the search.
 */
export function reportPage(report: Report): string {
  const { title, lead, runs, tables, commands, made, version } = report;
  const hues = huesOf(runs);
  const charts = chartsOf(runs, hues).map((chart, index) => chartHtml(chart, `c${index}`));
  const sections = [
    section(
      'Results',
      tables.map(({ caption, cells: [head = [], ...rows] }) => htmlTable(caption, head, rows)).join('\n'),
    ),
    section('Curves', charts.length === 0 ? '' : `<div class="charts">${charts.join('\n')}</div>`),
    section('Facts lost', runs.map(lostHtml).join('\n')),
    section('Warnings', runs.map(warningsHtml).join('\n')),
    section('Settings', settingsHtml(runs)),
    section('Have it again', againHtml(runs, commands)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${REPORT_MARK}<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><header><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(lead)}</p></header>
<main>${sections.join('\n')}</main>
<footer class="soft"><p>Made ${escapeHtml(made.slice(0, 16).replace('T', ' '))} UTC by Holdfast ${escapeHtml(version)}.</p></footer>
<script>${SCRIPT}</script></body></html>
`;
}

/** Runs of one method look alike: over seeds there are several of each. */
function huesOf(runs: readonly ReportRun[]): number[] {
  const names = [...new Set(runs.map(({ label }) => label))];
  return runs.map(({ label }) => names.indexOf(label));
}

function section(title: string, content: string): string {
  return content.trim() === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}

function lostHtml(run: ReportRun, index: number): string {
  const lost = (run.facts ?? []).filter((fact: ProbeFact) => fact.lost && fact.set === 'held');
  if (lost.length === 0) return '';
  const rows = lost.map(({ question, before, answer }) => [question, before ?? '', answer ?? 'not asked']);
  const id = `lost${index}`;
  return `<details${index === 0 ? ' open' : ''}><summary>${escapeHtml(run.label)}: ${lost.length} facts it knew and answers wrongly now</summary>
<p><input type="search" hidden data-rows="${id}" placeholder="search" aria-label="search the lost facts"></p><div id="${id}">${htmlTable('Both answers are the model’s own.', ['question', 'before', 'now'], rows)}</div></details>`;
}

function warningsHtml({ label, state }: ReportRun): string {
  const items = toArray(state.warnings).map(({ message }) => `<li>${escapeHtml(message)}</li>`);
  return items.length === 0 ? '' : `<h3>${escapeHtml(label)}</h3><ul>${items.join('')}</ul>`;
}

/** What differs first, then every run's settings as they were. */
function settingsHtml(runs: readonly ReportRun[]): string {
  const configs = runs.map(({ config }) => config);
  const rows = differences(configs);
  const table =
    rows.length === 0 || runs.length < 2
      ? ''
      : htmlTable('Settings that differ', ['', ...runs.map(({ label }) => label)], rows);
  const whole = runs.map(({ id, config }) =>
    config === undefined
      ? ''
      : `<details><summary>${escapeHtml(id)}</summary><pre>${escapeHtml(JSON.stringify(config, undefined, 2))}</pre></details>`,
  );
  return `${table}${whole.join('\n')}`;
}

function againHtml(runs: readonly ReportRun[], commands: readonly string[]): string {
  const typed = commands.length === 0 ? '' : `<pre>${escapeHtml(commands.join('\n'))}</pre>`;
  const rows = runs.map(({ id, config, file, state }) => [
    id,
    String(config?.seed ?? '-'),
    Object.entries(file?.versions ?? {})
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    state.hello === undefined ? '-' : `${state.hello.engine} on ${state.hello.device.name}`,
    (file?.data ?? [])
      .map(({ path, sha256 }) => `${path.split(/[\\/]/).at(-1) ?? ''} ${sha256.slice(0, 12)}`)
      .join(', '),
  ]);
  return `${typed}${htmlTable('Runs', ['run', 'seed', 'versions', 'engine', 'data, SHA-256'], rows)}`;
}
