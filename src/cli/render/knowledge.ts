import { countKnowledge, knowledgeAdvice, type KnowledgeCounts } from '../../data/advice.ts';
import type { Knowledge } from '../../data/knowledge.ts';
import type { ProbedFile, ProbedRow } from '../../protocol/runFiles.ts';
import { wilsonInterval } from '../../base/wilson.ts';
import { printable } from '../terminal.ts';
import { clip, share } from '../../base/format.ts';
import { table } from './table.ts';

const KINDS: readonly (readonly [Knowledge, string])[] = [
  ['known', 'right under every prompt'],
  ['maybe', 'right under some'],
  ['new', 'right under none'],
];

/** What a model knows of a file's rows. */
export interface KnowledgeReport {
  readonly probed: ProbedFile;
  /** What saying the commonest answer would score. */
  readonly majority: { readonly answer: string; readonly share: number } | undefined;
}

/** known / maybe / new with n, share and 95 % interval, rows of each kind with what the model said, and what to do. */
export function knowledgeText({ probed, majority }: KnowledgeReport, columns: number): string {
  const counts = countKnowledge(probed.rows);
  const sections = [
    countTable(counts),
    majority === undefined
      ? undefined
      : `majority-answer baseline ${share(majority.share)}: always saying "${clip(printable(majority.answer), 40)}"`,
    exampleTable(probed.rows, columns),
    knowledgeAdvice(counts),
  ];
  return sections.filter((section) => section !== undefined).join('\n\n');
}

function countTable(counts: KnowledgeCounts): string {
  const all = counts.known + counts.maybe + counts.new;
  const rows = KINDS.map(([kind, meaning]) => {
    const interval = wilsonInterval(counts[kind], all);
    const range = interval === undefined ? '-' : `${share(interval.low)} - ${share(interval.high)}`;
    return [`${kind}  ${meaning}`, `${counts[kind]}/${all}`, share(counts[kind] / all), range];
  });
  return table(['the model', 'rows', 'share', '95 % interval'], rows);
}

const SHOWN = 3;

/** Some rows of each kind, with an answer that shows why they are of it. */
function exampleTable(rows: readonly ProbedRow[], columns: number): string {
  const width = Math.max(16, Math.floor((columns - 16) / 4));
  const cells = KINDS.flatMap(([kind]) =>
    rows
      .filter(({ knowledge }) => knowledge === kind)
      .slice(0, SHOWN)
      .map((row) => [
        kind,
        clip(printable(row.question), 2 * width),
        clip(printable(row.answers[0] ?? '-'), width),
        clip(printable(tellingAnswer(row)), width),
      ]),
  );
  return table(['', 'for example', 'accepted', 'it said'], cells, 'left');
}

/** A wrong answer where there is one. */
function tellingAnswer({ said, answers }: ProbedRow): string {
  const telling = said.find((answer) => !answers.includes(answer)) ?? said[0] ?? '';
  return telling === '' ? '(nothing)' : telling;
}
