import { valueRange } from '../parse.ts';
import { settingOf } from '../schemaIssues.ts';
import { defineRule } from './rule.ts';

/** Weight 0 is the control that a distilled run is held against; anybody else meant another number. */
export const distillControl = defineRule(
  'self-distill.control',
  'hint',
  ({ parsed }) => {
    const distill = settingOf(parsed, 'self_distill');
    return distill?.kd_weight === 0 ? [distill] : [];
  },
  (_, { parsed }) => ({
    path: ['self_distill', 'kd_weight'],
    range: valueRange(parsed, ['self_distill', 'kd_weight']),
    message:
      '`self_distill.kd_weight` is `0`, so nothing is distilled: right as the control of a distilled run, with the same warm-up; else write `1`.',
  }),
);
