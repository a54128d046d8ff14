import { nearestFew } from '../../base/nearest.ts';
import { removeSetting, replaceValue } from '../edits.ts';
import { linearNames, type LoraTarget } from '../loraModules.ts';
import { valueRange, type ParsedConfig } from '../parse.ts';
import { valueAt } from '../path.ts';
import type { Fix } from '../problem.ts';
import { alternatives, quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** One name too many is passed over in silence, and fewer adapters train than was meant. */
export const unmatchedModule = defineRule({
  code: 'lora.unmatched-module',
  level: 'warning',
  side: 'meaning',
  what: 'An item of `lora.target_modules` is no module of this model, while others are.',
  why: 'The run starts without a word about it, with fewer adapters than was meant.',
  cure: 'Correct the name, or delete it.',
  find: ({ about }) => {
    const targets = about.loraTargets();
    const missing = targets.filter(({ reaches }) => reaches === 'nothing');
    return missing.length < targets.length ? missing : [];
  },
  tell: (target, { parsed, about }) => {
    const modules = about.loraModules();
    const near = modules === undefined ? [] : nearestFew(target.target, linearNames(modules), MOST_MEANT);
    const cure =
      near.length === 0 ? 'delete it.' : `did you mean ${alternatives(near.map(quote))}, or delete it?`;
    return {
      path: target.path,
      range: valueRange(parsed, target.path),
      message: `${quote(target.target)} is no module of the model and gets no adapter: ${cure}`,
      fixes: fixesOf(target, near, parsed),
    };
  },
});

const MOST_MEANT = 3;

/** A name that stands there already was not meant. */
function fixesOf({ path }: LoraTarget, near: readonly string[], parsed: ParsedConfig): Fix[] {
  const there = valueAt(parsed.value, ['lora', 'target_modules']);
  const fresh = near.filter((name) => !Array.isArray(there) || !there.includes(name));
  return [
    ...fresh.map((name) => ({
      title: `Change to ${name}`,
      edits: [replaceValue(parsed, path, name)],
      isCertain: false,
    })),
    { title: 'Delete it', edits: [removeSetting(parsed, path)], isCertain: false },
  ];
}

export const examples: Examples = {
  good: [
    { text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, v_proj]}\n', world: { model: {} } },
    { text: 'learning_rate: 2.0e-4\nlora: {target_modules: [q_proj, query]}\n' },
  ],
  bad: [
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_proj, k_proj, o_proj, v_porj]  # attention\n',
      world: { model: {} },
      says: ['`v_porj` is no module of the model and gets no adapter: did you mean `v_proj`, or delete it?'],
      fixed:
        'learning_rate: 2.0e-4\nlora:\n  target_modules: [q_proj, k_proj, o_proj, v_proj]  # attention\n',
    },
    {
      text: 'learning_rate: 2.0e-4\nlora:\n  target_modules:\n    - q_proj\n    - query_key_value\n',
      world: { model: {} },
      says: ['`query_key_value` is no module of the model and gets no adapter: delete it.'],
      fixed: 'learning_rate: 2.0e-4\nlora:\n  target_modules:\n    - q_proj\n',
    },
  ],
};
