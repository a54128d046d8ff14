import { nearestFew } from '../../base/nearest.ts';
import { removeSetting, replaceValue } from '../edits.ts';
import { linearNames, type LoraTarget } from '../loraModules.ts';
import { valueRange } from '../parse.ts';
import type { Fix } from '../problem.ts';
import { alternatives, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Adapters on modules that do not exist train nothing. */
export const noSuchModule = defineRule({
  code: 'lora.no-such-module',
  level: 'error',
  side: 'meaning',
  what: 'No item of `lora.target_modules` is a module of this model.',
  why: 'There would be no adapter to train, so the torch engine refuses to start.',
  cure: 'Write names of linear modules such as `q_proj`, or leave `target_modules` out for all of them.',
  find: ({ about }) => {
    const targets = about.loraTargets();
    return targets.every(({ reaches }) => reaches === 'nothing') ? targets : [];
  },
  tell: (target, input) => ({
    path: target.path,
    range: valueRange(input.parsed, target.path),
    ...adviceOn(target, input),
  }),
});

/** How somebody else's configs ask for every linear module, which is what happens here without the key. */
const ALL_LINEAR = 'all-linear';
const MOST_MEANT = 3;

function adviceOn(
  { target, path }: LoraTarget,
  { parsed, about }: RuleInput,
): { readonly message: string; readonly fixes: readonly Fix[] } {
  const modules = about.loraModules();
  const names = modules === undefined ? [] : linearNames(modules);
  if (target === ALL_LINEAR) {
    const message = `\`${ALL_LINEAR}\` is no module of the model: leave \`target_modules\` out, which takes all linear modules.`;
    const edits = [removeSetting(parsed, ['lora', 'target_modules'])];
    return { message, fixes: [{ title: 'Delete target_modules', edits, isCertain: true }] };
  }
  const near = nearestFew(target, names, MOST_MEANT);
  const cure =
    near.length > 0
      ? `did you mean ${alternatives(near.map(quote))}?`
      : `take some of ${names.join(', ')}, or leave \`target_modules\` out for all of them.`;
  return {
    message: `${quote(target)} is no module of the model: ${cure}`,
    fixes: near.map((name) => ({
      title: `Change to ${name}`,
      edits: [replaceValue(parsed, path, name)],
      isCertain: near.length === 1,
    })),
  };
}

export const examples: Examples = {
  good: [
    {
      text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, self_attn.v_proj]}\n',
      world: { model: {} },
    },
    { text: 'learning_rate: 2.0e-4\nlora: {}\n', world: { model: {} } },
    { text: 'learning_rate: 2.0e-4\nlora: {target_modules: [query]}\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_porj]  # attention\n',
      world: { model: {} },
      says: ['`q_porj` is no module of the model: did you mean `q_proj`?'],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_proj]  # attention\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  r: 8\n  target_modules: [all-linear]\n',
      world: { model: {} },
      says: [
        '`all-linear` is no module of the model: leave `target_modules` out, which takes all linear modules.',
      ],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  r: 8\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora: {target_modules: [query_key_value]}\n',
      world: { model: {} },
      says: [
        '`query_key_value` is no module of the model: take some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, or leave `target_modules` out for all of them.',
      ],
    },
  ],
};
