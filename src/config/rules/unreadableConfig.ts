import { ModelConfigSchema, tfjsObstacle } from '../../protocol/modelConfig.ts';
import { resolvePath } from '../files.ts';
import { valueRange } from '../parse.ts';
import { formatPath, isBlock, valueAt, type Path } from '../path.ts';
import { quote, show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Both engines read the model's config.json first. */
export const unreadableConfig = defineRule({
  code: 'model.unreadable-config',
  level: 'error',
  side: 'meaning',
  what: 'The config.json of the model is not JSON, or lacks a size that the engine needs.',
  why: 'The run would stop at once.',
  cure: 'Copy or download the file again; use the config.json that came with the weights.',
  find: (input) => {
    const problem = problemOf(input);
    return problem === undefined ? [] : [problem];
  },
  tell: (problem, { parsed, about }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message: `The config.json of ${quote(about.modelFolder() ?? '')} ${problem}.`,
  }),
});

/** What follows its name, the cure included. */
function problemOf({ about, files }: RuleInput): string | undefined {
  const [model, folder] = [about.model(), about.modelFolder()];
  if (model === undefined || folder === undefined) return undefined;
  const { config } = model;
  if (config === undefined) {
    // Where there is none at all, the missing file is the problem.
    const isThere = files.kind(resolvePath(folder, 'config.json')) === 'file';
    return isThere ? 'cannot be read as JSON: copy or download it again' : undefined;
  }
  if (!isBlock(config)) return 'is not a JSON object: copy or download it again';
  return about.engine() === 'tfjs' ? tfjsProblem(config) : undefined;
}

function tfjsProblem(config: unknown): string | undefined {
  if (tfjsObstacle(config) !== undefined) return undefined;
  const parsed = ModelConfigSchema.safeParse(config);
  if (parsed.success) {
    const { architectures, model_type: type } = parsed.data;
    return architectures?.[0] === undefined && type === undefined
      ? 'names no architecture: use the config.json that came with the weights'
      : undefined;
  }
  const path = (parsed.error.issues[0]?.path ?? []).filter((step) => typeof step !== 'symbol') as Path;
  const value = valueAt(config, path);
  const what =
    value === undefined ? `has no \`${formatPath(path)}\`` : `says \`${formatPath(path)}\` is ${show(value)}`;
  return `${what}: use the config.json that came with the weights`;
}

const LLAMA = {
  architectures: ['LlamaForCausalLM'],
  vocab_size: 500,
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
};

export const examples: Examples = {
  good: [
    { text: 'seed: 1\n', world: { model: {} } },
    { text: 'engine: torch\n', world: { model: { config: { model_type: 'gpt2' } } } },
    { text: 'seed: 1\n' },
  ],
  bad: [
    {
      text: 'seed: 1\n',
      world: { model: { config: undefined } },
      says: ['The config.json of `/home/ada/study/model` cannot be read as JSON: copy or download it again.'],
    },
    {
      text: 'seed: 1\n',
      world: { model: { config: [] } },
      says: ['The config.json of `/home/ada/study/model` is not a JSON object: copy or download it again.'],
    },
    {
      text: 'engine: tfjs\n',
      world: { model: { config: { ...LLAMA, hidden_size: 'wide' } } },
      says: [
        'The config.json of `/home/ada/study/model` says `hidden_size` is `wide`: use the config.json that came with the weights.',
      ],
    },
    {
      text: 'seed: 1\n',
      world: { model: { config: { ...LLAMA, architectures: undefined } } },
      says: [
        'The config.json of `/home/ada/study/model` names no architecture: use the config.json that came with the weights.',
      ],
    },
  ],
};
