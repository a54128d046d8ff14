import type { ChatMessage } from '../row.ts';
import { chatRow, textProblem, type RowFormat } from './format.ts';

/**
 * `{"instruction": ..., "input": ..., "output": ...}`, with `system` and `history` (pairs of earlier turns) as LLaMA-Factory
 * has them. Instruction and input become one user turn.
 */
export const alpacaFormat: RowFormat = {
  name: 'alpaca',
  matches: (record) => 'instruction' in record && 'output' in record,
  parse: (record, id) => {
    const problem =
      textProblem(record, 'instruction') ?? textProblem(record, 'output') ?? optionalProblem(record);
    if (problem !== undefined) return problem;
    const history = earlierTurns(record.history);
    if (typeof history === 'string') return history;
    const asked = [record.instruction, record.input].filter((part) => isText(part)).join('\n');
    return chatRow(
      [
        ...(isText(record.system) ? [{ role: 'system', content: record.system } as const] : []),
        ...history,
        { role: 'user', content: asked },
        { role: 'assistant', content: String(record.output) },
      ],
      id,
    );
  },
};

function optionalProblem(record: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = ['input', 'system'].find(
    (key) => record[key] !== undefined && record[key] !== null && typeof record[key] !== 'string',
  );
  return wrong === undefined ? undefined : `"${wrong}" must be a string`;
}

function earlierTurns(value: unknown): ChatMessage[] | string {
  if (value === undefined || value === null) return [];
  const isPair = (item: unknown): item is [string, string] =>
    Array.isArray(item) && item.length === 2 && item.every((part) => typeof part === 'string');
  if (!Array.isArray(value) || !value.every(isPair)) return '"history" must be a list of [question, answer] pairs';
  return value.flatMap(([question, answer]): ChatMessage[] => [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
