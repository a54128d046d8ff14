import { tfjsObstacle } from '../../protocol/modelConfig.ts';
import type { About } from '../about.ts';
import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { weightsDifference } from '../weightsDifference.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** A teacher is a whole model: weights, config and tokenizer. */
export const teacherUnusable = defineRule({
  code: 'self-distill.teacher-unusable',
  level: 'error',
  side: 'meaning',
  what: 'The folder of the teacher lacks what a model needs, or holds one that the engine cannot run.',
  why: 'The run would fail when it is time to ask the teacher.',
  cure: 'Name the folder of a whole model, or write `teacher: snapshot`.',
  find: ({ about }) => {
    const reason = unusable(about);
    return reason === undefined ? [] : [reason];
  },
  tell: (reason, { parsed }) => ({
    path: TEACHER,
    range: valueRange(parsed, TEACHER),
    message: `The teacher ${show(valueAt(parsed.value, TEACHER))} ${reason}, or write \`snapshot\`.`,
    fixes: [
      { title: 'Change to snapshot', edits: [replaceValue(parsed, TEACHER, 'snapshot')], isCertain: false },
    ],
  }),
});

const TEACHER = ['self_distill', 'teacher'];

/** Why, and the first half of the cure. */
function unusable(about: About): string | undefined {
  const model = about.teacher()?.model();
  if (model === undefined || about.config()?.self_distill?.kd_weight === 0) return undefined;
  if (model.tensors.length === 0)
    return 'has no weights in safetensors files: save it with save_pretrained(..., safe_serialization=True)';
  const difference = weightsDifference(model);
  if (difference !== undefined)
    return `is no whole model, because its weights ${difference}: use weights and config.json of one model`;
  if (about.engine() !== 'tfjs') return undefined;
  const obstacle = tfjsObstacle(model.config);
  if (obstacle !== undefined)
    return `${obstacle}, which the TypeScript engine cannot run: write \`engine: torch\``;
  return model.tokenizer.size === undefined
    ? 'has no tokenizer.json to compare with the model’s: copy it there from the model that it was made from'
    : undefined;
}

/** What an interrupted download left of the first shard. */
const GOOD_EMBEDDINGS = [{ name: 'model.embed_tokens.weight', shape: [500, 64], dtype: 'F32' }];

export const examples: Examples = {
  good: [
    { text: 'self_distill: {teacher: other}\n', world: { model: {}, models: { other: {} } } },
    { text: 'self_distill: {teacher: other}\n' },
    {
      text: 'engine: torch\nself_distill: {teacher: other}\n',
      world: { model: {}, models: { other: { tokenizer: { size: undefined, has_chat_template: false } } } },
    },
  ],
  bad: [
    {
      text: 'self_distill: {teacher: other}\n',
      world: { model: {}, models: { other: { tensors: GOOD_EMBEDDINGS } } },
      says: [
        'The teacher `other` is no whole model, because its weights have no tensor `model.layers.0.input_layernorm.weight`, which config.json calls for: use weights and config.json of one model, or write `snapshot`.',
      ],
      fixed: 'self_distill: {teacher: snapshot}\n',
    },
    {
      text: 'self_distill: {teacher: other}\n',
      world: { model: {}, models: { other: { tensors: [] } } },
      says: [
        'The teacher `other` has no weights in safetensors files: save it with save_pretrained(..., safe_serialization=True), or write `snapshot`.',
      ],
      fixed: 'self_distill: {teacher: snapshot}\n',
    },
    {
      text: 'engine: tfjs\nself_distill: {teacher: other}\n',
      world: { model: {}, models: { other: { tokenizer: { size: undefined, has_chat_template: false } } } },
      says: [
        'The teacher `other` has no tokenizer.json to compare with the model’s: copy it there from the model that it was made from, or write `snapshot`.',
      ],
      fixed: 'engine: tfjs\nself_distill: {teacher: snapshot}\n',
    },
    {
      text: 'engine: tfjs\nself_distill:\n  teacher: other  # larger\n',
      world: {
        model: {},
        models: { other: { config: { architectures: ['GPT2LMHeadModel'], vocab_size: 500 } } },
      },
      says: [
        'The teacher `other` is a GPT2LMHeadModel, which the TypeScript engine cannot run: write `engine: torch`, or write `snapshot`.',
      ],
      fixed: 'engine: tfjs\nself_distill:\n  teacher: snapshot  # larger\n',
    },
  ],
};
