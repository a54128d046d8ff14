import { describeAllowed } from '../allowed.ts';
import { newlineOf } from '../edits.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import type { Fix } from '../problem.ts';
import { firstLine, START, type Range } from '../range.ts';
import { schemaAt } from '../schemaAt.ts';
import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';
import { isMisspelt } from './unknownKey.ts';

/** Settings without a default must be there. Where the text is broken, or a key is misspelt, they may be: no complaint then. */
export const missingKey = defineRule({
  code: 'config.missing-key',
  level: 'error',
  side: 'shape',
  what: 'A setting without a default is missing.',
  why: 'The run could not start.',
  cure: 'Add it.',
  find: ({ parsed, issues }) =>
    parsed.problems.length > 0
      ? []
      : issues.filter(({ received, path }) => received === undefined && !isMisspelt(parsed, path)),
  tell: ({ path }, { parsed }) => ({
    path,
    range: placeOf(parsed, path),
    message: messageFor(path),
    fixes: versionFix(parsed, path),
  }),
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
  if (block.length > 0) return firstLine(parsed.text, valueRange(parsed, block));
  return firstKey(parsed) ?? START;
}

function firstKey(parsed: ParsedConfig): Range | undefined {
  const [first] = Object.keys(parsed.value ?? {});
  return first === undefined ? undefined : keyRange(parsed, [first]);
}

/** Only `version` has one right value. Never inside brackets, where a line of its own would break the config. */
function versionFix(parsed: ParsedConfig, path: Path): Fix[] {
  const place = firstKey(parsed);
  const wanted = path.length === 1 ? schemaAt(path)?.const : undefined;
  if (wanted === undefined || place === undefined) return [];
  if (place.column !== 1 || parsed.text.slice(0, place.offset).includes('{')) return [];
  const line = `${formatPath(path)}: ${wanted}`;
  const edit = { range: { ...place, length: 0 }, replacement: `${line}${newlineOf(parsed.text)}` };
  return [{ title: `Add ${line}`, edits: [edit], isCertain: true }];
}

export const examples: Examples = {
  good: [
    { text: '' },
    // What cannot be read may be what is missing.
    { text: 'version: 1\nmodel_name_or_path: model\ntrain_file: [rows.jsonl\n', isWhole: true },
    // Misspelt, which another rule says.
    { text: 'version: 1\nmodel_name_or_path: model\ntrain_fil: rows.jsonl\n', isWhole: true },
  ],
  bad: [
    {
      text: '# mine\nmodel_name_or_path: model  # the base\ntrain_file: rows.jsonl\n',
      isWhole: true,
      says: ['`version` is missing: add it with `1` (Version of this file format).'],
      fixed: '# mine\nversion: 1\nmodel_name_or_path: model  # the base\ntrain_file: rows.jsonl\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model"}\n',
      isWhole: true,
      says: [
        '`train_file` is missing: add it with a path or a list of one or more {path, weight} (Rows to train on: prompt/completion, messages, alpaca, sharegpt, text or EntityQuestions; .jsonl or .json).',
      ],
    },
    {
      text: 'probes:\n  sets:\n    - file: more.jsonl\n',
      says: ['`probes.sets[0].name` is missing: add it with a text (Name under which results are shown).'],
    },
  ],
};
