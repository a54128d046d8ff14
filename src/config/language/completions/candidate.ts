import type { Meant } from '../../likelyMeant.ts';
import type { Completion } from './completion.ts';

/** A value that could stand somewhere, however it has to be written there. */
export interface Candidate {
  readonly value: Meant;
  readonly kind: Completion['kind'];
  /** A few words; plain text. */
  readonly detail: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Where the value is too long to be shown: its last part. */
  readonly label?: string;
  /** Whether more of it follows: a folder on the way to a file. */
  readonly goesOn?: boolean;
}
