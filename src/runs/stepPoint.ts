import type { SteppedEvent } from '../protocol/events.ts';

/** One optimizer step as the curves need it; names and units are those of the `stepped` event. */
export type StepPoint = Pick<
  SteppedEvent,
  | 'step'
  | 'epoch'
  | 'time'
  | 'loss'
  | 'ce_loss'
  | 'kd_loss'
  | 'learning_rate'
  | 'grad_norm'
  | 'tokens_per_second'
  | 'memory_bytes'
>;

/** The numbers of a step, in the order in which they are packed. `time` is packed too, as milliseconds since 1970. */
export const STEP_COLUMNS = [
  'step',
  'time',
  'epoch',
  'loss',
  'ce_loss',
  'kd_loss',
  'learning_rate',
  'grad_norm',
  'tokens_per_second',
  'memory_bytes',
] as const satisfies readonly (keyof StepPoint)[];
export type StepColumn = (typeof STEP_COLUMNS)[number];
