import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { formatPath, type Path } from '../path.ts';
import { promptLists } from '../probePrompts.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

interface OnePrompt {
  readonly path: Path;
  readonly isNumber: boolean;
}

/** Right once may be luck; right under several prompts is knowledge. */
export const onePrompt = defineRule({
  code: 'probes.one-prompt',
  level: 'hint',
  side: 'meaning',
  what: 'Facts count as known after one prompt.',
  why: 'What is guessed once counts as known and may be guessed otherwise the next time, which looks like forgetting; and what one wording does not get out of the model counts as new.',
  cure: 'Ask under at least three prompts.',
  source: 'Gekhman et al. 2024 (arXiv 2405.05904), section 2: 10 prompts',
  find: onePrompts,
  tell: ({ path, isNumber }, { parsed }) => ({
    path,
    range: valueRange(parsed, path),
    message: isNumber
      ? '`probes.num_prompts` is `1`, so that one lucky answer makes a fact known: write `3`, the default, or more.'
      : `\`${formatPath(path)}\` has one wording, so that one lucky answer makes a fact known: write two more.`,
    fixes: isNumber
      ? [{ title: 'Change to 3', edits: [replaceValue(parsed, path, '3')], isCertain: false }]
      : [],
  }),
});

function onePrompts({ about }: RuleInput): readonly OnePrompt[] {
  const config = about.config();
  if (config === undefined || config.probes.sets.length === 0) return [];
  const lists = promptLists(config).filter(({ prompts }) => prompts.length === 1);
  // With wordings for everything, few-shot prompts are not made.
  const isFewShot = config.probes.prompts === undefined;
  return [
    ...(isFewShot && config.probes.num_prompts === 1
      ? [{ path: ['probes', 'num_prompts'], isNumber: true }]
      : []),
    ...lists.map(({ path }) => ({ path, isNumber: false })),
  ];
}

export const examples: Examples = {
  good: [
    { text: 'probes: {num_prompts: 2}\n' },
    { text: 'probes: {num_prompts: 1, prompts: ["Q: {question}", "{question} It is"]}\n' },
    { text: 'probes: {sets: [], num_prompts: 1}\n' },
  ],
  bad: [
    {
      text: 'probes:\n  num_prompts: 1  # quick\n',
      says: [
        '`probes.num_prompts` is `1`, so that one lucky answer makes a fact known: write `3`, the default, or more.',
      ],
      fixed: 'probes:\n  num_prompts: 3  # quick\n',
    },
    {
      text: 'probes: {prompts: ["Q: {question}"]}\n',
      says: [
        '`probes.prompts` has one wording, so that one lucky answer makes a fact known: write two more.',
      ],
    },
  ],
};
