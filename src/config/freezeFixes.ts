import { removeSetting, replaceValue } from './edits.ts';
import type { FreezePattern } from './freezePatterns.ts';
import type { ParsedConfig } from './parse.ts';
import { valueAt } from './path.ts';
import type { Fix } from './problem.ts';

/** Puts `meant` in the place of a pattern; where its list has that already, takes the pattern out. */
export function replacePattern(
  parsed: ParsedConfig,
  pattern: FreezePattern,
  meant: string,
  isCertain: boolean,
): Fix {
  if (listOf(parsed, pattern).includes(meant)) return removePattern(parsed, pattern, isCertain);
  return {
    title: `Change to ${meant}`,
    edits: [replaceValue(parsed, pattern.path, meant)],
    isCertain,
  };
}

/** Takes a pattern out, with its list where it was the only one. */
export function removePattern(parsed: ParsedConfig, { key, path }: FreezePattern, isCertain: boolean): Fix {
  const isOnly = listOf(parsed, { key }).length === 1;
  return isOnly
    ? { title: `Delete ${key}`, edits: [removeSetting(parsed, ['freeze', key])], isCertain }
    : { title: 'Delete it', edits: [removeSetting(parsed, path)], isCertain };
}

/** The block out of the config. */
export function removeFreeze(parsed: ParsedConfig): Fix {
  return { title: 'Delete freeze', edits: [removeSetting(parsed, ['freeze'])], isCertain: false };
}

function listOf(parsed: ParsedConfig, { key }: Pick<FreezePattern, 'key'>): readonly unknown[] {
  const list = valueAt(parsed.value, ['freeze', key]);
  return Array.isArray(list) ? list : [];
}
