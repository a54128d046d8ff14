import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** Weight 0 after a warm-up is a control; without one it is plain fine-tuning under another name. */
export const nothingDistilled = defineRule({
  code: 'self-distill.nothing-distilled',
  level: 'warning',
  side: 'meaning',
  what: '`self_distill.kd_weight` is 0 and the teacher needs no warm-up.',
  why: 'The block does nothing: the run is plain fine-tuning, but is labelled as if it were distilled.',
  cure: 'Write `kd_weight: 1`; for the control of a distilled run, `teacher: snapshot`; for plain fine-tuning, delete `self_distill`.',
  find: ({ about }) => {
    const distill = about.config()?.self_distill;
    return distill?.kd_weight === 0 && distill.teacher !== 'snapshot' ? [distill] : [];
  },
  tell: (_, { parsed }) => ({
    path: WEIGHT,
    range: valueRange(parsed, WEIGHT),
    message: `\`self_distill.kd_weight\` is \`0\` and the teacher ${show(valueAt(parsed.value, ['self_distill', 'teacher']))} needs no warm-up, so that the block does nothing: write \`1\`, or delete it.`,
    fixes: [{ title: 'Change to 1', edits: [replaceValue(parsed, WEIGHT, '1')], isCertain: false }],
  }),
});

const WEIGHT = ['self_distill', 'kd_weight'];

export const examples: Examples = {
  good: [
    { text: 'self_distill: {kd_weight: 0}\n' },
    { text: 'self_distill: {kd_weight: 0.1, teacher: base}\n' },
  ],
  bad: [
    {
      text: 'self_distill: {kd_weight: 0, teacher: base}\n',
      says: [
        '`self_distill.kd_weight` is `0` and the teacher `base` needs no warm-up, so that the block does nothing: write `1`, or delete it.',
      ],
      fixed: 'self_distill: {kd_weight: 1, teacher: base}\n',
    },
  ],
};
