import { RESERVED_KEYS } from '../../protocol/runConfig.ts';
import { keyRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Planned blocks are refused by name: a run that silently ignored its method would be worse than none. */
export const reservedKey = defineRule({
  code: 'config.reserved-key',
  level: 'error',
  side: 'shape',
  what: 'A planned block is used that does not work yet.',
  why: 'A run that silently ignored its method would be worse than none.',
  cure: 'Delete the block.',
  find: ({ parsed }) => Object.keys(parsed.value ?? {}).filter(isReserved),
  tell: (key, { parsed }) => ({ path: [key], range: keyRange(parsed, [key]), message: reservedMessage(key) }),
});

/** Whether a top-level key is planned and does not work yet. */
export function isReserved(key: string): boolean {
  return Object.hasOwn(RESERVED_KEYS, key);
}

/** One sentence about a key that is planned. */
export function reservedMessage(key: string): string {
  return `${quote(key)} cannot be used: ${RESERVED_KEYS[key] ?? 'it is not in this version yet'}; delete it to run without.`;
}

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n' },
    // Inside a block it is a key like any other that is not known.
    { text: 'probes: {replay: 1}\n' },
  ],
  bad: [
    {
      text: 'replay: {ratio: 0.1}\n',
      says: ['`replay` cannot be used: replay is not in this version yet; delete it to run without.'],
    },
    {
      text: 'ewc:\n',
      says: [
        '`ewc` cannot be used: elastic weight consolidation is not in this version yet; delete it to run without.',
      ],
    },
  ],
};
