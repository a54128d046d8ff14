import { randomInt } from 'node:crypto';
import type { OverlapFacts } from '../../config/facts.ts';
import { normaliseQuestion, subjectKey } from '../../data/knowledge.ts';
import type { Row } from '../../data/row.ts';
import { isAsking, questionOf } from '../../data/wording.ts';
import { readRecords } from '../read/records.ts';
import { createCount } from '../rows/count.ts';
import { createNumberTable } from '../rows/numberTable.ts';
import { createTextHash, type TextHash } from '../rows/textHash.ts';
import type { FindContext, Kind } from './kind.ts';

/** Of `other`; beyond, memory would grow with the file. */
const MAX_ROWS = 1_000_000;

/** What two data files have in common: what is measured must not be trained on (`data/knowledge` withoutTrained). */
export const overlap: Kind<'overlap'> = {
  identify: ({ path, other }, { access }) => {
    const stamps = [access.stamp(path), access.stamp(other)];
    return stamps.includes(undefined) ? undefined : stamps.join('\n');
  },
  find: async ({ path, other }, context) => {
    const { access, kept, hashes } = context;
    const known = [path, other].map((file) => hashes.known(file, access, kept));
    const recalled = known.includes(undefined) ? undefined : kept.recall('overlap', known);
    return recalled ?? (await compare(path, other, context));
  },
};

async function compare(path: string, other: string, context: FindContext): Promise<OverlapFacts> {
  const hash = createTextHash(randomInt(2 ** 32));
  /** Lines of `other`, by what their rows ask and are about. */
  let lines = createNumberTable();
  let asking = 0;
  const theirs = await visitRows(other, context, {
    start: () => ([lines, asking] = [createNumberTable(), 0]),
    visit: (line, row) => {
      if (!isAsking(row) || asking++ >= MAX_ROWS) return;
      for (const key of keysOf(row, hash)) if (lines.get(key) === undefined) lines.set(key, line);
    },
  });
  let shared = createCount<NonNullable<OverlapFacts['first']>>();
  const ours = await visitRows(path, context, {
    start: () => (shared = createCount()),
    visit: (line, row) => {
      const [found] = keysOf(row, hash).flatMap((key) => lines.get(key) ?? []);
      if (found !== undefined) shared.add({ line, other: found });
    },
  });
  const facts = { shared: shared.count(), ...shared.firstAs('first') };
  context.kept.keep('overlap', [ours, theirs], facts);
  return facts;
}

function keysOf(row: Row, hash: TextHash): number[] {
  if (!isAsking(row)) return [];
  const subject = subjectKey(row);
  const question = hash(`question\u0000${normaliseQuestion(questionOf(row))}`);
  return subject === undefined ? [question] : [question, hash(`subject\u0000${subject}`)];
}

interface RowVisitor {
  readonly start: () => void;
  readonly visit: (line: number, row: Row) => void;
}

/** @returns the content's hash */
async function visitRows(
  path: string,
  { access, kept, hashes, pace }: FindContext,
  { start, visit }: RowVisitor,
): Promise<string> {
  const stamp = access.stamp(path);
  const { sha256 } = await readRecords(path, access, pace, {
    start,
    visit: ({ line, row: read }) => {
      const row = read();
      if (typeof row !== 'string') visit(line, row);
    },
  });
  hashes.learn(path, { stamp, sha256 }, access, kept);
  return sha256;
}
