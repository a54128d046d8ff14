import { RESERVED_KEYS } from '../../protocol/runConfig.ts';
import { MAX_FINDINGS } from '../limits.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { isBlock, valueAt, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { keysAt } from '../schemaAt.ts';
import { adviseUnknownKey, type Advice } from '../unknownKeyAdvice.ts';
import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** A misspelt setting that is ignored costs a whole run; so every key must be known. */
export const unknownKey = defineRule('config.unknown-key', 'error', ({ parsed }) =>
  unknownPaths(parsed)
    .slice(0, MAX_FINDINGS)
    .map((path) => {
      const advice = adviseUnknownKey(path);
      const isTaken = advice.rename !== undefined && isSet(parsed, [...path.slice(0, -1), advice.rename]);
      const cure = isTaken ? `delete it, \`${advice.rename ?? ''}\` is set already.` : advice.cure;
      const fix = isTaken ? undefined : renameFix(parsed, path, advice);
      return { path, range: keyRange(parsed, path), message: unknownKeyMessage(path, cure), fix };
    }),
);

/** One sentence about the unknown key at `path`; `cure` follows the colon. */
export function unknownKeyMessage(path: Path, cure: string): string {
  return `${showPath(path)} is not a setting of Holdfast: ${cure}${/[.?]$/.test(cure) ? '' : '.'}`;
}

function unknownPaths(parsed: ParsedConfig): Path[] {
  return [...parsed.entries.values()].map(({ path }) => path).filter(isUnknown);
}

function isUnknown(path: Path): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string') return false;
  if (path.length === 1 && Object.hasOwn(RESERVED_KEYS, key)) return false;
  // Undefined below an unknown key, and where a block stands that must be a number: one complaint is enough.
  const keys = keysAt(path.slice(0, -1));
  return keys !== undefined && !keys.includes(key);
}

function renameFix(parsed: ParsedConfig, path: Path, { rename }: Advice): Fix | undefined {
  if (rename === undefined) return undefined;
  const range = keyRange(parsed, path);
  const isQuoted = /^["']/.test(parsed.text.slice(range.offset));
  return { title: `Change to ${rename}`, replacement: isQuoted ? JSON.stringify(rename) : rename, range };
}

function isSet(parsed: ParsedConfig, path: Path): boolean {
  const block = valueAt(parsed.value, path.slice(0, -1));
  return isBlock(block) && Object.hasOwn(block, path.at(-1) ?? '');
}
