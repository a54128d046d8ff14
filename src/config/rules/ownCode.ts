import { valueRange } from '../parse.ts';
import { isBlock, valueAt } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Whether transformers has the model as well only the installed one can tell. */
export const ownCode = defineRule({
  code: 'model.own-code',
  level: 'hint',
  side: 'meaning',
  what: 'The model brings Python code of its own, and `trust_remote_code` is not set.',
  why: 'That code is not run then: where the installed transformers does not know the architecture itself, the run stops at once.',
  cure: 'Read the code, and write `trust_remote_code: true` if you trust it; or take a model that transformers knows.',
  find: ({ about }) => {
    const config = about.model()?.config;
    const isAsked = about.config()?.trust_remote_code === true || about.engine() !== 'torch';
    return !isAsked && isBlock(config) && 'auto_map' in config ? [config] : [];
  },
  tell: (config, { parsed }) => ({
    path: ['model_name_or_path'],
    range: valueRange(parsed, ['model_name_or_path']),
    message:
      `The model brings Python code of its own, which is not run by default, so transformers must know ${quote(typeOf(config))} itself: ` +
      'read that code and write `trust_remote_code: true` if it does not.',
  }),
});

function typeOf(config: unknown): string {
  const type = valueAt(config, ['model_type']);
  return typeof type === 'string' ? type : 'its type';
}

const OWN = {
  config: {
    architectures: ['Mine'],
    model_type: 'mine',
    auto_map: { AutoModelForCausalLM: 'modeling.Mine' },
  },
};

export const examples: Examples = {
  good: [
    { text: 'engine: torch\n', world: { model: {} } },
    { text: 'trust_remote_code: true  # holdfast-ignore engine.remote-code\n', world: { model: OWN } },
  ],
  bad: [
    {
      text: 'engine: torch\n',
      world: { model: OWN },
      says: [
        'The model brings Python code of its own, which is not run by default, so transformers must know `mine` itself: read that code and write `trust_remote_code: true` if it does not.',
      ],
    },
  ],
};
