import { TFJS_ARCHITECTURES, tfjsObstacle } from '../../protocol/modelConfig.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The TypeScript engine computes two architectures exactly, and refuses the rest instead of computing something like it. */
export const architecture = defineRule({
  code: 'engine.architecture',
  level: 'error',
  side: 'meaning',
  what: '`engine` is `tfjs`, and the model has an architecture, or a variant of one, that this engine does not train.',
  why: 'The run would stop at once: a model that is computed a little differently is another model.',
  cure: 'Write `engine: torch`, or choose a model of the Llama or Qwen2 architecture.',
  find: ({ about }) => {
    const obstacle = tfjsObstacle(about.model()?.config);
    return about.config()?.engine === 'tfjs' && obstacle !== undefined ? [obstacle] : [];
  },
  tell: (obstacle, { parsed }) => ({
    path: ['engine'],
    range: valueRange(parsed, ['engine']),
    message:
      `The model ${obstacle}, and \`engine: tfjs\` trains plain ${TFJS_ARCHITECTURES.join(' and ')} only: ` +
      'write `engine: torch`, or choose such a model.',
    fixes: [
      {
        title: 'Change to engine: torch',
        edits: [replaceValue(parsed, ['engine'], 'torch')],
        isCertain: false,
      },
    ],
  }),
});

const GPT2 = { config: { architectures: ['GPT2LMHeadModel'], model_type: 'gpt2' } };

export const examples: Examples = {
  good: [
    { text: 'engine: tfjs\n', world: { model: {} } },
    { text: 'engine: torch\n', world: { model: GPT2 } },
    { text: 'engine: tfjs\n' },
  ],
  bad: [
    {
      text: 'engine: tfjs  # at once\n',
      world: { model: GPT2 },
      says: [
        'The model is a GPT2LMHeadModel, and `engine: tfjs` trains plain LlamaForCausalLM and Qwen2ForCausalLM only: write `engine: torch`, or choose such a model.',
      ],
      fixed: 'engine: torch  # at once\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "engine": "tfjs"}\n',
      isWhole: true,
      world: {
        model: {
          config: {
            architectures: ['LlamaForCausalLM'],
            vocab_size: 500,
            hidden_size: 64,
            intermediate_size: 128,
            num_hidden_layers: 2,
            num_attention_heads: 4,
            tie_word_embeddings: true,
            rope_scaling: { rope_type: 'llama3' },
          },
        },
      },
      says: [
        'The model asks for rope type llama3, and `engine: tfjs` trains plain LlamaForCausalLM and Qwen2ForCausalLM only: write `engine: torch`, or choose such a model.',
      ],
      fixed: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "engine": "torch"}\n',
    },
  ],
};
