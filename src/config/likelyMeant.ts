import type { JsonSchema } from './jsonSchema.ts';
import { nearest } from '../base/nearest.ts';

/** Booleans of YAML 1.1 and of shells, which YAML 1.2 reads as plain words. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  '1': true,
  no: false,
  off: false,
  false: false,
  '0': false,
};

/** A value that a key without a block or list can have. */
export type Meant = string | number | boolean;

/**
 * The value that somebody who wrote `received` probably had in mind, or undefined. It need not be allowed: the caller asks
 * the schema. `source` is the value as it stands in the text.
 */
export function likelyMeant(received: unknown, schema: JsonSchema, source: string): Meant | undefined {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return nearestWord(received, schema.enum);
  switch (schema.type) {
    case 'number':
    case 'integer':
      return typeof received === 'string' ? asNumber(received) : undefined;
    case 'boolean':
      return asBoolean(received);
    case 'string':
      return typeof received === 'number' || typeof received === 'boolean' ? source : undefined;
    default:
      return undefined;
  }
}

function nearestWord(received: unknown, words: readonly string[]): string | undefined {
  // `no` is false to YAML 1.1, and to whoever learned it there.
  if (received === false && words.includes('no')) return 'no';
  return typeof received === 'string' ? nearest(received, words) : undefined;
}

/** Numbers in quotes, with digit groups (1_000, 1,000), or in per cent. */
function asNumber(text: string): number | undefined {
  const match = /^\s*([-+]?[\d.,_]+(?:e[-+]?\d+)?)\s*(%?)\s*$/i.exec(text);
  if (match?.[1] === undefined) return undefined;
  const number = Number(match[1].replace(/[_,](?=\d{3}\b)/g, ''));
  if (!Number.isFinite(number)) return undefined;
  return match[2] === '%' ? number / 100 : number;
}

function asBoolean(received: unknown): boolean | undefined {
  if (typeof received !== 'string' && typeof received !== 'number') return undefined;
  const word = String(received).toLowerCase();
  return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
}
