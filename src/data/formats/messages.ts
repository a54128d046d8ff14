import type { ChatMessage } from '../row.ts';
import { chatRow, type RowFormat } from './format.ts';

/**
 * `{"messages": [{"role": ..., "content": ...}]}`, as TRL, OpenAI and mlx-lm write conversations, and TRL's conversational
 * `{"prompt": [...], "completion": [...]}`.
 */
export const messagesFormat: RowFormat = {
  name: 'messages',
  matches: (record) => 'messages' in record || (Array.isArray(record.prompt) && Array.isArray(record.completion)),
  parse: (record, id) => {
    const keys = 'messages' in record ? ['messages'] : ['prompt', 'completion'];
    const messages: ChatMessage[] = [];
    for (const key of keys) {
      const part = parseMessages(record[key], key);
      if (typeof part === 'string') return part;
      messages.push(...part);
    }
    return chatRow(messages, id);
  },
};

function parseMessages(list: unknown, key: string): ChatMessage[] | string {
  if (!Array.isArray(list)) return `"${key}" must be a list of messages`;
  const messages: ChatMessage[] = [];
  for (const [index, item] of list.entries()) {
    const message = parseMessage(item);
    if (typeof message === 'string') return `"${key}[${index}]" ${message}`;
    messages.push(message);
  }
  return messages;
}

function parseMessage(item: unknown): ChatMessage | string {
  if (typeof item !== 'object' || item === null) return 'must be an object with role and content';
  const { role, content } = item as Readonly<Record<string, unknown>>;
  if (role !== 'system' && role !== 'user' && role !== 'assistant')
    return `has ${typeof role === 'string' ? `the role "${role}"` : 'no role'}: it must be system, user or assistant`;
  if (typeof content !== 'string') return 'must have a text as content';
  return { role, content };
}
