import { describeAllowed } from '../allowed.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import { numberText, quote } from '../wording.ts';
import { manualEntry } from './manual/manual.ts';

/** Type, range and default of a setting in one line: `a number above 0, default 5.0e-5`. */
export function typeLine(schema: JsonSchema, isRequired: boolean): string {
  const standard = isRequired ? 'required' : defaultText(schema);
  return standard === undefined ? describeAllowed(schema) : `${describeAllowed(schema)}, ${standard}`;
}

function defaultText({ default: value }: JsonSchema): string | undefined {
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  return `default ${quote(valueText(value))}`;
}

/** A value as a config writes it on one line. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Paragraphs of Markdown about a setting, for whoever shows it: what it is, unit, equation, values.
 * @param pattern as `patternOf` writes it
 */
export function settingParagraphs(pattern: string, schema: JsonSchema): string[] {
  const { more, unit, equation, values = [] } = manualEntry(pattern) ?? {};
  return [
    [schema.description, more].filter((text) => text !== undefined).join(' '),
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(equation === undefined ? [] : [['```text', ...equation, '```'].join('\n')]),
    ...(values.length === 0 ? [] : [values.map(valueLine).join('\n')]),
  ];
}

/** With its line breaks as `\\n`. */
export function onOneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function valueLine({ value, means }: { readonly value: unknown; readonly means: string }): string {
  return `- ${quote(onOneLine(valueText(value)))}: ${means}`;
}

/** Where the text comes from; undefined where it is evident. */
export function sourceLine(pattern: string): string | undefined {
  const source = manualEntry(pattern)?.source;
  return source === undefined ? undefined : `Source: ${source}.`;
}
