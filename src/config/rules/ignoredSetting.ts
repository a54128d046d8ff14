import type { RunConfig } from '../../protocol/runConfig.ts';
import { keyRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../settingOf.ts';
import { defineRule, type Finding } from './rule.ts';

/** A value without effect is usually a sign that another one is missing. */
export const ignoredSetting = defineRule('config.ignored-setting', 'hint', ({ parsed }) =>
  [
    ignoredSteps(parsed, 'eval_steps', 'eval_strategy'),
    ignoredSteps(parsed, 'save_steps', 'save_strategy'),
    ignoredEpochs(parsed),
  ].filter((finding) => finding !== undefined),
);

function ignoredSteps(
  parsed: ParsedConfig,
  key: 'eval_steps' | 'save_steps',
  strategyKey: 'eval_strategy' | 'save_strategy',
): Finding | undefined {
  const strategy = settingOf(parsed, strategyKey);
  if (!isWritten(parsed, key) || strategy === undefined || strategy === 'steps') return undefined;
  const isDefault = isWritten(parsed, strategyKey) ? '' : ', the default';
  const message =
    `\`${key}\` has no effect because \`${strategyKey}\` is \`${strategy}\`${isDefault}: ` +
    `write \`${strategyKey}: steps\`, or delete \`${key}\`.`;
  return { path: [key], range: keyRange(parsed, [key]), message };
}

function ignoredEpochs(parsed: ParsedConfig): Finding | undefined {
  const maxSteps = settingOf(parsed, 'max_steps') ?? -1;
  if (maxSteps <= 0 || !isWritten(parsed, 'num_train_epochs')) return undefined;
  const message = `\`num_train_epochs\` has no effect because \`max_steps\` is \`${maxSteps}\`: delete one of the two.`;
  return { path: ['num_train_epochs'], range: keyRange(parsed, ['num_train_epochs']), message };
}

function isWritten(parsed: ParsedConfig, key: keyof RunConfig): boolean {
  return Object.hasOwn(parsed.value ?? {}, key);
}
