import { RESERVED_KEYS } from '../../protocol/runConfig.ts';
import { keyRange } from '../parse.ts';
import { quote } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Planned blocks are refused by name: a run that silently ignored its method would be worse than none. */
export const reservedKey = defineRule(
  'config.reserved-key',
  'error',
  ({ parsed }) => Object.keys(parsed.value ?? {}).filter(isReserved),
  (key, { parsed }) => ({ path: [key], range: keyRange(parsed, [key]), message: reservedMessage(key) }),
);

/** Whether a top-level key is planned and does not work yet. */
export function isReserved(key: string): boolean {
  return Object.hasOwn(RESERVED_KEYS, key);
}

/** One sentence about a key that is planned. */
export function reservedMessage(key: string): string {
  return `${quote(key)} cannot be used: ${RESERVED_KEYS[key] ?? 'it is not in this version yet'}; delete it to run without.`;
}
