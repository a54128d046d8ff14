import { ProgressLocation, window } from 'vscode';
import { plain } from './plain.ts';

/** Says how far something is. @param share 0..1, never less than before; left out where nobody can tell */
export type Report = (message: string, share?: number) => void;

/**
 * Work that takes longer than a moment, under a notification that says how far it is and can call it off: then `work` is told by
 * its signal and should reject. undefined: called off.
 */
export async function withCancellableProgress<Result>(
  title: string,
  work: (report: Report, signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const options = { location: ProgressLocation.Notification, title: plain(title), cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const report: Report = (message, share) => {
      const increment = share === undefined ? 0 : Math.max(0, 100 * share - shown);
      shown += increment;
      progress.report({ message: plain(message, 120), ...(increment > 0 ? { increment } : {}) });
    };
    try {
      return await work(report, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  });
}
