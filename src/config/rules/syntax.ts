import type { Examples } from './examples.ts';
import type { Rule } from './rule.ts';

/** What the parser stumbled over, so that the list of rules is the whole list of what may be wrong. */
export const syntax: Rule = {
  code: 'config.syntax',
  level: 'error',
  side: 'shape',
  what: 'A line cannot be read as YAML (or JSON), or the file is no config at all.',
  why: 'Everything behind it may mean something else than it seems to.',
  cure: 'Correct the line as the message says.',
  check: ({ parsed }) => [...parsed.problems],
};

export const examples: Examples = {
  good: [
    { text: '' },
    { text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl"}\n', isWhole: true },
    { text: 'prompt_template: |\n  Question: {question}\n  Answer:\n' },
  ],
  bad: [
    {
      text: 'probes:\n\tsets: auto\n',
      says: ['`sets: auto` cannot be read as YAML: indent with spaces instead of a tab.'],
    },
    {
      text: 'seed 3\nmax_length: 9\n',
      says: ['`seed 3` cannot be read as YAML: write `key: value`, with a colon and a space.'],
    },
    {
      text: 'seed: @3\n',
      says: ['`seed: @3` cannot be read as YAML: put the value in quotes.'],
    },
    {
      text: '{"version": 1, "model_name_or_path": "model"\n  "train_file": "rows.jsonl"}\n',
      isWhole: true,
      says: ['`"model"` has no comma behind it, and more follows: write one.'],
      fixed: '{"version": 1, "model_name_or_path": "model",\n  "train_file": "rows.jsonl"}\n',
    },
    {
      text: '{"version": 1, // as it is now\n  "model_name_or_path": "model", "train_file": "rows.jsonl"}\n',
      isWhole: true,
      says: [
        '`// as it is now` is a comment, which JSON does not have: delete it, or write the config as `.sft.yaml`, with `#`.',
      ],
      fixed: '{"version": 1, \n  "model_name_or_path": "model", "train_file": "rows.jsonl"}\n',
    },
    {
      text: '- train_file: rows.jsonl\n',
      isWhole: true,
      says: ['The config is a list, not settings: write lines like `learning_rate: 5.0e-5`.'],
    },
  ],
};
