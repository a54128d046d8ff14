import { Template } from '@huggingface/jinja';
import type { ChatMessage } from './row.ts';

/**
 * The day it is for templates that ask. It stands still, because a row must be the same tokens whenever it is encoded: a resumed
 * run is bit-equal to one that was never interrupted. It is the day that Llama 3's templates take where there is no clock.
 */
const TODAY: Readonly<Record<string, string>> = {
  ...{ Y: '2024', y: '24', m: '07', B: 'July', b: 'Jul', d: '26', j: '208', A: 'Friday', a: 'Fri' },
  ...{ H: '00', I: '12', M: '00', S: '00', p: 'AM' },
};

/** A model's chat template, as transformers' apply_chat_template renders it (but for the date, see TODAY). */
export interface ChatTemplate {
  /**
   * @param addGenerationPrompt end with what introduces the assistant's turn
   * @returns the text, or half a sentence saying what the template refuses
   */
  render(
    messages: readonly ChatMessage[],
    addGenerationPrompt: boolean,
  ): { readonly text: string } | { readonly problem: string };
}

/** The tokens a template may name. */
export interface TemplateTokens {
  readonly bos_token?: string | undefined;
  readonly eos_token?: string | undefined;
}

/** Reads a Jinja template; half a sentence where it is none. */
export function compileChatTemplate(
  source: string,
  tokens: TemplateTokens,
): ChatTemplate | { readonly problem: string } {
  let template: Template;
  try {
    // The package has a clock of its own, which a value of that name cannot replace; the line break is the block's own.
    template = new Template(`{% set strftime_now = today %}\n${source}`);
  } catch (error) {
    return { problem: `is no Jinja template (${sentence(error)})` };
  }
  return {
    render: (messages, addGenerationPrompt) => {
      try {
        const text = template.render({
          ...tokens,
          today: (format: string) => format.replace(/%([a-zA-Z])/g, (all, part: string) => TODAY[part] ?? all),
          // Given, and none: a template may ask either.
          tools: null,
          documents: null,
          messages: messages.map((message) => ({ ...message })),
          add_generation_prompt: addGenerationPrompt,
        });
        return { text };
      } catch (error) {
        return { problem: `cannot be put into the model's chat template (${sentence(error)})` };
      }
    },
  };
}

/** A stretch of a rendered conversation. */
export interface ChatPiece {
  readonly text: string;
  /** Whether the assistant says it. */
  readonly isAnswer: boolean;
}

/**
 * A conversation cut into what the assistant is given and what it says, its end-of-turn marker included: the template is rendered
 * turn by turn, each rendering must go on from the one before. White space after the marker belongs to what follows.
 * @returns pieces, context and answer in turn; or half a sentence where the renderings do not nest or leave an answer out
 */
export function cutConversation(
  messages: readonly ChatMessage[],
  template: ChatTemplate,
): readonly ChatPiece[] | string {
  const pieces: ChatPiece[] = [];
  let done = '';
  for (const [index, { role }] of messages.entries()) {
    if (role !== 'assistant') continue;
    const before = template.render(messages.slice(0, index), true);
    if ('problem' in before) return before.problem;
    const after = template.render(messages.slice(0, index + 1), false);
    if ('problem' in after) return after.problem;
    if (!before.text.startsWith(done) || !after.text.startsWith(before.text))
      return 'cannot be cut into turns, because the chat template words earlier turns anew with every turn: use rows of one question and one answer';
    const answer = after.text.slice(before.text.length).trimEnd();
    if (answer === '') return 'loses an answer in the chat template, which words questions only: use a model whose template words both';
    pieces.push({ text: before.text.slice(done.length), isAnswer: false }, { text: answer, isAnswer: true });
    done = before.text + answer;
  }
  return pieces;
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 200) ?? '';
}
