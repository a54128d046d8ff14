import { shuffled, type Random } from '../base/random.ts';
import type { ChatRow, CompletionRow, QuestionRow, Row } from './row.ts';

/** A row that asks something, so that it can be known or new. */
export type AskingRow = CompletionRow | QuestionRow | ChatRow;

/** Of conversations, those of one question and one answer. */
export function isAsking(row: Row): row is AskingRow {
  if (row.kind === 'chat') return row.messages.filter(({ role }) => role !== 'system').length === 2;
  return row.kind !== 'text';
}

/** A row as the model meets it: what it is given and what it must say (end token not included). */
export interface Wording {
  readonly prompt: string;
  readonly completion: string;
}

/** The fine-tune's wording of a row. `template` holds `{question}`; it words question rows only. */
export function wordRow(row: AskingRow, template: string): Wording {
  if (row.kind === 'completion') return { prompt: row.prompt, completion: row.completion };
  // A conversation, for a model that knows none: what introduces it stands before the question.
  const system = row.kind === 'chat' ? row.messages.filter(({ role }) => role === 'system') : [];
  const prompt = fill(template, [...system.map(({ content }) => content), questionOf(row)].join('\n'));
  return { prompt, completion: joinAnswer(prompt, answersOf(row)[0] ?? '') };
}

/**
 * The answer as it continues `prompt`. A space belongs to the answer's first token in byte-level and SentencePiece
 * vocabularies alike, so the prompt must not end with it: it moves to the completion.
 */
export function joinAnswer(prompt: string, answer: string): string {
  return /\s$/.test(prompt) ? answer : ` ${answer}`;
}

/** What counts as the question: of a prompt/completion row, its prompt. */
export function questionOf(row: AskingRow): string {
  switch (row.kind) {
    case 'question':
      return row.question;
    case 'completion':
      return row.prompt;
    case 'chat':
      return row.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  }
}

/** The accepted answers, trimmed. */
export function answersOf(row: AskingRow): readonly string[] {
  switch (row.kind) {
    case 'question':
      return row.answers.map((answer) => answer.trim());
    case 'completion':
      return [row.completion.trim()];
    case 'chat':
      return [(row.messages.at(-1)?.content ?? '').trim()];
  }
}

/** `{question}` replaced; a question that itself holds `$&` or `{question}` stays as it is. */
export function fill(template: string, question: string): string {
  return template.split('{question}').join(question);
}

/**
 * Few-shot prompts for `row` (Gekhman et al. 2024: `Q: ... A: ...`, exemplars of the same relation, others each time).
 * @param pool rows of the same file; those of the row's own relation are preferred
 * @returns `count` prompts; fewer exemplars than asked for when the pool is small
 */
export function fewShotPrompts(
  row: AskingRow,
  pool: readonly AskingRow[],
  count: number,
  exemplars: number,
  random: Random,
): string[] {
  const others = pool.filter((other) => other.id !== row.id && questionOf(other) !== questionOf(row));
  const related = others.filter((other) => relationOf(other) === relationOf(row));
  const source = related.length >= exemplars ? related : others;
  return Array.from({ length: count }, () => {
    const shots = pick(source, exemplars, random).map((other) => `Q: ${questionOf(other)}\nA: ${answersOf(other)[0] ?? ''}`);
    return [...shots, `Q: ${questionOf(row)}\nA:`].join('\n');
  });
}

function pick<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  if (items.length <= 4 * count) return shuffled(items, random).slice(0, count);
  const chosen = new Set<Item>();
  while (chosen.size < count) chosen.add(items[random.below(items.length)] as Item);
  return [...chosen];
}

function relationOf(row: AskingRow): string | undefined {
  return row.kind === 'question' ? row.relation : undefined;
}
