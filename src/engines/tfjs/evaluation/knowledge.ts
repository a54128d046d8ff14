import { createRandom } from '../../../base/random.ts';
import { firstLine, isAccepted, knowledgeFrom, type Knowledge } from '../../../data/knowledge.ts';
import { answersOf, fewShotPrompts, fill, questionOf, type AskingRow } from '../../../data/wording.ts';
import type { ModelTokenizer } from '../files/tokenizer.ts';
import type { LanguageModel } from '../training/languageModel.ts';
import { decodeGreedily } from './decode.ts';

/** Rows to ask, and how. */
export interface Inquiry {
  readonly rows: readonly AskingRow[];
  /** Wordings with `{question}`; undefined: few-shot from `pool`. */
  readonly prompts: readonly string[] | undefined;
  readonly pool: readonly AskingRow[];
}

export interface InquirySettings {
  readonly numPrompts: number;
  readonly numFewShot: number;
  readonly seed: number;
  readonly batchSize: number;
}

/** What came of asking a row. */
export interface AskedRow {
  readonly knowledge: Knowledge;
  /** What the model said under each prompt: the first line, without blanks around it. */
  readonly said: readonly string[];
}

/** Whether the model knows each row: known (right under all prompts), new (right under none) or maybe. */
export function askKnowledge(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  inquiries: readonly Inquiry[],
  settings: InquirySettings,
  onProgress: (done: number, total: number) => void,
): Knowledge[][] {
  const asked = askRows(model, tokenizer, inquiries, settings, onProgress);
  return asked.map((rows) => rows.map(({ knowledge }) => knowledge));
}

/**
 * Asks the model every row under several prompts, greedily, an answer ending at a newline or the end token. Each inquiry is asked by
 * itself, so that what a run is told of its training rows is what a probe of them alone is told.
 * A change of what comes out is a new KNOWLEDGE_DEFINITION.
 */
export function askRows(
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  inquiries: readonly Inquiry[],
  settings: InquirySettings,
  onProgress: (done: number, total: number) => void,
): AskedRow[][] {
  const asked = inquiries.map((inquiry) =>
    inquiry.rows.map((row) => ({ row, prompts: promptsFor(row, inquiry, settings) })),
  );
  const total = asked.flat().reduce((sum, { prompts }) => sum + prompts.length, 0);
  let before = 0;
  return asked.map((questions) => {
    const answers = answersTo(questions, model, tokenizer, settings, (done) =>
      onProgress(before + done, total),
    );
    before += answers.length;
    return judge(questions, answers);
  });
}

interface Asked {
  readonly row: AskingRow;
  readonly prompts: readonly string[];
}

/** What the model says to every prompt, one after the other: the first line. */
function answersTo(
  questions: readonly Asked[],
  model: LanguageModel,
  tokenizer: ModelTokenizer,
  { batchSize }: InquirySettings,
  onProgress: (done: number) => void,
): string[] {
  const encoded = questions.flatMap(({ prompts }) => prompts.map((prompt) => tokenizer.encodeStart(prompt)));
  const answers = decodeGreedily(model, encoded, {
    maxNewTokens: longestAnswer(
      questions.map(({ row }) => row),
      tokenizer,
    ),
    stopTokens: new Set([...tokenizer.newlineTokenIds, tokenizer.eosTokenId]),
    batchSize,
    padId: tokenizer.eosTokenId,
    onProgress,
  });
  return answers.map((ids) => firstLine(tokenizer.decode(ids)));
}

function judge(questions: readonly Asked[], answers: readonly string[]): AskedRow[] {
  let next = 0;
  return questions.map(({ row, prompts }) => {
    const said = answers.slice(next, (next += prompts.length));
    return { knowledge: knowledgeFrom(said.map((answer) => isAccepted(answer, row))), said };
  });
}

/** Tokens of the longest accepted answer and its end: a model that says more is wrong anyway. */
function longestAnswer(rows: readonly AskingRow[], tokenizer: ModelTokenizer): number {
  const lengths = rows.flatMap((row) =>
    answersOf(row).map((answer) => tokenizer.encodeRest(` ${answer}`).length),
  );
  return lengths.reduce((longest, length) => Math.max(longest, length), 1) + 1;
}

function promptsFor(row: AskingRow, inquiry: Inquiry, settings: InquirySettings): string[] {
  if (inquiry.prompts !== undefined) return inquiry.prompts.map((prompt) => fill(prompt, questionOf(row)));
  const random = createRandom(settings.seed, 'few-shot', row.id);
  return fewShotPrompts(row, inquiry.pool, settings.numPrompts, settings.numFewShot, random);
}
