import { percent } from '../../base/format.ts';
import type { RunView } from '../../protocol/panelMessages.ts';

/** How the last run of a config went, on one line: `Last run finished: loss 0.412, forgot 3.1 %`. */
export function lastRunText({
  status,
  loss,
  forgetting,
}: Pick<RunView, 'status' | 'loss' | 'forgetting'>): string {
  const parts = [
    ...(loss === undefined || !Number.isFinite(loss) ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(forgetting === undefined ? [] : [`forgot ${percent(forgetting.relative)}`]),
  ];
  return `$(graph-line) Last run ${status}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}
