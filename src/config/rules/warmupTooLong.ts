import { valueRange, type ParsedConfig } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { defineRule } from './rule.ts';

/** A learning rate that only ever climbs is a typo more often than a plan. */
export const warmupTooLong = defineRule(
  'config.warmup-too-long',
  'warning',
  ({ parsed }) => tooLong(parsed),
  ({ warmup, total }, { parsed }) => ({
    path: ['warmup_steps'],
    range: valueRange(parsed, ['warmup_steps']),
    message:
      `\`warmup_steps\` is \`${warmup}\` and \`max_steps\` only \`${total}\`, ` +
      'so the learning rate never reaches its peak: write fewer warm-up steps.',
  }),
);

function tooLong(parsed: ParsedConfig): { readonly warmup: number; readonly total: number }[] {
  const warmup = settingOf(parsed, 'warmup_steps') ?? 0;
  const total = settingOf(parsed, 'max_steps') ?? -1;
  // Below 1 warmup_steps is a share of all steps, which is always shorter.
  return total > 0 && warmup >= 1 && warmup >= total ? [{ warmup, total }] : [];
}
