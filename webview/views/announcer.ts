import { percent, share } from '../../src/base/format.ts';
import type { RunView } from '../../src/protocol/panelMessages.ts';
import { h, setText } from '../dom.ts';
import type { View } from './view.ts';
import { statusWord } from './words.ts';

/** Says to screen readers what others see happen: a new state, a new evaluation; never every step. */
export function createAnnouncer(): View {
  const element = h('p', { class: 'unseen', role: 'status' });
  element.setAttribute('aria-live', 'polite');
  let said = '';
  return {
    element,
    update: ({ run, series }) => {
      if (run === undefined) return;
      const key = `${run.status} ${series.evaluations.length}`;
      if (key === said) return;
      said = key;
      setText(element, announcement(run));
    },
  };
}

/** The run in a sentence or two. Pure. */
export function announcement(run: RunView): string {
  const { title, status, step, totalSteps, held, new: unknown, forgetting, maxForgetting, statusText } = run;
  const parts = [
    held === null ? undefined : `held ${share(held.share)}`,
    unknown === null ? undefined : `new ${share(unknown.share)}`,
    forgetting === undefined ? undefined : `forgetting ${percent(forgetting.relative)}`,
  ].filter((part) => part !== undefined);
  const place = totalSteps === undefined ? '' : `, step ${step} of ${totalSteps}`;
  const over =
    forgetting !== undefined && forgetting.relative > maxForgetting
      ? ` That is more than the limit of ${percent(maxForgetting)}.`
      : '';
  const scores = parts.length === 0 ? '' : ` ${parts.join(', ')}.`;
  return `${title}: ${statusWord(status)}${place}.${scores}${over}${statusText === undefined ? '' : ` ${statusText}`}`;
}
