import { MAX_FINDINGS } from '../limits.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { isBlock, valueAt, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { keysAt } from '../schemaAt.ts';
import { adviseUnknownKey, type Advice } from '../unknownKeyAdvice.ts';
import { showPath } from '../wording.ts';
import { isReserved } from './reservedKey.ts';
import { defineRule } from './rule.ts';

/** A misspelt setting that is ignored costs a whole run; so every key must be known. */
export const unknownKey = defineRule(
  'config.unknown-key',
  'error',
  ({ parsed }) => [...parsed.entries.values()].map(({ path }) => path).filter(isUnknown),
  (path, { parsed }) => {
    const advice = adviseUnknownKey(path);
    const range = keyRange(parsed, path);
    if (advice.rename === undefined) return { path, range, message: unknownKeyMessage(path, advice.cure) };
    if (isSet(parsed, [...path.slice(0, -1), advice.rename])) {
      return {
        path,
        range,
        message: unknownKeyMessage(path, `delete it, \`${advice.rename}\` is set already`),
      };
    }
    const fix = renameFix(parsed, path, advice.rename);
    return { path, range, message: unknownKeyMessage(path, advice.cure), fix };
  },
);

/** One sentence about the unknown key at `path`; `cure` follows the colon. */
export function unknownKeyMessage(path: Path, cure: Advice['cure']): string {
  return `${showPath(path)} is not a setting of Holdfast: ${cure}${/[.?]$/.test(cure) ? '' : '.'}`;
}

/** Whether an unknown key beside `path` was meant to be it. */
export function isMisspelt(parsed: ParsedConfig, path: Path): boolean {
  const block = path.slice(0, -1);
  const siblings = Object.keys(valueAt(parsed.value, block) ?? {}).map((key) => [...block, key]);
  return siblings
    .filter(isUnknown)
    .slice(0, MAX_FINDINGS)
    .some((sibling) => adviseUnknownKey(sibling).rename === path.at(-1));
}

function isUnknown(path: Path): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string' || (path.length === 1 && isReserved(key))) return false;
  // Undefined below an unknown key, and where a block stands that must be a number: one complaint is enough.
  const keys = keysAt(path.slice(0, -1));
  return keys !== undefined && !keys.includes(key);
}

function renameFix(parsed: ParsedConfig, path: Path, name: string): Fix {
  const range = keyRange(parsed, path);
  const isQuoted = /["']/.test(parsed.text.charAt(range.offset));
  return { title: `Change to ${name}`, replacement: isQuoted ? JSON.stringify(name) : name, range };
}

function isSet(parsed: ParsedConfig, path: Path): boolean {
  const block = valueAt(parsed.value, path.slice(0, -1));
  return isBlock(block) && Object.hasOwn(block, path.at(-1) ?? '');
}
