import type { ChatMessage } from '../row.ts';
import { chatRow, type RowFormat } from './format.ts';

const ROLES: Readonly<Record<string, ChatMessage['role']>> = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  system: 'system',
};

/** `{"conversations": [{"from": "human", "value": ...}, {"from": "gpt", ...}]}`, with `system` beside it. */
export const sharegptFormat: RowFormat = {
  name: 'sharegpt',
  matches: (record) => 'conversations' in record,
  parse: (record, id) => {
    const { conversations, system } = record;
    if (!Array.isArray(conversations)) return '"conversations" must be a list of turns';
    if (system !== undefined && system !== null && typeof system !== 'string') return '"system" must be a string';
    const messages: ChatMessage[] =
      typeof system === 'string' && system !== '' ? [{ role: 'system', content: system }] : [];
    for (const [index, turn] of conversations.entries()) {
      const { from, value } = (turn ?? {}) as Readonly<Record<string, unknown>>;
      const role = typeof from === 'string' && Object.hasOwn(ROLES, from) ? ROLES[from] : undefined;
      if (role === undefined)
        return `"conversations[${index}]" is from ${typeof from === 'string' ? `"${from}"` : 'nobody'}: it must be ${Object.keys(ROLES).join(', ')}`;
      if (typeof value !== 'string') return `"conversations[${index}]" must have a text as value`;
      messages.push({ role, content: value });
    }
    return chatRow(messages, id);
  },
};
