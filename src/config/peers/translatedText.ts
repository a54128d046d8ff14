import { stringify } from 'yaml';
import { newlineOf } from '../edits.ts';
import type { Translation } from './translate.ts';

/** A translation as the text of a config: JSON where the original was, its line endings kept. Comments are not taken along. */
export function translatedText({ value }: Pick<Translation, 'value'>, original: string): string {
  const isJson = original.trimStart().startsWith('{');
  const text = isJson ? `${JSON.stringify(value, undefined, 2)}\n` : stringify(value, { lineWidth: 0 });
  return text.replaceAll('\n', newlineOf(original));
}
