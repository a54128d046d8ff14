import type { SteppedEvent } from './events.ts';

/**
 * Whether a parsed line is a `stepped` event without anything unusual about it. Long runs consist of these, so they are told by
 * hand, five times faster than by the schema. False proves nothing: whoever gets it asks the schema (which takes, besides these,
 * non-finite numbers as strings, penalties and other spellings of a time).
 */
export function isPlainStep(value: unknown): value is SteppedEvent {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const said = value as Readonly<Record<string, unknown>>;
  if (said.type !== 'stepped' || (said.phase !== 'main' && said.phase !== 'snapshot')) return false;
  return isPlainTime(said.time) && isEmptyObject(said.penalties) && areNumbers(said);
}

const COUNTS = [
  'seq',
  'step',
  'num_ce_tokens',
  'num_kd_tokens',
  'num_input_tokens_seen',
  'memory_bytes',
] as const;
const NUMBERS = [
  'epoch',
  'loss',
  'ce_loss',
  'kd_loss',
  'learning_rate',
  'grad_norm',
  'tokens_per_second',
] as const;

function areNumbers(said: Readonly<Record<string, unknown>>): boolean {
  // JSON has no other numbers than finite ones, but 1e999 is parsed as Infinity.
  for (const key of NUMBERS) if (!Number.isFinite(said[key])) return false;
  for (const key of COUNTS) {
    const count = said[key];
    if (!Number.isSafeInteger(count) || (count as number) < 0) return false;
  }
  return true;
}

/** As both engines write it. The day is checked to 28, so that no month needs to be known; the schema takes the rest. */
function isPlainTime(time: unknown): boolean {
  return (
    typeof time === 'string' &&
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(time)
  );
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const _key in value) return false;
  return true;
}
