import { namedKind, resolvePath, type Surroundings } from '../files.ts';
import { modelPlace } from '../model.ts';
import { firstLine, type Range } from '../range.ts';
import type { Entry, ParsedConfig } from '../parse.ts';
import { valueAt } from '../path.ts';

/** A path in a config that can be opened. */
export interface Link {
  /** The path as it stands there, without quotes; on one line. */
  readonly range: Range;
  /** Absolute path of a file. */
  readonly path: string;
}

/** Each is looked for on the disk. */
const MOST_LINKS = 200;

/** Files that a config names: data files, and of models their config.json. Asks `files` and `hub`, and opens nothing. */
export function linksOf(parsed: ParsedConfig, surroundings: Surroundings): Link[] {
  return [...parsed.entries.values()]
    .flatMap((entry) => namedPath(parsed, entry) ?? [])
    .slice(0, MOST_LINKS)
    .flatMap(({ written, kind, range }) => {
      const path = kind === 'folder' ? configOf(written, surroundings) : dataFile(written, surroundings);
      return path === undefined ? [] : [{ range: unquoted(parsed.text, range), path }];
    });
}

interface NamedPath {
  readonly written: string;
  readonly kind: 'file' | 'folder';
  readonly range: Range;
}

function namedPath(parsed: ParsedConfig, { path, key, value: range }: Entry): NamedPath | undefined {
  const written = valueAt(parsed.value, path);
  const kind = namedKind(path, written);
  // Where nothing stands its key does, and an alias stands for what is written elsewhere.
  const isThere = range.offset !== key?.offset && parsed.text[range.offset] !== '*';
  return kind !== undefined && typeof written === 'string' && isThere ? { written, kind, range } : undefined;
}

function configOf(written: string, surroundings: Surroundings): string | undefined {
  const place = modelPlace(written, surroundings);
  return place.kind === 'folder' ? dataFile(resolvePath(place.path, 'config.json'), surroundings) : undefined;
}

function dataFile(written: string, { files, folder }: Surroundings): string | undefined {
  const path = resolvePath(folder, written);
  return files.kind(path) === 'file' ? path : undefined;
}

function unquoted(text: string, whole: Range): Range {
  const range = firstLine(text, whole);
  const words = text.slice(range.offset, range.offset + range.length);
  if (!/^(["']).*\1$/.test(words) || words.length < 2) return range;
  return {
    ...range,
    offset: range.offset + 1,
    column: range.column + 1,
    length: range.length - 2,
  };
}
