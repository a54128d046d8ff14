import * as z from 'zod';
import { deferred } from './deferred.ts';
import { EVENT_TYPES, EventSchema, type Event } from './events.ts';
import { parseCapped } from './limits.ts';
import { encodeJson } from './numbers.ts';
import { isPlainStep } from './plainStep.ts';

/** What one line of events.jsonl turned out to be. */
export type DecodedLine =
  | { kind: 'event'; event: Event }
  /** A type this version does not know: ignored by readers, so that newer engines stay readable. */
  | { kind: 'unknown'; type: string }
  | { kind: 'broken'; problem: string };

const AnyEvent = deferred(() => z.looseObject({ type: z.string() }));

/** One line of events.jsonl, without its newline. Total: never throws. */
export function decodeEventLine(line: string): DecodedLine {
  const parsed = parseCapped(line);
  if ('problem' in parsed) return { kind: 'broken', problem: parsed.problem };
  if (isPlainStep(parsed.value)) return { kind: 'event', event: parsed.value };
  const envelope = AnyEvent.safeParse(parsed.value);
  if (!envelope.success) return { kind: 'broken', problem: 'has no event type' };
  if (!EVENT_TYPES.has(envelope.data.type)) return { kind: 'unknown', type: envelope.data.type };
  const event = EventSchema.safeParse(parsed.value);
  return event.success
    ? { kind: 'event', event: event.data }
    : { kind: 'broken', problem: `${envelope.data.type}: ${describeIssues(event.error)}` };
}

/** One event as one line, newline included: one line is one write. */
export function encodeEventLine(event: Event): string {
  return `${encodeJson(event)}\n`;
}

/** A decoded file, or one sentence saying what is wrong with it. */
export type Decoded<Value> = { value: Value } | { problem: string };

/** Decodes the text of one of the run folder's JSON files. Never throws. */
export function decodeFile<Schema extends z.ZodType>(schema: Schema, text: string): Decoded<z.infer<Schema>> {
  const parsed = parseCapped(text);
  if ('problem' in parsed) return parsed;
  const result = schema.safeParse(parsed.value);
  return result.success ? { value: result.data } : { problem: describeIssues(result.error) };
}

function describeIssues(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return 'unreadable';
  const where = first.path.map(String).join('.');
  return where === '' ? first.message : `${where}: ${first.message}`;
}
