import { entityQuestionsFormat } from './entityQuestions.ts';
import type { RowFormat } from './format.ts';
import { promptCompletionFormat } from './promptCompletion.ts';
import { textFormat } from './text.ts';

/** Every row format, asked in this order. */
export const ROW_FORMATS: readonly RowFormat[] = [promptCompletionFormat, entityQuestionsFormat, textFormat];
