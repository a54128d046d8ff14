import { torchOnlyKeys } from '../../protocol/torchConfig.ts';
import { keyRange, valueRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { quote } from '../wording.ts';
import { defineRule } from './rule.ts';

/** What an engine cannot do is refused: a run that silently ignored it would be another run. */
export const torchOnly = defineRule(
  'config.torch-only',
  'error',
  ({ parsed }) => (parsed.value?.engine === 'tfjs' ? torchOnlyKeys(settingsOf(parsed)) : []),
  (key, { parsed }) => ({
    path: [key],
    range: keyRange(parsed, [key]),
    message: `${quote(key)} needs the torch engine, and \`engine\` is \`tfjs\`: write \`engine: torch\`, or delete ${quote(key)}.`,
    fix: {
      title: 'Change to engine: torch',
      replacement: 'torch',
      range: valueRange(parsed, ['engine']),
    },
  }),
);

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
