import { replaceValue } from '../edits.ts';
import { valueRange } from '../parse.ts';
import { valueAt } from '../path.ts';
import { show } from '../wording.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** The model under another name is the base. */
export const teacherIsModel = defineRule({
  code: 'self-distill.teacher-is-model',
  level: 'hint',
  side: 'meaning',
  what: '`self_distill.teacher` names the folder of the model itself.',
  why: 'That is the teacher `base`, loaded a second time.',
  cure: 'Write `teacher: base`, or `snapshot`, which has learned the format of the answers.',
  find: ({ about }) => {
    const teacher = about.teacher();
    return teacher !== undefined && teacher.folder === about.modelFolder() ? [teacher] : [];
  },
  tell: (_, { parsed }) => ({
    path: TEACHER,
    range: valueRange(parsed, TEACHER),
    message: `The teacher ${show(valueAt(parsed.value, TEACHER))} is the model itself, which would be loaded twice: write \`base\`, which is the same, or \`snapshot\`.`,
    fixes: ['base', 'snapshot'].map((word) => ({
      title: `Change to ${word}`,
      edits: [replaceValue(parsed, TEACHER, word)],
      isCertain: word === 'base',
    })),
  }),
});

const TEACHER = ['self_distill', 'teacher'];

export const examples: Examples = {
  good: [
    { text: 'self_distill: {teacher: other}\n', world: { models: { other: {} } } },
    { text: 'self_distill: {teacher: snapshot}\n' },
  ],
  bad: [
    {
      text: 'self_distill: {teacher: ./model}\n',
      says: [
        'The teacher `./model` is the model itself, which would be loaded twice: write `base`, which is the same, or `snapshot`.',
      ],
      fixed: 'self_distill: {teacher: base}\n',
    },
    {
      text: 'version: 1\nmodel_name_or_path: org/held\ntrain_file: rows.jsonl\nself_distill:\n  teacher: /cache/held\n',
      isWhole: true,
      says: [
        'The teacher `/cache/held` is the model itself, which would be loaded twice: write `base`, which is the same, or `snapshot`.',
      ],
      fixed:
        'version: 1\nmodel_name_or_path: org/held\ntrain_file: rows.jsonl\nself_distill:\n  teacher: base\n',
    },
  ],
};
