import { randomInt } from 'node:crypto';
import { fileProblem } from '../../launch/fileProblem.ts';
import type { DataFacts } from '../../config/facts.ts';
import { foreignFormat } from '../read/foreignFormat.ts';
import { readRecords } from '../read/records.ts';
import { createTally } from '../rows/tally.ts';
import { createTextHash } from '../rows/textHash.ts';
import type { FindContext, Kind } from './kind.ts';

const NOTHING: DataFacts = {
  sha256: '',
  bytes: 0,
  rows: 0,
  kinds: { text: 0, completion: 0, question: 0, chat: 0 },
  several_turns: 0,
  unreadable: 0,
  not_utf8: 0,
  duplicates: 0,
  contradictions: 0,
};

/** A data file, counted in one pass. */
export const data: Kind<'data'> = {
  identify: ({ path }, { access }) => access.stamp(path),
  find: async ({ path }, context) => {
    const sha256 = context.hashes.known(path, context.access, context.kept);
    const recalled = sha256 === undefined ? undefined : context.kept.recall('data', sha256);
    if (recalled !== undefined) return recalled;
    try {
      return await count(path, context);
    } catch (error) {
      context.pace.signal.throwIfAborted();
      return { ...NOTHING, problem: fileProblem('read the data file', path, error).message };
    }
  },
};

async function count(path: string, { access, kept, hashes, pace }: FindContext): Promise<DataFacts> {
  const stamp = access.stamp(path);
  const hash = createTextHash(randomInt(2 ** 32));
  let tally = createTally(hash);
  const { sha256, bytes, beginning } = await readRecords(path, access, pace, {
    start: () => (tally = createTally(hash)),
    visit: (record) => tally.add(record),
  });
  hashes.learn(path, { stamp, sha256 }, access, kept);
  const facts: DataFacts = { sha256, bytes, ...tally.counts() };
  const foreign = facts.rows === 0 ? foreignFormat(beginning) : undefined;
  if (foreign !== undefined) return { ...facts, problem: `\`${path}\` ${foreign}.` };
  kept.keep('data', sha256, facts);
  return facts;
}
