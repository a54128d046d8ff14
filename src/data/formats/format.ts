import type { ChatMessage, ChatRow, Row } from '../row.ts';

/** One way to write a row in a data file. A new format is one file beside this one and its line in `formats.ts`. */
export interface RowFormat {
  readonly name: string;
  /** Whether a record is written in this format; looks at its keys only. */
  matches(record: Readonly<Record<string, unknown>>): boolean;
  /** The row, or half a sentence saying what is wrong with the record: `"answers" must be ...`. */
  parse(record: Readonly<Record<string, unknown>>, id: string): Row | string;
}

/** Half a sentence if `record[key]` is not a non-empty string. */
export function textProblem(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = record[key];
  if (typeof value !== 'string') return `"${key}" must be a string`;
  return value.trim() === '' ? `"${key}" is empty` : undefined;
}

/** A conversation, or half a sentence saying why it is none that can be trained on. */
export function chatRow(messages: readonly ChatMessage[], id: string): ChatRow | string {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return 'must end with what the assistant says';
  const empty = messages.find(({ role, content }) => role !== 'system' && content.trim() === '');
  if (empty !== undefined) return `has an empty ${empty.role} turn`;
  if (!messages.some(({ role }) => role === 'user')) return 'has no user turn';
  if (messages.slice(1).some(({ role }) => role === 'system')) return 'has a system message that is not the first';
  return { kind: 'chat', id, messages };
}
