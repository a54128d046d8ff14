import { textProblem, type RowFormat } from './format.ts';

/** `{"question": ..., "answers": [...]}` as in EntityQuestions; `subject` and `relation` where known. */
export const entityQuestionsFormat: RowFormat = {
  name: 'EntityQuestions',
  matches: (record) => 'question' in record && 'answers' in record,
  parse: (record, id) => {
    const problem = textProblem(record, 'question');
    if (problem !== undefined) return problem;
    const answers = acceptedAnswers(record.answers);
    if (answers === undefined) return '"answers" must be a list of non-empty strings';
    return {
      kind: 'question',
      id,
      question: String(record.question),
      answers,
      ...(typeof record.subject === 'string' ? { subject: record.subject } : {}),
      ...(typeof record.relation === 'string' ? { relation: record.relation } : {}),
    };
  },
};

function acceptedAnswers(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const answers = value.filter((item): item is string => typeof item === 'string' && item.trim() !== '');
  return answers.length === value.length ? answers : undefined;
}
