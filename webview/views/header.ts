import { duration, grouped } from '../../src/base/format.ts';
import type { RunAction, RunView } from '../../src/protocol/panelMessages.ts';
import { fill, h, setText } from '../dom.ts';
import type { View } from './view.ts';
import { BUTTONS, statusWord } from './words.ts';

/** What run this is, how far it is, what it is doing, and what can be asked of it. */
export function createHeader(act: (action: RunAction) => void): View {
  const title = h('h1');
  const status = h('span', { class: 'status' });
  const subtitle = h('p', { class: 'subtitle' });
  const buttons = h('div', { class: 'buttons', role: 'toolbar', label: 'Run' });
  const bar = h('vscode-progress-bar');
  const progress = h('div', { class: 'progress' });
  const position = h('span', { class: 'position' });
  const left = h('span', { class: 'left' });
  const activity = h('span', { class: 'activity' });
  const message = h('p', { class: 'message', hidden: true });
  progress.append(bar, h('div', { class: 'progress-text' }, position, activity, left));
  const element = h(
    'header',
    {},
    h(
      'div',
      { class: 'top' },
      h('div', { class: 'names' }, h('div', { class: 'title' }, title, status), subtitle),
      buttons,
    ),
    progress,
    message,
  );
  return {
    element,
    update: ({ run }) => {
      if (run === undefined) return;
      setText(title, run.title);
      setText(status, statusWord(run.status));
      status.dataset.status = run.status;
      setText(subtitle, subtitleOf(run));
      fill(buttons, run.actions.join(' '), () => buttonsOf(run.actions, act));
      updateBar(bar, run);
      setText(position, positionText(run));
      setText(activity, run.activity === undefined ? '' : activityText(run.activity));
      for (const part of [position, activity]) part.hidden = part.textContent === '';
      setText(left, run.eta === undefined ? '' : `${duration(run.eta)} left`);
      setText(message, run.statusText ?? '');
      message.hidden = run.statusText === undefined;
      message.dataset.status = run.status;
    },
  };
}

function subtitleOf({ method, config, parameters, device }: RunView): string {
  const trained =
    parameters === undefined
      ? undefined
      : parameters.trainable === parameters.total
        ? `${grouped(parameters.total)} parameters`
        : `${grouped(parameters.trainable)} of ${grouped(parameters.total)} parameters`;
  return [method, config, trained, device].filter((part) => part !== undefined && part !== '').join(' · ');
}

function buttonsOf(actions: readonly RunAction[], act: (action: RunAction) => void): HTMLElement[] {
  return BUTTONS.filter(({ action }) => actions.includes(action)).map(({ action, text, title, isMain }) => {
    const button = h('vscode-button', { title }, text);
    button.secondary = isMain !== true;
    button.dataset.action = action;
    button.addEventListener('click', () => act(action));
    return button;
  });
}

/** A phase fills the bar by itself before training begins; from then on steps do. */
function updateBar(bar: HTMLElementTagNameMap['vscode-progress-bar'], run: RunView): void {
  const { status, step, totalSteps, activity } = run;
  const isBefore = totalSteps === undefined || totalSteps === 0;
  const [done, total] = isBefore ? [activity?.done ?? 0, activity?.total ?? 0] : [step, totalSteps];
  const isMoving =
    status === 'starting' || status === 'waiting' || status === 'running' || status === 'stopping';
  bar.indeterminate = isMoving && total <= 1;
  bar.max = Math.max(1, total);
  bar.value = status === 'finished' ? bar.max : Math.min(done, bar.max);
  bar.ariaLabel = `Progress: ${positionText(run)}`;
}

function positionText({ step, totalSteps, epoch, totalEpochs, snapshotSteps }: RunView): string {
  if (totalSteps === undefined) return '';
  const isWarmUp = step < snapshotSteps;
  const epochs =
    epoch === undefined || totalEpochs === undefined || isWarmUp
      ? ''
      : ` · epoch ${epoch.toFixed(2)} of ${Number(totalEpochs.toFixed(2))}`;
  return `step ${grouped(step)} of ${grouped(totalSteps)}${epochs}${isWarmUp ? ` · warm-up of the teacher, to step ${grouped(snapshotSteps)}` : ''}`;
}

function activityText({ text: words, done, total }: NonNullable<RunView['activity']>): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return total > 1 ? `${text} (${grouped(done)} of ${grouped(total)})` : `${text} …`;
}
