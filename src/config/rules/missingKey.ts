import { describeAllowed } from '../allowed.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { firstLine, START, type Range } from '../range.ts';
import { schemaAt } from '../schemaAt.ts';
import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';
import { isMisspelt } from './unknownKey.ts';

/** Settings without a default must be there. Where the text is broken, or a key is misspelt, they may be: no complaint then. */
export const missingKey = defineRule(
  'config.missing-key',
  'error',
  ({ parsed, issues }) =>
    parsed.problems.length > 0
      ? []
      : issues.filter(({ received, path }) => received === undefined && !isMisspelt(parsed, path)),
  ({ path }, { parsed }) => ({
    path,
    range: placeOf(parsed, path),
    message: messageFor(path),
    fix: versionFix(parsed, path),
  }),
);

function messageFor(path: Path): string {
  const schema = schemaAt(path);
  const what = schema === undefined ? 'a value' : describeAllowed(schema);
  const meaning = schema?.description?.replace(/\.$/, '');
  return `${showPath(path)} is missing: add it with ${what}${meaning === undefined ? '' : ` (${meaning})`}.`;
}

/** The first line of the block that lacks it: of the whole config, its first setting. */
function placeOf(parsed: ParsedConfig, path: Path): Range {
  const block = path.slice(0, -1);
  if (block.length > 0) return firstLine(parsed.text, valueRange(parsed, block));
  return firstKey(parsed) ?? START;
}

function firstKey(parsed: ParsedConfig): Range | undefined {
  const [first] = Object.keys(parsed.value ?? {});
  return first === undefined ? undefined : keyRange(parsed, [first]);
}

/** Only `version` has one right value. Never inside brackets, where a line of its own would break the config. */
function versionFix(parsed: ParsedConfig, path: Path): Fix | undefined {
  const place = firstKey(parsed);
  const wanted = path.length === 1 ? schemaAt(path)?.const : undefined;
  if (wanted === undefined || place === undefined) return undefined;
  if (place.column !== 1 || parsed.text.slice(0, place.offset).includes('{')) return undefined;
  const line = `${formatPath(path)}: ${wanted}`;
  return { title: `Add ${line}`, replacement: `${line}\n`, range: { ...place, length: 0 } };
}
