import { normaliseQuestion } from '../../data/knowledge.ts';
import type { ChatRow, Row } from '../../data/row.ts';
import { answersOf, isAsking, questionOf } from '../../data/wording.ts';

/** What a row says, in keys that are equal where rows say the same. */
export interface RowKeys {
  /** What is given: of a question, its words; of a conversation, all before the last answer; of text, nothing. */
  readonly prompt: string;
  /** What is to be said; the first one is trained on. Never empty. */
  readonly completions: readonly string[];
  /** Whether the row asks, so that another answer to the same prompt contradicts it. */
  readonly isAsking: boolean;
}

/** Prompts are compared as questions are (case, spacing and final punctuation aside), completions but for blanks around them. */
export function keysOf(row: Row): RowKeys {
  if (row.kind === 'text') return { prompt: '\u0000', completions: [row.text.trim()], isAsking: false };
  if (row.kind === 'chat') return { ...keysOfChat(row), isAsking: isAsking(row) };
  return { prompt: normaliseQuestion(questionOf(row)), completions: answersOf(row), isAsking: true };
}

/** Another system message is another prompt. */
function keysOfChat({ messages }: ChatRow): Pick<RowKeys, 'prompt' | 'completions'> {
  const turns = messages.slice(0, -1).map(({ role, content }) => `${role}\n${normaliseQuestion(content)}`);
  const [first] = messages;
  const isPlain = messages.length === 2 && first?.role === 'user';
  return {
    // The same question counts as the same, whichever format it is written in.
    prompt: isPlain ? normaliseQuestion(first.content) : turns.join('\u0000'),
    completions: [(messages.at(-1)?.content ?? '').trim()],
  };
}
