import type { JsonSchema } from '../../jsonSchema.ts';
import { patternOf, type Path } from '../../path.ts';
import { blockAt } from '../../schemaAt.ts';
import { numberText } from '../../wording.ts';
import type { Cursor } from '../cursor.ts';
import { onOneLine } from '../settingText.ts';
import { manualEntry } from '../manual/manual.ts';
import type { Candidate } from './candidate.ts';
import { commaAt, complete, order, type Completion } from './completion.ts';
import { itemSnippet } from './keys.ts';
import { valueCandidates, type Sources } from './values.ts';
import { blankBefore, placeOf, writeValue } from './writing.ts';

/** What may stand behind a key, after a dash or between commas. */
export function valueCompletions(
  cursor: Cursor,
  path: Path,
  schema: JsonSchema,
  sources: Sources,
): Completion[] {
  const isOwnLine = cursor.ending.place === 'inside';
  const list = listOf(schema);
  const single = schema.type === 'array' ? [] : valueCandidates(path, schema, sources);
  const items = list?.items?.type === 'string' ? valueCandidates([...path, 0], list, sources) : [];
  const [before, after] = isOwnLine ? ['- ', ''] : ['[', ']'];
  return [
    ...single.map((candidate, index) => valueCompletion(cursor, candidate, index)),
    ...items.map((candidate, index) => valueCompletion(cursor, candidate, index, before, after)),
    ...listSnippets(cursor, path, list),
    ...emptyBlock(cursor, path),
  ];
}

/** A new item of a list that is made of lines. */
export function itemCompletions(
  cursor: Cursor,
  path: Path,
  schema: JsonSchema,
  sources: Sources,
): Completion[] {
  const list = { items: schema, type: 'array' } as const;
  if (schema.properties !== undefined) return listSnippets(cursor, path.slice(0, -1), list);
  return valueCandidates(path, schema, sources).map((candidate, index) =>
    valueCompletion(cursor, candidate, index, '- '),
  );
}

function valueCompletion(
  cursor: Cursor,
  candidate: Candidate,
  index: number,
  before = '',
  after = '',
): Completion {
  const { value, kind, detail, documentation = '', goesOn = false } = candidate;
  const text = typeof value === 'number' ? numberText(value) : String(value);
  const { label = onOneLine(text) } = candidate;
  const written = `${before}${writeValue(value, placeOf(cursor))}${after}`;
  const comma = cursor.needsComma ? ',' : '';
  return complete(cursor.word, {
    label: before === '' ? label : `${before}${label}${after}`,
    kind,
    insert: `${blankBefore(cursor)}${written}${comma}`,
    filter: `${cursor.quote ?? ''}${text}`,
    detail,
    documentation,
    sort: order(4, index),
    goesOn,
    also: commaAt(cursor.text, 'commaAt' in cursor.ending ? cursor.ending.commaAt : undefined),
  });
}

/** The list that may stand there, among alternatives. */
function listOf(schema: JsonSchema): JsonSchema | undefined {
  return [schema, ...(schema.anyOf ?? [])].find(({ type }) => type === 'array');
}

/** A list of blocks with its first item. */
function listSnippets(cursor: Cursor, path: Path, list: JsonSchema | undefined): Completion[] {
  const pattern = patternOf(path);
  const usual = manualEntry(pattern)?.usual;
  if (list?.items?.properties === undefined || usual === undefined) return [];
  const { place, isFlow } = cursor.ending;
  const item = itemSnippet(usual, cursor);
  const insert = isFlow ? `[${item}]` : `- ${item}`;
  const isBehindKey = place === 'value' && !isFlow;
  return [
    complete(cursor.word, {
      label: `- ${Object.keys(usual).join(', ')}`,
      kind: 'snippet',
      insert: isBehindKey ? `\n  ${insert.replaceAll('\n', '\n  ')}` : insert,
      isSnippet: true,
      filter: `${cursor.quote ?? ''}- `,
      detail: 'a list of blocks',
      sort: order(5, 0),
    }),
  ];
}

/** `{}` takes a block with all of its defaults. */
function emptyBlock(cursor: Cursor, path: Path): Completion[] {
  const block = blockAt(path);
  if (cursor.ending.place !== 'value' || block === undefined || block.required !== undefined) return [];
  return [
    complete(cursor.word, {
      label: '{}',
      kind: 'value',
      insert: `${blankBefore(cursor)}{}`,
      filter: `${cursor.quote ?? ''}{}`,
      detail: 'a block with all of its defaults',
      sort: order(4, 0),
    }),
  ];
}
