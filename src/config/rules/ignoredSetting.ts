import type { RunConfig } from '../../protocol/runConfig.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { defineRule } from './rule.ts';

interface Ignored {
  readonly key: keyof RunConfig;
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
    ]
      .filter((ignored) => ignored !== undefined)
      .filter(({ key }) => isWritten(parsed, key)),
  ({ key, message }, { parsed }) => ({ path: [key], range: keyRange(parsed, [key]), message }),
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
  return { key, message };
}

function ignoredEpochs(parsed: ParsedConfig): Ignored | undefined {
  const maxSteps = settingOf(parsed, 'max_steps') ?? -1;
  if (maxSteps <= 0) return undefined;
  const message = `\`num_train_epochs\` has no effect because \`max_steps\` is \`${maxSteps}\`: delete one of the two.`;
  return { key: 'num_train_epochs', message };
}

function isWritten(parsed: ParsedConfig, key: keyof RunConfig): boolean {
  return Object.hasOwn(parsed.value ?? {}, key);
}
