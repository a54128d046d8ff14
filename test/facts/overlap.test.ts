import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { withoutTrained } from '../../src/data/knowledge.ts';
import { parseRows } from '../../src/data/parseRows.ts';
import { isAsking } from '../../src/data/wording.ts';
import { scratch } from '../folder/bundle.ts';
import { answerTo } from './asking.ts';

const lines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

async function overlapOf(rows: string, others: string): ReturnType<typeof answerTo<'overlap'>> {
  const folder = scratch();
  const [path, other] = [join(folder, 'train.jsonl'), join(folder, 'probes.jsonl')];
  writeFileSync(path, rows);
  writeFileSync(other, others);
  return answerTo('overlap', { path, other });
}

const fact = (question: string, subject?: string, relation?: string): unknown => ({
  question,
  answers: ['a'],
  subject,
  relation,
});

test.each<readonly [string, readonly unknown[], readonly unknown[], unknown]>([
  [
    'the same question',
    [fact('x'), fact('WHO is it')],
    [fact('y'), fact('z'), fact('Who  is it?')],
    { shared: 1, first: { line: 2, other: 3 } },
  ],
  [
    'the same subject and relation',
    [fact('x', 'Ada', 'P19')],
    [fact('y', 'ada', 'P19')],
    { shared: 1, first: { line: 1, other: 1 } },
  ],
  [
    'the same subject in another relation',
    [fact('x', 'Ada', 'P19')],
    [fact('y', 'Ada', 'P20')],
    { shared: 0 },
  ],
  [
    'the same words in other places',
    [{ text: 'x' }, fact('P19')],
    [{ text: 'x' }, fact('y', 'x', 'P19')],
    { shared: 0 },
  ],
  [
    'another format',
    [{ prompt: 'x:', completion: 'a' }],
    [fact('X')],
    { shared: 1, first: { line: 1, other: 1 } },
  ],
  ['nothing', [], [fact('x')], { shared: 0 }],
])('rows that share %s', async (_name, rows, others, expected) => {
  expect(await overlapOf(lines(rows), lines(others))).toEqual(expected);
});

test('the rows that are shared are those which training would touch', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = createRandom(seed, 'overlap');
    const some = (): string =>
      lines(
        Array.from({ length: random.below(12) }, () =>
          random.below(5) === 0
            ? { text: 'x' }
            : fact(
                `Q${random.below(12)}`,
                random.below(2) ? `S${random.below(6)}` : undefined,
                `R${random.below(2)}`,
              ),
        ),
      );
    const [rows, others] = [some(), some()];
    const asking = (text: string) => parseRows(text, 'f').rows.filter(isAsking);
    const left = withoutTrained(asking(rows), asking(others));
    expect((await overlapOf(rows, others))?.shared, `seed ${seed}`).toBe(asking(rows).length - left.length);
  }
});

test('nothing is known where one file is missing', async () => {
  const path = join(scratch(), 'rows.jsonl');
  writeFileSync(path, lines([fact('x')]));
  expect(await answerTo('overlap', { path, other: `${path}.missing` })).toBeUndefined();
});
