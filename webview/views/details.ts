import { bytes, duration, grouped } from '../../src/base/format.ts';
import type { RunView } from '../../src/protocol/panelMessages.ts';
import { fill, h } from '../dom.ts';
import type { View } from './view.ts';

/** What one may want to look up: warnings, checkpoints, the machine. */
export function createDetails(reveal: (step: number) => void): View {
  const warnings = h('div');
  const checkpoints = h('div');
  const about = h('div');
  const section = (title: string, body: HTMLElement): HTMLElement =>
    h('section', {}, h('h2', {}, title), body);
  const parts = [
    section('Warnings', warnings),
    section('Checkpoints', checkpoints),
    section('About this run', about),
  ];
  return {
    element: h('div', { class: 'details' }, ...parts),
    update: ({ run, series }) => {
      if (run === undefined) return;
      const start = series.evaluations[0]?.time;
      fill(warnings, `${run.warnings.length} ${run.damage ?? ''}`, () => warningsOf(run, start));
      fill(checkpoints, JSON.stringify(run.checkpoints), () => checkpointsOf(run, reveal));
      fill(about, JSON.stringify([run.id, run.engine, run.device, run.method]), () => [aboutOf(run)]);
    },
  };
}

function warningsOf({ warnings, damage }: RunView, start: number | undefined): HTMLElement[] {
  const texts = [
    ...(damage === undefined ? [] : [damage]),
    ...warnings.map(({ time, message }) =>
      start === undefined || time < start ? message : `${duration((time - start) / 1_000)}  ${message}`,
    ),
  ];
  if (texts.length === 0) return [h('p', { class: 'note' }, 'None.')];
  return [h('ul', {}, ...texts.map((text) => h('li', {}, text)))];
}

function checkpointsOf({ checkpoints }: RunView, reveal: (step: number) => void): HTMLElement[] {
  if (checkpoints.length === 0)
    return [
      h('p', { class: 'note' }, 'None yet. “Save Checkpoint” makes one; the end of the run always does.'),
    ];
  const rows = checkpoints.toReversed().map(({ step, bytes: size, best }) => {
    const button = h(
      'vscode-button',
      { title: 'Show the folder: config.json, model.safetensors, tokenizer.json' },
      'Reveal',
    );
    button.secondary = true;
    button.addEventListener('click', () => reveal(step));
    return h(
      'tr',
      {},
      h('td', {}, `step ${grouped(step)}`),
      h('td', { class: 'best' }, best ? '★ best' : ''),
      h('td', { class: 'number' }, bytes(size)),
      h('td', {}, button),
    );
  });
  return [h('table', { class: 'checkpoints' }, h('tbody', {}, ...rows))];
}

function aboutOf({ id, engine, device, method, config }: RunView): HTMLElement {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Run', id],
    ['Config', config],
    ['Method', method],
    ['Engine', engine],
    ['Device', device],
  ];
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  return h(
    'dl',
    { class: 'about' },
    ...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}
