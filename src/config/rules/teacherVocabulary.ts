import { grouped } from '../../base/format.ts';
import type { About } from '../about.ts';
import { replaceValue } from '../edits.ts';
import type { ModelFacts } from '../facts.ts';
import { valueRange } from '../parse.ts';
import { isBlock, valueAt } from '../path.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Difference {
  readonly what: 'vocabulary' | 'tokenizer';
  readonly there: number;
  readonly here: number;
}

/** What a teacher says is compared token by token, so its tokens must be the model's. */
export const teacherVocabulary = defineRule({
  code: 'self-distill.teacher-vocabulary',
  level: 'error',
  side: 'meaning',
  what: 'The teacher has another vocabulary, or another tokenizer, than the model.',
  why: 'Its probabilities would be those of other tokens, so the engines refuse to start.',
  cure: 'Name a teacher of the same model family, or write `teacher: snapshot`.',
  source: 'Liger-Kernel pads the smaller vocabulary with 0 and computes on',
  find: ({ about }) => differences(about),
  tell: ({ what, there, here }, { parsed }) => ({
    path: TEACHER,
    range: valueRange(parsed, TEACHER),
    message: `The teacher ${show(valueAt(parsed.value, TEACHER))} has a ${what} of ${grouped(there)} tokens, the model one of ${grouped(here)}: name a teacher of the same model family, or write \`snapshot\`.`,
    fixes: [
      { title: 'Change to snapshot', edits: [replaceValue(parsed, TEACHER, 'snapshot')], isCertain: false },
    ],
  }),
});

const TEACHER = ['self_distill', 'teacher'];

function differences(about: About): readonly Difference[] {
  const [model, teacher] = [about.model(), about.teacher()?.model()];
  if (model === undefined || teacher === undefined || about.config()?.self_distill?.kd_weight === 0)
    return [];
  const vocabulary = apart('vocabulary', vocabularyOf(teacher), vocabularyOf(model));
  if (vocabulary.length > 0 || about.engine() !== 'torch') return vocabulary;
  // Added tokens are no part of what the TypeScript engine compares.
  return apart('tokenizer', teacher.tokenizer.size, model.tokenizer.size);
}

function apart(
  what: Difference['what'],
  there: number | undefined,
  here: number | undefined,
): readonly Difference[] {
  return there === undefined || here === undefined || there === here ? [] : [{ what, there, here }];
}

function vocabularyOf({ config }: ModelFacts): number | undefined {
  return isBlock(config) && typeof config.vocab_size === 'number' ? config.vocab_size : undefined;
}

const LLAMA = { model_type: 'llama', hidden_size: 64, vocab_size: 1_000 };

export const examples: Examples = {
  good: [
    { text: 'self_distill: {teacher: other}\n', world: { model: {}, models: { other: {} } } },
    { text: 'self_distill: {}\n', world: { model: {} } },
    {
      text: 'self_distill: {teacher: other, kd_weight: 0}\n',
      world: { model: {}, models: { other: { config: LLAMA } } },
    },
  ],
  bad: [
    {
      text: 'self_distill:\n  teacher: other  # the large one\n',
      world: { model: {}, models: { other: { config: LLAMA } } },
      says: [
        'The teacher `other` has a vocabulary of 1,000 tokens, the model one of 500: name a teacher of the same model family, or write `snapshot`.',
      ],
      fixed: 'self_distill:\n  teacher: snapshot  # the large one\n',
    },
    {
      text: 'engine: torch\nself_distill: {teacher: other}\n',
      world: {
        model: {},
        models: { other: { tokenizer: { size: 480, has_chat_template: false } } },
      },
      says: [
        'The teacher `other` has a tokenizer of 480 tokens, the model one of 500: name a teacher of the same model family, or write `snapshot`.',
      ],
      fixed: 'engine: torch\nself_distill: {teacher: snapshot}\n',
    },
  ],
};
