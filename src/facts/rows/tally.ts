import { clip } from '../../base/format.ts';
import type { DataFacts, Place } from '../../config/facts.ts';
import type { Row } from '../../data/row.ts';
import { answersOf, isAsking } from '../../data/wording.ts';
import type { FoundRecord } from '../read/records.ts';
import { createCount } from './count.ts';
import { createNumberTable, type NumberTable } from './numberTable.ts';
import { keysOf } from './rowKeys.ts';
import type { TextHash } from './textHash.ts';

/** What is counted of a data file's records. */
export type Counts = Omit<DataFacts, 'sha256' | 'bytes' | 'problem'>;

export interface Tally {
  readonly add: (record: Omit<FoundRecord, 'bytes'>) => void;
  readonly counts: () => Counts;
}

/** Rows that are compared with each other, and answers that are told apart; beyond, memory would grow with the file. */
const MAX_COMPARED_ROWS = 1_000_000;
const MAX_ANSWERS = 4_000_000;
/** Of the commonest answer; it is to be named, not read. */
const MAX_ANSWER_LENGTH = 200;

/** Counts a data file record by record, in memory that does not grow with its texts. */
export function createTally(hash: TextHash): Tally {
  const kinds = { text: 0, completion: 0, question: 0, chat: 0 };
  const comparison = createComparison(hash);
  const answers = createMajority(hash);
  const unreadable = createCount<NonNullable<DataFacts['first_unreadable']>>();
  const [severalTurns, notUtf8] = [createCount<Place>(), createCount<Place>()];
  return {
    add: ({ line, isUtf8, row: read }) => {
      if (!isUtf8()) notUtf8.add({ line });
      const row = read();
      if (typeof row === 'string') {
        unreadable.add({ line, message: row });
        return;
      }
      kinds[row.kind] += 1;
      comparison.add(line, row);
      const asks = isAsking(row);
      if (asks) answers.add(answersOf(row));
      if (row.kind === 'chat' && !asks) severalTurns.add({ line });
    },
    counts: () => ({
      rows: kinds.text + kinds.completion + kinds.question + kinds.chat,
      kinds: { ...kinds },
      several_turns: severalTurns.count(),
      ...severalTurns.firstAs('first_several_turns'),
      unreadable: unreadable.count(),
      ...unreadable.firstAs('first_unreadable'),
      not_utf8: notUtf8.count(),
      ...notUtf8.firstAs('first_not_utf8'),
      ...comparison.counts(),
      ...answers.counts(),
    }),
  };
}

type Compared = Pick<DataFacts, 'duplicates' | 'first_duplicate' | 'contradictions' | 'first_contradiction'>;
type Pair = NonNullable<DataFacts['first_duplicate']>;

/** A row contradicts when none of its answers is among those that earlier rows accept. */
function createComparison(hash: TextHash): {
  readonly add: (line: number, row: Row) => void;
  readonly counts: () => Compared;
} {
  /** Lines by what was said first there. */
  const [said, asked, accepted] = [createNumberTable(), createNumberTable(), createNumberTable()];
  const [duplicates, contradictions] = [createCount<Pair>(), createCount<Pair>()];
  let compared = 0;
  const add = (line: number, row: Row): void => {
    if (compared >= MAX_COMPARED_ROWS || accepted.size >= MAX_ANSWERS) return;
    compared += 1;
    const { prompt, completions, isAsking } = keysOf(row);
    const saying = hash(`${prompt}\u0001${completions[0] ?? ''}`);
    const earlier = said.get(saying);
    if (earlier === undefined) said.set(saying, line);
    else duplicates.add({ line, earlier });
    if (!isAsking) return;
    const answers = completions.map((completion) => hash(`${prompt}\u0001${completion}`));
    const asking = hash(prompt);
    const first = asked.get(asking);
    if (first === undefined) asked.set(asking, line);
    else if (!answers.some((answer) => accepted.get(answer) !== undefined))
      contradictions.add({ line, earlier: first });
    for (const answer of answers) accepted.set(answer, line);
  };
  return {
    add,
    counts: () => ({
      duplicates: duplicates.count(),
      ...duplicates.firstAs('first_duplicate'),
      contradictions: contradictions.count(),
      ...contradictions.firstAs('first_contradiction'),
    }),
  };
}

/** The commonest answer: a row counts for each answer that it accepts, as in `data/knowledge` majorityShare. */
function createMajority(hash: TextHash): {
  readonly add: (accepted: readonly string[]) => void;
  readonly counts: () => Pick<DataFacts, 'majority'>;
} {
  const counted: NumberTable = createNumberTable();
  let asking = 0;
  let best = { answer: '', count: 0 };
  const count = (answer: string): void => {
    const key = hash(answer);
    const before = counted.get(key) ?? 0;
    if (before === 0 && counted.size >= MAX_ANSWERS) return;
    counted.set(key, before + 1);
    if (before + 1 > best.count) best = { answer, count: before + 1 };
  };
  return {
    add: (accepted) => {
      asking += 1;
      for (const answer of new Set(accepted)) count(answer);
    },
    counts: () =>
      asking === 0
        ? {}
        : { majority: { answer: clip(best.answer, MAX_ANSWER_LENGTH), share: best.count / asking } },
  };
}
