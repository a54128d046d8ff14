import { parse, stringify } from 'yaml';
import type { Meant } from '../../likelyMeant.ts';
import { numberText } from '../../wording.ts';
import type { Cursor } from '../cursor.ts';

/** How something has to be written where the cursor is. */
export type Place = Pick<Cursor, 'isJson' | 'quote'> & { readonly isFlow: boolean };

export function placeOf({ isJson, quote, ending }: Cursor): Place {
  return { isJson, quote, isFlow: ending.isFlow };
}

/** A value that is no block or list, in the quotes that were begun. */
export function writeValue(value: Meant, { isJson, quote, isFlow }: Place): string {
  if (isJson) return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (quote === "'" && !value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
  return quote === undefined ? yamlWord(value, isFlow) : JSON.stringify(value);
}

export function writeKey(key: string, { isJson, quote }: Place): string {
  return isJson || quote === '"' ? JSON.stringify(key) : quote === "'" ? `'${key}'` : key;
}

/** A value from how YAML writes it on one line: a word, a number, `[a, b]`. */
export function writeYaml(source: string, { isJson }: Place): string {
  return isJson ? JSON.stringify(parse(source)) : source;
}

/** On one line, in quotes where YAML needs them. */
function yamlWord(text: string, isFlow: boolean): string {
  const word = stringify(text, { lineWidth: 0, blockQuote: false }).trimEnd();
  return isFlow && /[,[\]{}]/.test(text) && !/^["']/.test(word) ? JSON.stringify(text) : word;
}

/** A blank between a colon or dash and what follows. */
export function blankBefore({ text, word, ending }: Cursor): string {
  return ending.place === 'value' && text[word.offset - 1] === ':' ? ' ' : '';
}
