import { removeSetting } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { promptLists } from '../probePrompts.ts';
import { quote } from '../wording.ts';
import type { Path } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** A prompt that is trained on cannot tell what the model knew without it. */
export const sameWording = defineRule({
  code: 'probes.same-wording',
  level: 'hint',
  side: 'meaning',
  what: 'A prompt that the base model is asked under is the wording of the fine-tune, `prompt_template`.',
  why: 'Whether a row is known shall not depend on a wording that the base has never seen, and that the run then trains.',
  cure: 'Ask in words that the model was pre-trained on, such as `Q: {question} A:`.',
  source: 'Gekhman et al. 2024 (arXiv 2405.05904), whose prompts and fine-tune are worded apart',
  find: samePrompts,
  tell: ({ path, prompt, isOnly }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: `The prompt ${quote(prompt)} is the wording of the fine-tune, \`prompt_template\`, which the base model has not seen yet: write another one.`,
    fixes: isOnly ? [] : [{ title: 'Delete it', edits: [removeSetting(parsed, path)], isCertain: false }],
  }),
});

interface SamePrompt {
  readonly path: Path;
  readonly prompt: string;
  readonly isOnly: boolean;
}

function samePrompts({ about }: RuleInput): readonly SamePrompt[] {
  const config = about.config();
  if (config === undefined) return [];
  const own = config.prompt_template.trim();
  return promptLists(config).flatMap(({ path, prompts }) =>
    prompts.flatMap((prompt, index) =>
      prompt.trim() === own ? [{ path: [...path, index], prompt, isOnly: prompts.length === 1 }] : [],
    ),
  );
}

export const examples: Examples = {
  good: [
    { text: 'probes: {prompts: ["Q: {question}", "{question} It is"]}\n' },
    { text: 'prompt_template: "{question}?"\nprobes: {prompts: ["{question}", "Q: {question}"]}\n' },
  ],
  bad: [
    {
      text: 'probes:\n  prompts:\n    - "Answer the following question. {question}"  # as trained\n    - "Q: {question} A:"\n    - "{question} It is"\n',
      says: [
        'The prompt `Answer the following question. {question}` is the wording of the fine-tune, `prompt_template`, which the base model has not seen yet: write another one.',
      ],
      fixed: 'probes:\n  prompts:\n    - "Q: {question} A:"\n    - "{question} It is"\n',
    },
    {
      text: 'prompt_template: "{question}\\n"\nprobes: {sets: [{name: own, file: more.jsonl, prompts: ["{question}"]}]}\n',
      says: [
        'The prompt `{question}` is the wording of the fine-tune, `prompt_template`, which the base model has not seen yet: write another one.',
      ],
      alsoSays: ['probes.one-prompt'],
    },
  ],
};
