import { ProgressLocation, window } from 'vscode';
import type { Disposable } from '../../base/emitter.ts';
import { percent } from '../../base/format.ts';
import { plain } from '../plain.ts';

export interface ReadingProgress extends Disposable {
  readonly show: (news: { readonly what: string; readonly done: number; readonly total: number }) => void;
  readonly done: () => void;
}

/** What is over sooner is not worth a word. */
const WORTH_SAYING_MS = 1_000;

/** In the status bar: what is being found out, and how far that is. */
export function createReadingProgress(): ReadingProgress {
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  let shown: { readonly report: (message: string) => void; readonly end: () => void } | undefined;
  let isWanted = false;
  const begin = (): void => {
    isWanted = true;
    void window.withProgress({ location: ProgressLocation.Window, title: 'Holdfast' }, (progress) => {
      progress.report({ message: text });
      return new Promise<void>((end) => {
        // It may be over before the editor asks.
        if (!isWanted) end();
        shown = { report: (message) => progress.report({ message }), end };
      });
    });
  };
  const done = (): void => {
    isWanted = false;
    clearTimeout(timer);
    timer = undefined;
    shown?.end();
    shown = undefined;
  };
  return {
    show: ({ what, done: read, total }) => {
      text = plain(`${what}${total > 0 ? ` ${percent(read / total)}` : ''}`, 80);
      if (shown !== undefined) shown.report(text);
      else timer ??= setTimeout(begin, WORTH_SAYING_MS);
    },
    done,
    dispose: done,
  };
}
