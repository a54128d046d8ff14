import { replacePattern } from '../freezeFixes.ts';
import { valueRange } from '../parse.ts';
import { quote, showPath } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What no model could match; the engines refuse it in the same words. */
export const badPattern = defineRule({
  code: 'freeze.bad-pattern',
  level: 'error',
  side: 'meaning',
  what: 'An item of `freeze` is neither a group nor a range of layers nor a regular expression.',
  why: 'The engines refuse it when the run starts.',
  cure: 'Write a group such as `ffn`, layers such as `layers 0-11`, or a regular expression over parameter names.',
  find: ({ about }) =>
    about
      .freezePatterns()
      .flatMap((item) =>
        item.match !== undefined && 'kind' in item.match && item.match.kind === 'malformed'
          ? [{ item, fault: item.match }]
          : [],
      ),
  tell: ({ item, fault }, { parsed }) => {
    const subject = item.pattern.trim() === '' ? showPath(item.path) : quote(item.pattern);
    return {
      path: item.path,
      range: valueRange(parsed, item.path),
      message: `${subject} ${fault.problem().replace(/"([^"]*)"/g, '`$1`')}`,
      fixes: fault.meant().map((meant) => replacePattern(parsed, item, meant, true)),
    };
  },
});

const ONE_OF =
  'write one of embeddings, attention, q, k, v, o, ffn, gate, up, down, norms, lm_head or layers 0-11.';

export const examples: Examples = {
  good: [
    { text: 'freeze: {groups: [layers 2-5, layer 1, ffn]}\n' },
    // Slow to try, so it is left to the engine.
    { text: 'freeze: {groups: ["(a+)+!"]}\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'freeze:\n  groups: [layers 5-2]  # the middle\n',
      says: ['`layers 5-2` ends before it begins: write `layers 2-5`.'],
      fixed: 'freeze:\n  groups: [layers 2-5]  # the middle\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "freeze": {"trainable_groups": ["attention", "layers 9-3"]}}\n',
      isWhole: true,
      says: ['`layers 9-3` ends before it begins: write `layers 3-9`.'],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl",\n "freeze": {"trainable_groups": ["attention", "layers 3-9"]}}\n',
    },
    {
      text: 'freeze:\n  groups:\n    - mlp[\n    - " "\n',
      says: [
        `\`mlp[\` is neither a group nor a regular expression: ${ONE_OF}`,
        `\`freeze.groups[1]\` is empty: ${ONE_OF}`,
      ],
    },
  ],
};
