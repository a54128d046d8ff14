import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The base has never answered in the fine-tune's format, and a teacher holds to all that it says. */
export const basePunishesFormat = defineRule({
  code: 'self-distill.base-punishes-format',
  level: 'hint',
  side: 'meaning',
  what: 'The teacher is the untouched base model.',
  why: 'It has not seen the format of the answers, so that it pulls against learning that as much as against forgetting.',
  cure: 'Write `teacher: snapshot`: after a warm-up on rows it knows, the model has learned the format and no new fact.',
  source: 'arXiv 2604.15574, section 4.1',
  find: ({ about }) => {
    const [config, distill] = [about.config(), about.config()?.self_distill];
    const isTaught = distill?.teacher === 'base' && distill.kd_weight > 0;
    return isTaught && config?.from_config === false ? [distill] : [];
  },
  tell: (_, { parsed }) => ({
    path: TEACHER,
    range: valueRange(parsed, TEACHER),
    message:
      '`self_distill.teacher` is `base`, which has not seen the format of the answers and pulls against learning it: write `snapshot`, which learns the format first.',
    fixes: [
      { title: 'Change to snapshot', edits: [replaceValue(parsed, TEACHER, 'snapshot')], isCertain: false },
    ],
  }),
});

const TEACHER = ['self_distill', 'teacher'];

export const examples: Examples = {
  good: [
    { text: 'self_distill: {}\n' },
    { text: 'self_distill: {teacher: org/held}\n' },
    // A base that is made at random has nothing to teach at all.
    { text: 'from_config: true\nself_distill: {teacher: base}\n' },
  ],
  bad: [
    {
      text: 'self_distill:\n  teacher: base  # no warm-up\n',
      says: [
        '`self_distill.teacher` is `base`, which has not seen the format of the answers and pulls against learning it: write `snapshot`, which learns the format first.',
      ],
      fixed: 'self_distill:\n  teacher: snapshot  # no warm-up\n',
    },
    {
      text: '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "self_distill": {"teacher": "base"}}\n',
      isWhole: true,
      says: [
        '`self_distill.teacher` is `base`, which has not seen the format of the answers and pulls against learning it: write `snapshot`, which learns the format first.',
      ],
      fixed:
        '{"version": 1, "model_name_or_path": "model", "train_file": "rows.jsonl", "self_distill": {"teacher": "snapshot"}}\n',
    },
  ],
};
