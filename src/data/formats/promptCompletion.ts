import { textProblem, type RowFormat } from './format.ts';

/** `{"prompt": ..., "completion": ...}`, TRL's plain form. The completion brings its own leading space. */
export const promptCompletionFormat: RowFormat = {
  name: 'prompt/completion',
  matches: (record) => 'prompt' in record && 'completion' in record,
  parse: (record, id) =>
    textProblem(record, 'prompt') ??
    textProblem(record, 'completion') ?? {
      kind: 'completion',
      id,
      prompt: String(record.prompt),
      completion: String(record.completion),
    },
};
