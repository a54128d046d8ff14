import type { ErrorCode } from 'yaml';
import { quote } from './wording.ts';

/** What to do about the mistakes people make in YAML, by the code of the `yaml` package. */
const CURES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'indent with spaces instead of a tab',
  BAD_INDENT: 'line it up with the keys of its block, or close its bracket',
  BLOCK_AS_IMPLICIT_KEY:
    'put the value in quotes if it contains a colon, or line the next line up with this one',
  BLOCK_IN_FLOW: 'close the bracket before the next key',
  MULTILINE_IMPLICIT_KEY: 'write `key: value`, with a colon and a space',
  MISSING_CHAR: 'add the missing quote, bracket or colon',
  BAD_SCALAR_START: 'put the value in quotes',
  BAD_DQ_ESCAPE: 'double the backslash, or use single quotes',
  MULTIPLE_DOCS: 'keep one config per file, without a second `---`',
  TAG_RESOLVE_FAILED: 'delete the tag that starts with `!`',
  BAD_DIRECTIVE: 'delete the line that starts with `%`',
  BAD_ALIAS: 'write the value instead of an alias, or put it in quotes',
  KEY_OVER_1024_CHARS: 'write `key: value`, with a short key',
};

/** One sentence about a line that is not what it should be. `reason` is the library's own, used where no cure is known. */
export function syntaxMessage(
  code: ErrorCode,
  line: string,
  reason: string,
  language: 'YAML' | 'JSON',
): string {
  const cure = CURES[code] ?? `correct it (${reason.replace(/\s+/g, ' ')})`;
  const subject = line === '' ? 'The end of the config' : quote(line);
  return `${subject} cannot be read as ${language}: ${cure}.`;
}
