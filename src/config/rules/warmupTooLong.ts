import { valueRange } from '../parse.ts';
import { settingOf } from '../settingOf.ts';
import { defineRule } from './rule.ts';

/** A learning rate that only ever climbs is a typo more often than a plan. Below 1 warmup_steps is a share, always shorter. */
export const warmupTooLong = defineRule('config.warmup-too-long', 'warning', ({ parsed }) => {
  const warmup = settingOf(parsed, 'warmup_steps');
  const total = settingOf(parsed, 'max_steps');
  if (warmup === undefined || total === undefined || total <= 0 || warmup < 1 || warmup < total) return [];
  const message =
    `\`warmup_steps\` is \`${warmup}\` and \`max_steps\` only \`${total}\`, ` +
    'so the learning rate never reaches its peak: write fewer warm-up steps.';
  return [{ path: ['warmup_steps'], range: valueRange(parsed, ['warmup_steps']), message }];
});
