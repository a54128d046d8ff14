import { stringify } from 'yaml';
import { schemaAt } from './schemaAt.ts';
import { numberText } from './wording.ts';

export interface NewConfig {
  /** Folder of the model, as it shall stand in the file. */
  readonly model: string;
  /** Data file, as it shall stand in the file. */
  readonly data: string;
  /** Which of the two cures; without one both stand there commented out. */
  readonly cures?: readonly Cure[];
}

/** What keeps a model from forgetting. */
export type Cure = 'self_distill' | 'attention_only';

/** What most people change comes first; the rest stands there commented out with its default, to be found. */
const SECTIONS: readonly { readonly title: string; readonly keys: readonly string[] }[] = [
  {
    title: 'How long and how fast',
    keys: ['learning_rate', 'num_train_epochs', 'per_device_train_batch_size'],
  },
  {
    title: 'More about training; each line shows the default',
    keys: [
      '# engine',
      '# seed',
      '# prompt_template',
      '# max_length',
      '# gradient_accumulation_steps',
      '# lr_scheduler_type',
      '# warmup_steps',
      '# weight_decay',
      '# max_grad_norm',
    ],
  },
  {
    title: 'When to measure and what to keep',
    keys: ['# eval_strategy', '# eval_steps', '# save_strategy', '# save_total_limit'],
  },
];

/** The blocks of the cures as most people want them. */
const CURES: Readonly<Record<Cure, readonly string[]>> = {
  self_distill: ['self_distill: {}  # Learn the new rows, keep to the old answers; {} takes the defaults.'],
  attention_only: ['freeze:', '  trainable_groups: [attention]  # Everything else stands still.'],
};

const PROBE_KEYS = ['sets', 'max_forgetting', '# on_exceeded', '# max_facts'];

/** A commented YAML config to start from. Defaults and comments come from the schema, so that they cannot go stale. */
export function renderNewConfig({ model, data, cures = [] }: NewConfig): string {
  const lines = [
    '# A fine-tune with Holdfast. Relative paths start at the folder of this file.',
    'version: 1',
    '',
    settingLine('model_name_or_path', model),
    settingLine('train_file', data),
    ...SECTIONS.flatMap(({ title, keys }) => ['', `# ${title}.`, ...keys.map((key) => defaultLine(key, []))]),
    '',
    '# Against forgetting.',
    ...Object.entries(CURES).flatMap(([cure, lines]) =>
      cures.includes(cure as Cure) ? lines : lines.map((line) => `# ${line}`),
    ),
    '',
    `# ${descriptionOf(['probes'])}`,
    'probes:',
    ...PROBE_KEYS.map((key) => `  ${defaultLine(key, ['probes'])}`),
  ];
  return `${lines.join('\n')}\n`;
}

function settingLine(key: string, value: string): string {
  return `${key}: ${yamlText(value)}  # ${descriptionOf([key])}`;
}

/** `key` with `# ` before it is commented out. */
function defaultLine(key: string, block: readonly string[]): string {
  const name = key.replace(/^# /, '');
  const path = [...block, name];
  const value = schemaAt(path)?.default;
  const written = typeof value === 'number' ? numberText(value) : yamlText(String(value));
  return `${key}: ${written}  # ${descriptionOf(path)}`;
}

function descriptionOf(path: readonly string[]): string {
  return schemaAt(path)?.description ?? '';
}

/** On one line, in quotes where YAML needs them. */
function yamlText(text: string): string {
  return stringify(text, { lineWidth: 0, blockQuote: false }).trimEnd();
}
