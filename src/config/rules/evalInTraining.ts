import { grouped } from '../../base/format.ts';
import type { About } from '../about.ts';
import { countsOf, fileName, placeIn } from '../dataFiles.ts';
import type { OverlapFacts } from '../facts.ts';
import { rowsText } from '../rowCounts.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

interface Case {
  readonly file: NamedFile;
  readonly training: NamedFile;
  /** undefined: all of it, because it is the same file. */
  readonly overlap: OverlapFacts | undefined;
}

/** The oldest mistake of all. */
export const evalInTraining = defineRule({
  code: 'data.eval-in-training',
  level: 'warning',
  side: 'meaning',
  what: 'Rows of `eval_file` are trained on as well.',
  why: '`eval_loss` would fall with what is learned by heart, and say nothing about rows the model has not seen; the best checkpoint may be chosen by it.',
  cure: 'Evaluate on rows that are not in the training files.',
  find: ({ about }) => {
    const file = about.evalFile();
    return file === undefined ? [] : casesOf(file, about);
  },
  tell: ({ file, training, overlap }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${subjectOf(file, training, overlap)}, so \`eval_loss\` measures what was learned by heart: evaluate on rows that are not trained on.`,
  }),
});

/** At most one: the training file with most of them. */
function casesOf(file: NamedFile, about: About): Case[] {
  const content = countsOf(file)?.sha256;
  const same = about
    .trainFiles()
    .find(
      (training) =>
        training.path === file.path || (content !== undefined && countsOf(training)?.sha256 === content),
    );
  if (same !== undefined) return [{ file, training: same, overlap: undefined }];
  const shared = about.trainFiles().flatMap((training) => {
    const overlap = about.overlap(file, training);
    return overlap === undefined || overlap.shared === 0 ? [] : [{ file, training, overlap }];
  });
  return shared.sort((one, other) => other.overlap.shared - one.overlap.shared).slice(0, 1);
}

function subjectOf(file: NamedFile, training: NamedFile, overlap: OverlapFacts | undefined): string {
  if (overlap === undefined)
    return file.path === training.path
      ? `\`eval_file\` ${fileName(file)} is a training file too`
      : `\`eval_file\` ${fileName(file)} has the content of the training file ${fileName(training)}`;
  const rows = countsOf(file)?.rows;
  const count =
    rows === undefined ? grouped(overlap.shared) : `${grouped(overlap.shared)} of ${rowsText(rows)}`;
  const place =
    overlap.first === undefined
      ? ''
      : ` (${placeIn(file, overlap.first.line)} asks what ${placeIn(training, overlap.first.other)} asks)`;
  return `${count} of ${fileName(file)} ${overlap.shared === 1 ? 'is' : 'are'} in ${fileName(training)} too${place}`;
}

export const examples: Examples = {
  good: [
    { text: 'eval_file: more.jsonl\n' },
    {
      text: 'eval_file: more.jsonl\n',
      world: {
        data: { 'rows.jsonl': { sha256: 'a' }, 'more.jsonl': { sha256: 'b' } },
        overlap: { 'more.jsonl rows.jsonl': { shared: 0 } },
      },
    },
  ],
  bad: [
    {
      text: 'eval_file: ./rows.jsonl\n',
      says: [
        '`eval_file` `rows.jsonl` is a training file too, so `eval_loss` measures what was learned by heart: evaluate on rows that are not trained on.',
      ],
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: { data: { 'rows.jsonl': { sha256: 'a' }, 'more.jsonl': { sha256: 'a' } } },
      says: [
        '`eval_file` `more.jsonl` has the content of the training file `rows.jsonl`, so `eval_loss` measures what was learned by heart: evaluate on rows that are not trained on.',
      ],
    },
    {
      text: 'eval_file: more.jsonl\n',
      world: {
        data: { 'rows.jsonl': { sha256: 'a' }, 'more.jsonl': { sha256: 'b', rows: 1_500 } },
        overlap: { 'more.jsonl rows.jsonl': { shared: 30, first: { line: 3, other: 7 } } },
      },
      says: [
        '30 of 1,500 rows of `more.jsonl` are in `rows.jsonl` too (line 3 asks what line 7 asks), so `eval_loss` measures what was learned by heart: evaluate on rows that are not trained on.',
      ],
    },
  ],
};
