import { bytes, grouped } from '../../base/format.ts';
import { plural } from '../../base/text.ts';
import type { NamedFile } from '../about.ts';
import type { DataFacts } from '../facts.ts';
import type { Hint, HintInput, HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** How many rows a file has, behind its name. */
export const dataHints: HintSource = {
  kind: 'data',
  what: 'Rows of data files.',
  of: (input) => {
    const { about } = input;
    const evaluated = about.evalFile();
    const files = [
      ...about.trainFiles(),
      ...(evaluated === undefined ? [] : [evaluated]),
      ...about.probeFiles(),
    ];
    return files.flatMap((file) => hintOf(file, input));
  },
};

function hintOf(file: NamedFile, { parsed, isPending }: HintInput): Hint[] {
  const offset = hintOffset(parsed, file.at);
  if (offset === undefined) return [];
  const data = file.data();
  if (data === undefined) {
    if (isPending?.('data') !== true) return [];
    return [
      {
        kind: 'data',
        offset,
        text: 'counting rows ...',
        tooltip: 'The file is being read.',
        isPending: true,
      },
    ];
  }
  return data.problem === undefined
    ? [{ kind: 'data', offset, text: textOf(data), tooltip: tooltipOf(data, file) }]
    : [];
}

function textOf({ rows, unreadable, duplicates }: DataFacts): string {
  return [
    rows === 1 ? '1 row' : `${grouped(rows)} rows`,
    ...(unreadable === 0 ? [] : [`${grouped(unreadable)} unreadable`]),
    ...(duplicates === 0 ? [] : [`${grouped(duplicates)} twice`]),
  ].join(', ');
}

function tooltipOf(data: DataFacts, { weight }: NamedFile): string {
  const { kinds, rows, unreadable, majority } = data;
  const words = {
    question: 'question',
    completion: 'prompt with completion',
    chat: 'conversation',
    text: 'text',
  };
  const found = Object.entries(words).flatMap(([kind, word]) => {
    const count = kinds[kind as keyof typeof kinds];
    return count === 0 ? [] : [`${grouped(count)} ${nounOf(word, count)}`];
  });
  return [
    `Counted in the whole file (${bytes(data.bytes)}): ${found.length === 0 ? plural(rows, 'row') : found.join(', ')}.`,
    ...(unreadable === 0 ? [] : [`${grouped(unreadable)} records are no rows and are left out.`]),
    ...(weight === 1 ? [] : [`An epoch takes each row ${weight} times.`]),
    ...(majority === undefined
      ? []
      : [`The commonest answer is that of ${(100 * majority.share).toFixed(0)} % of the rows that ask.`]),
  ].join(' ');
}

function nounOf(word: string, count: number): string {
  if (count === 1) return word;
  return word === 'prompt with completion' ? 'prompts with completion' : `${word}s`;
}
