import { removeSetting } from '../edits.ts';
import type { LoraTarget } from '../loraModules.ts';
import { valueRange } from '../parse.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** The head is computed together with the loss, past any adapter. */
export const embeddingsOrHead = defineRule({
  code: 'lora.embeddings-or-head',
  level: 'error',
  side: 'meaning',
  what: 'An item of `lora.target_modules` is the embeddings or the head.',
  why: 'The head is computed together with the loss, past any adapter, and in small models the embeddings are the same matrix; so the torch engine refuses to start.',
  cure: 'Name modules of the layers only, or leave `target_modules` out for all of them.',
  find: outerTargets,
  tell: ({ target, path, isOnly }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `${quote(target)} takes no adapter here, as neither embeddings nor head do: delete it, or leave \`target_modules\` out for all modules of the layers.`,
    fixes: [
      isOnly
        ? {
            title: 'Delete target_modules',
            edits: [removeSetting(parsed, ['lora', 'target_modules'])],
            isCertain: false,
          }
        : { title: 'Delete it', edits: [removeSetting(parsed, path)], isCertain: false },
    ],
  }),
});

type Outer = LoraTarget & { readonly isOnly: boolean };

function outerTargets({ about }: RuleInput): readonly Outer[] {
  const targets = about.loraTargets();
  return targets
    .filter(({ reaches }) => reaches === 'outer')
    .map((target) => ({ ...target, isOnly: targets.length === 1 }));
}

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, down_proj]}\n', world: { model: {} } },
    // Not a module of this model at all.
    { text: 'lora: {target_modules: [q_proj, wte]}\n', world: { model: {} } },
    { text: 'learning_rate: 2.0e-4\nlora: {}\n', world: { model: {} } },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [lm_head, q_proj]  # and the head\n',
      world: { model: {} },
      says: [
        '`lm_head` takes no adapter here, as neither embeddings nor head do: delete it, or leave `target_modules` out for all modules of the layers.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_proj]  # and the head\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {r: 8, target_modules: [model.embed_tokens]}\n',
      world: { model: {} },
      says: [
        '`model.embed_tokens` takes no adapter here, as neither embeddings nor head do: delete it, or leave `target_modules` out for all modules of the layers.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora: {r: 8}\n',
    },
  ],
};
