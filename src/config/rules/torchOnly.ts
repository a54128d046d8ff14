import { torchOnlyKeys } from '../../protocol/torchConfig.ts';
import { replaceValue } from '../edits.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** What an engine cannot do is refused: a run that silently ignored it would be another run. */
export const torchOnly = defineRule({
  code: 'config.torch-only',
  level: 'error',
  side: 'meaning',
  what: 'A setting needs the torch engine, and `engine` is `tfjs`.',
  why: 'A run that silently ignored it would be another run.',
  cure: 'Write `engine: torch`, or delete the setting.',
  find: ({ parsed }) => (parsed.value?.engine === 'tfjs' ? torchOnlyKeys(settingsOf(parsed)) : []),
  tell: (key, { parsed }) => ({
    path: [key],
    range: keyRange(parsed, [key]),
    message: `${quote(key)} needs the torch engine, and \`engine\` is \`tfjs\`: write \`engine: torch\`, or delete ${quote(key)}.`,
    fixes: [
      {
        title: 'Change to engine: torch',
        edits: [replaceValue(parsed, ['engine'], 'torch')],
        isCertain: false,
      },
    ],
  }),
});

const KEYS = [
  'optim',
  'bf16',
  'gradient_checkpointing',
  'torch_compile',
  'trust_remote_code',
  'report_to',
  'lora',
  'launch',
] as const;

/** Values that are not valid have a problem of their own. */
function settingsOf(parsed: ParsedConfig): Parameters<typeof torchOnlyKeys>[0] {
  return Object.fromEntries(KEYS.map((key) => [key, settingOf(parsed, key)]));
}

export const examples: Examples = {
  good: [
    { text: 'bf16: true\n' },
    { text: 'engine: torch\nlora: {r: 8}\n' },
    // As much as nothing.
    { text: 'engine: tfjs\nbf16: false\n' },
  ],
  bad: [
    {
      text: 'engine: tfjs  # at once\nbf16: true\n',
      says: [
        '`bf16` needs the torch engine, and `engine` is `tfjs`: write `engine: torch`, or delete `bf16`.',
      ],
      fixed: 'engine: torch  # at once\nbf16: true\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "engine": "tfjs", "bf16": true}\n',
      isWhole: true,
      says: [
        '`bf16` needs the torch engine, and `engine` is `tfjs`: write `engine: torch`, or delete `bf16`.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "engine": "torch", "bf16": true}\n',
    },
  ],
};
