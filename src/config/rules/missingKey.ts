import { describeAllowed } from '../allowed.ts';
import { firstLine, START, type Range } from '../range.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { schemaAt } from '../schemaAt.ts';
import { schemaIssues } from '../schemaIssues.ts';
import { showPath } from '../wording.ts';
import { defineRule } from './rule.ts';

/** Settings without a default must be there. */
export const missingKey = defineRule('config.missing-key', 'error', ({ parsed }) => {
  // The key may stand behind what could not be read.
  if (parsed.problems.length > 0) return [];
  return schemaIssues(parsed.value)
    .filter(({ received }) => received === undefined)
    .map(({ path }) => ({
      path,
      range: placeOf(parsed, path),
      message: messageFor(path),
      fix: versionFix(parsed, path),
    }));
});

function messageFor(path: Path): string {
  const schema = schemaAt(path);
  const what = schema === undefined ? 'a value' : describeAllowed(schema);
  const meaning = schema?.description?.replace(/\.$/, '');
  return `${showPath(path)} is missing: add it with ${what}${meaning === undefined ? '' : ` (${meaning})`}.`;
}

/** The first line of the block that lacks it: of the whole config, its first setting. */
function placeOf(parsed: ParsedConfig, path: Path): Range {
  const block = path.slice(0, -1);
  return block.length > 0 ? firstLine(parsed.text, valueRange(parsed, block)) : firstKey(parsed);
}

function firstKey(parsed: ParsedConfig): Range {
  const [first] = Object.keys(parsed.value ?? {});
  return first === undefined ? START : keyRange(parsed, [first]);
}

/** Only `version` has one right value. At the first column, because text before a bracket would not be inside it. */
function versionFix(parsed: ParsedConfig, path: Path): Fix | undefined {
  const place = firstKey(parsed);
  const wanted = schemaAt(path)?.const;
  if (wanted === undefined || path.length !== 1 || place.column !== 1) return undefined;
  const line = `${formatPath(path)}: ${wanted}`;
  return { title: `Add ${line}`, replacement: `${line}\n`, range: { ...place, length: 0 } };
}
