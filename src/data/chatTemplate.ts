import { Template } from '@huggingface/jinja';
import type { ChatMessage } from './row.ts';

/** A model's chat template, as transformers' apply_chat_template renders it. */
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
    template = new Template(source);
  } catch (error) {
    return { problem: `is no Jinja template (${sentence(error)})` };
  }
  return {
    render: (messages, addGenerationPrompt) => {
      try {
        const text = template.render({
          ...tokens,
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
 * @returns pieces, context and answer in turn; or half a sentence where the renderings do not nest
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
    pieces.push({ text: before.text.slice(done.length), isAnswer: false }, { text: answer, isAnswer: true });
    done = before.text + answer;
  }
  return pieces;
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 200) ?? '';
}
