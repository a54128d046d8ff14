import { textProblem, type RowFormat } from './format.ts';

/** `{"text": ...}`: language modelling, pre-training. */
export const textFormat: RowFormat = {
  name: 'text',
  matches: (record) => 'text' in record,
  parse: (record, id) => textProblem(record, 'text') ?? { kind: 'text', id, text: String(record.text) },
};
