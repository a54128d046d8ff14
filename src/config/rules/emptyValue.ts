import { describeAllowed } from '../allowed.ts';
import { valueRange } from '../parse.ts';
import type { Path } from '../path.ts';
import { blockAt, schemaAt } from '../schemaAt.ts';
import { showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A key with nothing after its colon is null to YAML: neither a value nor the default. */
export const emptyValue = defineRule({
  code: 'config.empty-value',
  level: 'error',
  side: 'shape',
  what: 'A key has nothing behind its colon.',
  why: 'To YAML that is null: neither a value nor the default.',
  cure: 'Write a value, or delete the key to get the default.',
  find: ({ parsed, issues }) =>
    // Where the text is broken the value may be what could not be read.
    parsed.problems.length > 0 ? [] : issues.filter(({ received }) => received === null),
  tell: ({ path }, { parsed }) => ({ path, range: valueRange(parsed, path), message: messageFor(path) }),
});

function messageFor(path: Path): string {
  const schema = schemaAt(path);
  const cure = schema === undefined ? 'write one' : `write ${describeAllowed(schema)}`;
  const hasDefault = schema?.default !== undefined;
  const deletion = hasDefault ? ', or delete the key to get the default' : ', or delete the key';
  return `${showPath(path)} has no value: ${cure}${isOptional(path) ? deletion : ''}.`;
}

function isOptional(path: Path): boolean {
  const key = path.at(-1);
  const block = blockAt(path.slice(0, -1));
  return typeof key === 'string' && block !== undefined && block.required?.includes(key) !== true;
}

export const examples: Examples = {
  good: [{ text: 'seed: 0\n' }, { text: 'probes: {}\n' }, { text: 'report_to: []\n' }],
  bad: [
    {
      text: 'seed: # later\n',
      says: [
        '`seed` has no value: write a whole number from 0 to 4294967295, or delete the key to get the default.',
      ],
    },
    {
      text: 'eval_file: null\n',
      says: ['`eval_file` has no value: write a path, or delete the key.'],
    },
    {
      text: 'version: 1\nmodel_name_or_path:\ntrain_file: rows.jsonl\n',
      isWhole: true,
      says: ['`model_name_or_path` has no value: write a path.'],
    },
    {
      text: 'probes: {prompts: [null]}\n',
      says: ['`probes.prompts[0]` has no value: write a text.'],
    },
  ],
};
