import { removeSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { isBlock } from '../path.ts';
import { quote } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** Permission to run a stranger's program should be given knowingly, or not be there. */
export const remoteCode = defineRule({
  code: 'engine.remote-code',
  level: 'hint',
  side: 'meaning',
  what: '`trust_remote_code` is `true`.',
  why: 'Python files of the model’s folder are run then, and may do anything that you may.',
  cure: 'Read those files first; delete the setting where the model brings none.',
  find: (input) => (input.about.config()?.trust_remote_code === true ? [bringsCode(input)] : []),
  tell: (hasCode, { parsed, about }) => {
    const name = quote(about.config()?.model_name_or_path ?? '');
    const range = valueRange(parsed, ['trust_remote_code']);
    const path = ['trust_remote_code'];
    if (hasCode === false) {
      const message = `\`trust_remote_code\` is \`true\`, and ${name} brings no code of its own: delete the setting.`;
      const edits = [removeSetting(parsed, path)];
      return { path, range, message, fixes: [{ title: 'Delete trust_remote_code', edits, isCertain: true }] };
    }
    const message = `\`trust_remote_code\` is \`true\`, so Python files of ${name} are run and may do anything that you may: read them first.`;
    return { path, range, message };
  },
});

/** undefined: nobody has looked. */
function bringsCode({ about }: RuleInput): boolean | undefined {
  const config = about.model()?.config;
  return isBlock(config) ? 'auto_map' in config : undefined;
}

const OWN = { config: { model_type: 'mine', auto_map: { AutoModelForCausalLM: 'modeling.Mine' } } };

export const examples: Examples = {
  good: [
    { text: 'trust_remote_code: false\n', world: { model: {} } },
    { text: 'engine: torch\n', world: { model: OWN } },
  ],
  bad: [
    {
      text: 'trust_remote_code: true\n',
      world: { model: OWN },
      says: [
        '`trust_remote_code` is `true`, so Python files of `/home/ada/study/model` are run and may do anything that you may: read them first.',
      ],
    },
    {
      text: 'seed: 1\ntrust_remote_code: true\n',
      world: { model: {} },
      says: [
        '`trust_remote_code` is `true`, and `/home/ada/study/model` brings no code of its own: delete the setting.',
      ],
      fixed: 'seed: 1\n',
    },
  ],
};
