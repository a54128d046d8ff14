import { removeSetting } from '../edits.ts';
import { keyRange, valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import type { Examples } from './examples.ts';
import { defineRule, type RuleInput } from './rule.ts';

/** There is nothing to hold fast in a model that knows nothing. */
export const randomTeacher = defineRule({
  code: 'self-distill.random-teacher',
  level: 'warning',
  side: 'meaning',
  what: 'A run that starts from random weights takes its own beginning for a teacher.',
  why: 'The model is pulled back to noise, or to what one pass over the data has taught it.',
  cure: 'Delete `self_distill`, or name a trained teacher.',
  find: (input) => (teachesNoise(input) ? ['self_distill'] : []),
  tell: (key, { parsed }) => {
    const path = [key, 'teacher'];
    const isWritten = valueAt(parsed.value, path) !== undefined;
    return {
      path,
      range: isWritten ? valueRange(parsed, path) : keyRange(parsed, [key]),
      message:
        '`from_config: true` starts from random weights, so that the model has nothing to teach itself: delete `self_distill`, or name a trained `teacher`.',
      fixes: [{ title: 'Delete self_distill', edits: [removeSetting(parsed, [key])], isCertain: false }],
    };
  },
});

/** A warm-up on known rows is refused, because there are none. */
function teachesNoise({ about }: RuleInput): boolean {
  const config = about.config();
  const distill = config?.self_distill;
  if (config?.from_config !== true || distill === undefined || distill.kd_weight === 0) return false;
  return distill.teacher === 'base' || (distill.teacher === 'snapshot' && distill.snapshot_data === 'all');
}

export const examples: Examples = {
  good: [
    { text: 'from_config: true\nprobes: {sets: []}\n' },
    { text: 'from_config: true\nself_distill: {teacher: other}\n', world: { models: { other: {} } } },
    { text: 'self_distill: {teacher: base}\n' },
  ],
  bad: [
    {
      text: 'from_config: true\nself_distill: {teacher: base}\nprobes: {sets: []}\n',
      says: [
        '`from_config: true` starts from random weights, so that the model has nothing to teach itself: delete `self_distill`, or name a trained `teacher`.',
      ],
      fixed: 'from_config: true\nprobes: {sets: []}\n',
    },
    {
      text: 'from_config: true\nprobes: {sets: []}\nself_distill:\n  snapshot_data: all\n',
      says: [
        '`from_config: true` starts from random weights, so that the model has nothing to teach itself: delete `self_distill`, or name a trained `teacher`.',
      ],
      fixed: 'from_config: true\nprobes: {sets: []}\n',
    },
  ],
};
