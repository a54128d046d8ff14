import type { RunConfig } from '../../protocol/runConfig.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import { settingOf } from '../schemaIssues.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Ignored {
  readonly path: Path;
  readonly message: string;
}

/** A value without effect is usually a sign that another one is missing. */
export const ignoredSetting = defineRule({
  code: 'config.ignored-setting',
  level: 'hint',
  side: 'meaning',
  what: 'A setting has no effect because of another one.',
  why: 'A value without effect is usually a sign that another one is missing.',
  cure: 'Delete it, or change the other one.',
  find: ({ parsed }) =>
    [
      ignoredSteps(parsed, 'eval_steps', 'eval_strategy'),
      ignoredSteps(parsed, 'save_steps', 'save_strategy'),
      ignoredEpochs(parsed),
      ignoredWarmUp(parsed, 'snapshot_epochs'),
      ignoredWarmUp(parsed, 'snapshot_data'),
    ]
      .filter((ignored) => ignored !== undefined)
      .filter(({ path }) => valueAt(parsed.value, path) !== undefined),
  tell: ({ path, message }, { parsed }) => ({ path, range: keyRange(parsed, path), message }),
});

function ignoredSteps(
  parsed: ParsedConfig,
  key: 'eval_steps' | 'save_steps',
  strategyKey: 'eval_strategy' | 'save_strategy',
): Ignored | undefined {
  const strategy = settingOf(parsed, strategyKey);
  if (strategy === undefined || strategy === 'steps') return undefined;
  const isDefault = isWritten(parsed, strategyKey) ? '' : ', the default';
  const message =
    `\`${key}\` has no effect because \`${strategyKey}\` is \`${strategy}\`${isDefault}: ` +
    `write \`${strategyKey}: steps\`, or delete \`${key}\`.`;
  return { path: [key], message };
}

function ignoredEpochs(parsed: ParsedConfig): Ignored | undefined {
  const maxSteps = settingOf(parsed, 'max_steps') ?? -1;
  if (maxSteps <= 0) return undefined;
  const message = `\`num_train_epochs\` has no effect because \`max_steps\` is \`${maxSteps}\`: delete one of the two.`;
  return { path: ['num_train_epochs'], message };
}

/** Only a snapshot is taken after a warm-up. */
function ignoredWarmUp(parsed: ParsedConfig, key: 'snapshot_epochs' | 'snapshot_data'): Ignored | undefined {
  const teacher = settingOf(parsed, 'self_distill')?.teacher;
  if (teacher === undefined || teacher === 'snapshot') return undefined;
  const message = `\`self_distill.${key}\` has no effect because \`self_distill.teacher\` is ${show(teacher)}: delete it, or write \`teacher: snapshot\`.`;
  return { path: ['self_distill', key], message };
}

function isWritten(parsed: ParsedConfig, key: keyof RunConfig): boolean {
  return Object.hasOwn(parsed.value ?? {}, key);
}

export const examples: Examples = {
  good: [
    { text: 'eval_strategy: steps\neval_steps: 5\n' },
    { text: 'save_strategy: steps\nsave_steps: 5\n' },
    { text: 'max_steps: -1\nnum_train_epochs: 2\n' },
    { text: 'self_distill: {snapshot_epochs: 2, snapshot_data: all}\n' },
  ],
  bad: [
    {
      text: 'save_steps: 5\n',
      says: [
        '`save_steps` has no effect because `save_strategy` is `best`, the default: write `save_strategy: steps`, or delete `save_steps`.',
      ],
    },
    {
      text: 'max_steps: 10\nnum_train_epochs: 2\n',
      says: ['`num_train_epochs` has no effect because `max_steps` is `10`: delete one of the two.'],
    },
    {
      text: 'self_distill: {teacher: base, snapshot_epochs: 2}\n',
      says: [
        '`self_distill.snapshot_epochs` has no effect because `self_distill.teacher` is `base`: delete it, or write `teacher: snapshot`.',
      ],
      alsoSays: ['self-distill.base-punishes-format'],
    },
  ],
};
