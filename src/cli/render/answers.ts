import { plural } from '../../base/text.ts';
import type { Answer } from '../../protocol/events.ts';
import { printable } from '../terminal.ts';
import { clip } from '../../base/format.ts';
import { table } from './table.ts';

/** A question and what came of it. */
export interface Asked {
  readonly question: string;
  /** Answers that count as right; undefined where nobody said. */
  readonly accepted: readonly string[] | undefined;
  /** One model's, or two: before, now. */
  readonly answers: readonly Answer[];
}

const DIFFERS = '≠';

/** Whether two models say different things. */
export function differ({ answers }: Asked): boolean {
  return answers.some(({ text }) => text !== answers[0]?.text);
}

/** One question's answers in full: what one model says, or two lines, the second marked where it differs. */
export function answerLines(asked: Asked): string[] {
  const [first, second] = asked.answers.map(answerText);
  if (second === undefined) return [`  ${first ?? ''}`];
  return [`    before  ${first ?? ''}`, `  ${differ(asked) ? DIFFERS : ' '} now     ${second}`];
}

/** Many questions side by side: what counts as right, before and now, a mark where they differ; long texts are cut. */
export function answerTable(all: readonly Asked[], columns: number): string {
  const models = Math.max(1, ...all.map(({ answers }) => answers.length));
  const names = models === 1 ? ['answer'] : ['before', 'now'];
  const isMarked = models > 1;
  const width = Math.max(16, Math.floor((columns - 8 - 2 * models) / (models + 3)));
  const rows = all.map((asked) => [
    clip(printable(asked.question), 2 * width),
    clip(printable(asked.accepted?.[0] ?? '-'), width),
    ...names.map((_, at) => clip(answerText(asked.answers[at]), width)),
    ...(isMarked ? [differ(asked) ? DIFFERS : ''] : []),
  ]);
  return table(['question', 'accepted', ...names, ...(isMarked ? [''] : [])], rows, 'left');
}

/** How many were right, and how many differ, in one line; undefined where neither can be told. */
export function answerTally(all: readonly Asked[]): string | undefined {
  const judged = all.filter(({ accepted }) => accepted !== undefined);
  const models = Math.max(0, ...all.map(({ answers }) => answers.length));
  const names = models === 1 ? ['right'] : ['right before', 'right now'];
  const right = names.map(
    (name, at) =>
      `${judged.filter(({ accepted, answers }) => accepted?.includes(answers[at]?.text ?? '') === true).length}/${judged.length} ${name}`,
  );
  const parts = [
    ...(judged.length === 0 ? [] : right),
    ...(models < 2 ? [] : [`${plural(all.filter(differ).length, 'answer')} changed`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function answerText(answer: Answer | undefined): string {
  if (answer === undefined) return '-';
  const text = printable(answer.text);
  if (answer.ended === 'max_new_tokens') return `${text} …`;
  return text === '' ? '(nothing)' : text;
}
