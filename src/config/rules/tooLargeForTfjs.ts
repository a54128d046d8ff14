import { grouped } from '../../base/format.ts';
import { MOST_FOR_TFJS } from '../../protocol/engineDemand.ts';
import { aboutTime } from '../approximately.ts';
import { replaceValue } from '../edits.ts';
import { firstWritten } from '../firstWritten.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** It uses one core; the launcher takes torch for such models where it is there. */
export const tooLargeForTfjs = defineRule({
  code: 'engine.too-large-for-tfjs',
  level: 'warning',
  side: 'meaning',
  what: 'The run would use the TypeScript engine, and the model has more than 30 million parameters.',
  why: 'That engine computes on one core of the processor: the run takes hours where PyTorch takes minutes.',
  cure: 'Write `engine: torch` and run `holdfast setup torch`, or take a smaller model.',
  find: ({ about }) => {
    const parameters = about.parameters() ?? 0;
    return about.engine() === 'tfjs' && parameters > MOST_FOR_TFJS ? [parameters] : [];
  },
  tell: (parameters, { parsed, about }) => {
    const seconds = about.estimate()?.time.seconds;
    const path = firstWritten(parsed, ['engine'], ['model_name_or_path']);
    const isAsked = parsed.value?.engine === 'tfjs';
    const time = seconds === undefined ? '' : `, which takes about ${aboutTime(seconds)}`;
    const cure = isAsked ? 'write `engine: torch`' : 'run `holdfast setup torch`';
    return {
      path: isAsked ? ['engine'] : path,
      range: valueRange(parsed, isAsked ? ['engine'] : path),
      message: `The TypeScript engine would train ${grouped(parameters)} parameters on one core${time}: ${cure}, or take a smaller model.`,
      fixes: isAsked
        ? [
            {
              title: 'Change to engine: torch',
              edits: [replaceValue(parsed, ['engine'], 'torch')],
              isCertain: false,
            },
          ]
        : [],
    };
  },
});

const LARGE = {
  config: {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: 32_000,
    hidden_size: 1_024,
    intermediate_size: 2_816,
    num_hidden_layers: 12,
    num_attention_heads: 16,
    tie_word_embeddings: true,
  },
  tensors: [],
};

export const examples: Examples = {
  good: [
    { text: 'engine: tfjs\n', world: { model: {} } },
    { text: 'from_config: true\n', world: { model: LARGE } },
    { text: 'from_config: true\nengine: torch\n', world: { model: LARGE } },
  ],
  bad: [
    {
      text: 'from_config: true\nengine: tfjs\n',
      world: { model: LARGE },
      says: [
        'The TypeScript engine would train 186,934,272 parameters on one core: write `engine: torch`, or take a smaller model.',
      ],
      alsoSays: ['probes.random-model'],
      fixed: 'from_config: true\nengine: torch\n',
    },
    {
      text: 'from_config: true\n',
      world: {
        model: LARGE,
        engines: { torch: { usable: false, problem: 'No Python was found: run "holdfast setup torch".' } },
      },
      says: [
        'The TypeScript engine would train 186,934,272 parameters on one core: run `holdfast setup torch`, or take a smaller model.',
      ],
      alsoSays: ['probes.random-model'],
    },
  ],
};
