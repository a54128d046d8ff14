import { RESERVED_KEYS } from '../../protocol/runConfig.ts';
import { keyRange } from '../parse.ts';
import { quote } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Planned blocks are refused by name: a run that silently ignored its method would be worse than none. */
export const reservedKey = defineRule('config.reserved-key', 'error', ({ parsed }) =>
  Object.keys(parsed.value ?? {}).flatMap((key) => {
    const message = reservedMessage(key);
    return message === undefined ? [] : [{ path: [key], range: keyRange(parsed, [key]), message }];
  }),
);

/** One sentence about a key that is planned; undefined for every other key. */
export function reservedMessage(key: string): string | undefined {
  if (!Object.hasOwn(RESERVED_KEYS, key)) return undefined;
  return `${quote(key)} cannot be used: ${RESERVED_KEYS[key] ?? 'it is not in this version yet'}; delete it to run without.`;
}
