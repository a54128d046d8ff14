import type { RunConfig } from '../../protocol/runConfig.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { valueAt, type Path } from '../path.ts';
import { settingOf } from '../schemaIssues.ts';
import { show } from '../wording.ts';
import { defineRule } from './rule.ts';

interface Ignored {
  readonly path: Path;
  readonly message: string;
}

/** A value without effect is usually a sign that another one is missing. */
export const ignoredSetting = defineRule(
  'config.ignored-setting',
  'hint',
  ({ parsed }) =>
    [
      ignoredSteps(parsed, 'eval_steps', 'eval_strategy'),
      ignoredSteps(parsed, 'save_steps', 'save_strategy'),
      ignoredEpochs(parsed),
      ignoredWarmUp(parsed, 'snapshot_epochs'),
      ignoredWarmUp(parsed, 'snapshot_data'),
    ]
      .filter((ignored) => ignored !== undefined)
      .filter(({ path }) => valueAt(parsed.value, path) !== undefined),
  ({ path, message }, { parsed }) => ({ path, range: keyRange(parsed, path), message }),
);

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
