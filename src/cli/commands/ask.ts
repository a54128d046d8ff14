import { plural } from '../../base/text.ts';
import { answersOf, questionOf } from '../../data/wording.ts';
import { MAX_QUESTION_LENGTH, type Question } from '../../protocol/commands.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import { RunConfigSchema } from '../../protocol/runConfig.ts';
import { openConversation, type Conversation } from '../conversation.ts';
import { askingRows, readDataFile } from '../dataFile.ts';
import { engineSettings, type ModelOptions } from '../engine.ts';
import { baseOf, findModel, type FoundModel } from '../findModel.ts';
import { processInput } from '../input.ts';
import { answerLines, answerTable, answerTally, differ, type Asked } from '../render/answers.ts';
import { bar } from '../../base/format.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT, UserError } from '../userError.ts';
import { readWording } from '../wordings.ts';

export interface AskOptions extends ModelOptions {
  readonly before?: string;
  readonly checkpoint?: string;
  readonly question: readonly string[];
  readonly file?: string;
  readonly prompt?: string;
  readonly raw?: boolean;
  readonly json?: boolean;
}

/** A question on its way to the engine. */
interface Put extends Pick<Question, 'text' | 'raw'> {
  readonly accepted: readonly string[] | undefined;
}

/**
 * `holdfast ask MODEL`: what a model says, beside what another one said before. Questions come from flags, from a data file,
 * or from stdin, typed or piped.
 */
export async function askCommand(wanted: string, options: AskOptions, services: Services): Promise<number> {
  const { terminal, folder } = services;
  const model = findModel(wanted, folder, readStep(options.checkpoint));
  const before = options.before === undefined ? baseOf(model) : findModel(options.before, folder);
  const template = templateOf(model, options);
  const settings = engineSettings(options, model.config);
  const given = givenQuestions(options, services);
  terminal.err(introduction(model, before));
  const conversation = await openConversation({ model, before, settings, template }, services);
  try {
    if (given.length > 0) await answerGiven(given, conversation, options, services);
    else await answerInput(conversation, options, services);
    return EXIT.done;
  } finally {
    await conversation.end();
  }
}

function introduction(model: FoundModel, before: FoundModel | undefined): string {
  const now = printable(model.name);
  return before === undefined ? `asking ${now}` : `before: ${printable(before.name)}\nnow:    ${now}`;
}

function readStep(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new UserError(`--checkpoint ${text} is no step: give the number of one, as in --checkpoint 120.`);
}

/** The wording of the fine-tune, where the model comes from one. */
function templateOf({ config }: FoundModel, { prompt, raw }: AskOptions): string {
  if (prompt !== undefined && raw === true)
    throw new UserError('--raw puts the text as it is and --prompt words it: give one of them.');
  if (prompt !== undefined) return readWording(prompt);
  return config?.prompt_template ?? RunConfigSchema.shape.prompt_template.parse(undefined);
}

function givenQuestions({ question, file, raw }: AskOptions, { folder }: Services): Put[] {
  const typed = question.map((text) => checkedQuestion(text, raw === true));
  if (file === undefined) return typed;
  const rows = askingRows(readDataFile(file, folder), file);
  return [
    ...typed,
    ...rows.map((row) => ({
      // A completion row's prompt is worded already.
      ...checkedQuestion(questionOf(row), raw === true || row.kind === 'completion'),
      accepted: answersOf(row),
    })),
  ];
}

function checkedQuestion(text: string, raw: boolean): Put {
  if (text.trim() === '')
    throw new UserError('The question is empty: write one, as in --question "Where was Ada Lovelace born?".');
  if (text.length > MAX_QUESTION_LENGTH)
    throw new UserError(
      `The question has ${text.length} characters: at most ${MAX_QUESTION_LENGTH} are taken, so shorten it.`,
    );
  return { text, raw, accepted: undefined };
}

/** Everything is known beforehand: a file's questions become a table, single ones are answered in full. */
async function answerGiven(
  questions: readonly Put[],
  conversation: Conversation,
  options: AskOptions,
  { terminal }: Services,
): Promise<void> {
  const { out, err, block, columns } = terminal;
  const isTable = options.file !== undefined && options.json !== true;
  const all: Asked[] = [];
  for (const question of questions) {
    const asked = await put(question, conversation);
    all.push(asked);
    if (!isTable) say(asked, options, out);
    else block?.draw([`${bar(all.length, questions.length, 24)} asked ${all.length}/${questions.length}`]);
  }
  block?.clear();
  if (isTable) out(answerTable(all, columns()));
  const tally = all.length > 1 ? answerTally(all) : undefined;
  if (tally !== undefined) err(`${plural(all.length, 'question')}: ${tally}`);
}

/** One question a line, answered as it comes. */
async function answerInput(
  conversation: Conversation,
  options: AskOptions,
  { terminal }: Services,
): Promise<void> {
  const input = processInput('? ');
  if (input.isTyped) terminal.err('Type a question; Ctrl-D ends.');
  let count = 0;
  for await (const line of input.lines()) {
    if (line.trim() === '') continue;
    count++;
    const asked = await put(checkedQuestion(line, options.raw === true), conversation);
    if (input.isTyped && options.json !== true) terminal.out(answerLines(asked).join('\n'));
    else say(asked, options, terminal.out);
  }
  if (count === 0 && !input.isTyped)
    throw new UserError(
      'No question was given: use --question TEXT or --file DATA, or pipe one question a line.',
    );
}

async function put({ text, raw, accepted }: Put, conversation: Conversation): Promise<Asked> {
  return { question: text, accepted, answers: await conversation.ask({ text, raw }) };
}

/** With --json one object a line, so that a program can talk with it; else the question and its answers. */
function say(asked: Asked, { json }: AskOptions, out: (text: string) => void): void {
  const { question, accepted, answers } = asked;
  if (json === true) out(encodeJson({ question, accepted, answers, differ: differ(asked) }));
  else out([printable(question), ...answerLines(asked)].join('\n'));
}
