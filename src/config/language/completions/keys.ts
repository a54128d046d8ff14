import type { JsonSchema } from '../../jsonSchema.ts';
import { formatPath, patternOf, type Path } from '../../path.ts';
import { blockAt } from '../../schemaAt.ts';
import type { Cursor } from '../cursor.ts';
import { manualEntry } from '../manual/manual.ts';
import { otherNames } from '../otherNames.ts';
import { settingParagraphs, typeLine } from '../settingText.ts';
import { commaAt, complete, inSnippet, order, type Completion } from './completion.ts';
import { placeOf, writeKey, writeYaml } from './writing.ts';

/** Shorter beginnings of other trainers' names would offer too much. */
const LEAST_LETTERS = 3;

/** Keys that the block at the cursor may hold and does not yet; those it must hold come first. */
export function keyCompletions(cursor: Cursor, written: string): Completion[] {
  const { path } = cursor.ending;
  const block = blockAt(path);
  const keys = Object.entries(block?.properties ?? {}).filter(([key]) => !cursor.siblings.has(key));
  return keys.flatMap(([key, schema], index) => {
    const isRequired = block?.required?.includes(key) === true;
    const own = keyCompletion(cursor, [...path, key], schema, isRequired, index);
    return [own, ...byOtherNames(own, [...path, key], written)];
  });
}

function keyCompletion(
  cursor: Cursor,
  path: Path,
  schema: JsonSchema,
  isRequired: boolean,
  index: number,
): Completion {
  const key = String(path.at(-1));
  const place = placeOf(cursor);
  const pattern = patternOf(path);
  const { insert, goesOn } = cursor.hasColon
    ? { insert: inSnippet(writeKey(key, place)), goesOn: false }
    : keySnippet(cursor, key, schema, manualEntry(pattern)?.usual);
  return complete(cursor.word, {
    label: key,
    kind: 'key',
    insert,
    isSnippet: true,
    filter: writeKey(key, place),
    detail: typeLine(schema, isRequired).replaceAll('`', ''),
    documentation: settingParagraphs(pattern, schema).join('\n\n'),
    sort: order(isRequired ? 1 : 2, index),
    goesOn,
    also: commaAt(cursor.text, 'commaAt' in cursor.ending ? cursor.ending.commaAt : undefined),
  });
}

/** With what most people put behind it. */
function keySnippet(
  cursor: Cursor,
  key: string,
  schema: JsonSchema,
  usual: Readonly<Record<string, string>> | undefined,
): { readonly insert: string; readonly goesOn: boolean } {
  const place = placeOf(cursor);
  const name = inSnippet(writeKey(key, place));
  const comma = cursor.needsComma ? ',' : '';
  if (schema.const !== undefined) return { insert: `${name}: ${schema.const}${comma}`, goesOn: false };
  if (schema.properties !== undefined && usual !== undefined && !place.isFlow) {
    return { insert: `${name}:${blockLines(usual)}`, goesOn: false };
  }
  const [before, after] = brackets(schema, place.isJson);
  // The final stop of a snippet is where its value is wanted.
  return { insert: `${name}: ${before}$0${after}${comma}`, goesOn: true };
}

function blockLines(usual: Readonly<Record<string, string>>): string {
  return Object.entries(usual)
    .map(([key, value], index) => `\n  ${key}: \${${index + 1}:${inSnippet(value)}}`)
    .join('');
}

/** Of an item of a list, as many lines as it has keys: `name: general`, and below it the rest. */
export function itemSnippet(usual: Readonly<Record<string, string>>, cursor: Cursor): string {
  const place = placeOf(cursor);
  const pairs = Object.entries(usual).map(
    ([key, value], index) =>
      `${inSnippet(writeKey(key, place))}: \${${index + 1}:${inSnippet(writeYaml(value, place))}}`,
  );
  // The brace that ends a snippet's own stop must stay one.
  return place.isFlow ? `{${pairs.join(', ')}\\}` : pairs.join('\n  ');
}

function brackets(schema: JsonSchema, isJson: boolean): readonly [string, string] {
  if (schema.properties !== undefined) return ['{', '\\}'];
  if (schema.type === 'array') return ['[', ']'];
  const isText = [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'string');
  return isJson && isText ? ['"', '"'] : ['', ''];
}

/** The same key for who begins to write what it is called elsewhere. */
function byOtherNames(own: Completion, path: Path, written: string): Completion[] {
  const begun = written.replace(/^["']/, '').toLowerCase();
  if (begun.length < LEAST_LETTERS) return [];
  return otherNames(formatPath(path))
    .filter(({ name }) => name.toLowerCase().startsWith(begun))
    .slice(0, 1)
    .map(({ name, trainer }) => ({
      ...own,
      filter: own.filter.replace(own.label, name),
      detail: trainer === undefined ? `elsewhere ${name}` : `${name} in ${trainer}`,
      sort: order(3, 0),
    }));
}
