import type { Score } from '../protocol/events.ts';
import type { ShareView } from '../protocol/panelMessages.ts';
import { wilsonInterval } from '../base/wilson.ts';

/** A score with its interval; null of nothing. */
export function shareView(score: Score | null | undefined): ShareView | null {
  if (score === null || score === undefined) return null;
  const { correct, total } = score;
  const interval = wilsonInterval(correct, total);
  return interval === undefined ? null : { share: correct / total, ...interval, correct, total };
}
