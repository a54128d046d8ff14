import type { ParsedConfig } from './parse.ts';
import { formatPath, type Path } from './path.ts';

/** Where to point at something that several settings decide: the first that stands in the text; the last of all where none does. */
export function firstWritten(parsed: ParsedConfig, ...paths: readonly [Path, ...Path[]]): Path {
  return paths.find((path) => parsed.entries.has(formatPath(path))) ?? paths.at(-1) ?? paths[0];
}
