/**
 * One training or probe row after its file format is understood. `id` is unique in its file and stable over runs
 * (file name and line), so that per-fact results of two runs can be paired.
 */
export type Row = TextRow | CompletionRow | QuestionRow | ChatRow;

/** Plain text: every token counts. */
export interface TextRow {
  readonly kind: 'text';
  readonly id: string;
  readonly text: string;
}

/** TRL's prompt/completion: the loss counts on the completion. */
export interface CompletionRow {
  readonly kind: 'completion';
  readonly id: string;
  readonly prompt: string;
  readonly completion: string;
}

/** A question with its accepted answers, the first of which is trained on. */
export interface QuestionRow {
  readonly kind: 'question';
  readonly id: string;
  readonly question: string;
  readonly answers: readonly string[];
  readonly subject?: string;
  readonly relation?: string;
}

/** A conversation that ends with the assistant; the loss counts what the assistant says. */
export interface ChatRow {
  readonly kind: 'chat';
  readonly id: string;
  readonly messages: readonly ChatMessage[];
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}
