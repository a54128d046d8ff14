import { grouped } from '../../base/format.ts';
import type { About } from '../about.ts';
import { askingRows, countsOf, fileName, placeIn } from '../dataFiles.ts';
import type { NamedFile } from '../namedFile.ts';
import { valueRange } from '../parse.ts';
import type { Examples } from './examples.ts';
import { defineRule } from './rule.ts';

/** From this share on the set measures something else than it was made for. */
const MOST = 0.5;

interface Case {
  readonly file: NamedFile;
  /** The training file that takes most of them away. */
  readonly training: NamedFile;
  readonly shared: number;
  /** Facts of the set. */
  readonly facts: number;
  readonly place: string;
}

/** Facts that are trained on cannot show what is forgotten, so a run leaves them out (DESIGN 6, held). */
export const probesInTraining = defineRule({
  code: 'data.probes-in-training',
  level: 'warning',
  side: 'meaning',
  what: 'Most facts of a probe set are trained on as well: the same question, or the same subject and relation.',
  why: 'A run leaves them out of what forgetting is measured on, so little or nothing of the set remains.',
  cure: 'Give the probe set facts that training does not touch, or write `sets: auto`.',
  find: ({ about }) => about.probeFiles().flatMap((file) => casesOf(file, about)),
  tell: ({ file, training, shared, facts, place }, { parsed }) => ({
    path: file.at,
    range: valueRange(parsed, file.at),
    message: `${grouped(shared)} of ${grouped(facts)} facts of ${fileName(file)} are trained on in ${fileName(training)}${place} and left out of what forgetting is measured on: give it facts that training does not touch.`,
  }),
});

function casesOf(file: NamedFile, about: About): Case[] {
  const counts = countsOf(file);
  const facts = counts === undefined ? 0 : askingRows(counts);
  const overlaps = about.trainFiles().flatMap((training) => sharedWith(file, training, facts, about));
  const [most] = overlaps.sort((one, other) => other.shared - one.shared);
  return most !== undefined && most.shared >= MOST * facts ? [most] : [];
}

function sharedWith(file: NamedFile, training: NamedFile, facts: number, about: About): Case[] {
  if (facts === 0) return [];
  if (file.path === training.path) return [{ file, training, facts, shared: facts, place: '' }];
  const overlap = about.overlap(file, training);
  if (overlap === undefined || overlap.shared === 0) return [];
  const { first } = overlap;
  const place =
    first === undefined
      ? ''
      : ` (${placeIn(file, first.line)} asks what ${placeIn(training, first.other)} asks)`;
  return [{ file, training, facts, shared: overlap.shared, place }];
}

const MANY = { rows: 1_500, kinds: { text: 0, completion: 0, question: 1_500, chat: 0 } };
const SET = 'probes: {sets: [{name: own, file: more.jsonl}]}\n';

export const examples: Examples = {
  good: [
    { text: SET, world: { data: { 'more.jsonl': {} } } },
    // Some are always lost: they are not asked, and enough is left.
    {
      text: SET,
      world: { data: { 'more.jsonl': {} }, overlap: { 'more.jsonl rows.jsonl': { shared: 49 } } },
    },
    { text: 'probes: {sets: auto}\n' },
  ],
  bad: [
    {
      text: SET,
      world: {
        data: { 'more.jsonl': MANY },
        overlap: { 'more.jsonl rows.jsonl': { shared: 900, first: { line: 1, other: 4 } } },
      },
      says: [
        '900 of 1,500 facts of `more.jsonl` are trained on in `rows.jsonl` (line 1 asks what line 4 asks) and left out of what forgetting is measured on: give it facts that training does not touch.',
      ],
    },
    {
      text: 'probes:\n  sets:\n    - name: own\n      file: rows.jsonl\n',
      world: { data: { 'rows.jsonl': MANY } },
      says: [
        '1,500 of 1,500 facts of `rows.jsonl` are trained on in `rows.jsonl` and left out of what forgetting is measured on: give it facts that training does not touch.',
      ],
    },
  ],
};
