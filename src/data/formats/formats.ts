import { alpacaFormat } from './alpaca.ts';
import { entityQuestionsFormat } from './entityQuestions.ts';
import type { RowFormat } from './format.ts';
import { messagesFormat } from './messages.ts';
import { promptCompletionFormat } from './promptCompletion.ts';
import { sharegptFormat } from './sharegpt.ts';
import { textFormat } from './text.ts';

/** Every row format, asked in this order. */
export const ROW_FORMATS: readonly RowFormat[] = [
  messagesFormat,
  promptCompletionFormat,
  entityQuestionsFormat,
  alpacaFormat,
  sharegptFormat,
  textFormat,
];
