import { lazy } from '../../../base/lazy.ts';
import { aboutConfig } from '../../about.ts';
import { checkConfig } from '../../check.ts';
import type { Surroundings } from '../../files.ts';
import { parseConfigText } from '../../parse.ts';
import type { Problem } from '../../problem.ts';
import { blockAt, schemaAt } from '../../schemaAt.ts';
import { cursorAt, endingAt, type Cursor } from '../cursor.ts';
import { clampOffset, withoutMark } from '../span.ts';
import type { Completion } from './completion.ts';
import { ignoreCompletions } from './ignoreCodes.ts';
import { keyCompletions } from './keys.ts';
import type { ListFolder } from './paths.ts';
import { itemCompletions, valueCompletions } from './valueCompletions.ts';
import type { Sources } from './values.ts';
import { wholeFileCompletions } from './wholeFiles.ts';

export interface CompletionInput {
  readonly text: string;
  /** Where somebody is writing: UTF-16 code units, a byte order mark not counted. */
  readonly offset: number;
  readonly surroundings: Surroundings;
  /** Without it no paths are offered. */
  readonly list?: ListFolder;
  /** Of this text, if somebody has them; else a comment that silences some has them worked out. */
  readonly problems?: readonly Problem[];
  /** Whether an empty file shall become JSON. */
  readonly isJsonFile?: boolean;
}

/** What could stand where somebody is writing. Total, and quick in a text of any length. */
export function completionsAt(input: CompletionInput): Completion[] {
  const text = withoutMark(input.text);
  const offset = clampOffset(text, input.offset);
  const ending = endingAt(text, offset);
  if (ending.place === 'nothing') return [];
  if (ending.place === 'comment') {
    const problems = (): readonly Problem[] =>
      input.problems ?? (text.length > MAX_READ ? [] : checkConfig(text, input.surroundings).problems);
    return ignoreCompletions(text, ending.start, offset, problems);
  }
  const cursor = cursorAt(text, offset, ending);
  const written = text.slice(cursor.word.offset, offset);
  const parsed = lazy(() => parseConfigText(headOf(text)));
  const about = lazy(() => aboutConfig(parsed(), input.surroundings));
  const { surroundings, list = () => undefined } = input;
  return [
    ...wholeFiles(cursor, input.isJsonFile === true),
    ...completionsFor(cursor, {
      surroundings,
      list,
      parsed,
      about,
      written: written.replace(/^["']/, ''),
    }),
  ];
}

/** A text is read whole up to here, in characters: somebody waits. */
const MAX_READ = 100_000;

/** Where the model is named, as a rule. */
function headOf(text: string): string {
  return text.length > MAX_READ ? text.slice(0, text.lastIndexOf('\n', MAX_READ) + 1) : text;
}

/** At the top of a text without settings. */
function wholeFiles({ text, ending, word }: Cursor, isJson: boolean): Completion[] {
  const around = `${text.slice(0, word.offset)}${text.slice(word.offset + word.length)}`;
  const isEmpty = ending.place === 'key' && !/^[ \t]*[^\s#]/m.test(around);
  return isEmpty ? wholeFileCompletions(word, isJson) : [];
}

function completionsFor(cursor: Cursor, sources: Sources): Completion[] {
  const { place, path } = cursor.ending;
  const schema = schemaAt(path);
  if (place === 'key') return keyCompletions(cursor, sources.written);
  if (schema === undefined) return [];
  if (place === 'item') return itemCompletions(cursor, path, schema, sources);
  const isBlockHere = place === 'inside' && blockAt(path) !== undefined;
  const keys = isBlockHere ? keyCompletions(cursor, sources.written) : [];
  return cursor.hasColon ? keys : [...keys, ...valueCompletions(cursor, path, schema, sources)];
}
