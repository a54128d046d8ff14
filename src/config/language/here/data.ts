import { grouped, percent } from '../../../base/format.ts';
import type { About } from '../../about.ts';
import { longestOf } from '../../cutFile.ts';
import type { DataFacts } from '../../facts.ts';
import type { NamedFile } from '../../namedFile.ts';
import { formatPath } from '../../path.ts';
import { quote } from '../../wording.ts';
import type { Note } from './note.ts';

export const fileNote: Note = (about, path) => {
  const file = named(about, formatPath(path));
  const data = file?.data();
  if (data === undefined || data.problem !== undefined) return undefined;
  return `${grouped(data.rows)} rows${kindsOf(data)}, ${leftOut(data)}.`;
};

export const knowledgeNote: Note = (about) => {
  const found = about.knowledge();
  const all = found === undefined ? 0 : found.known + found.maybe + found.new;
  if (found === undefined || all === 0) return undefined;
  return `Asked of the base model: ${grouped(found.known)} rows known, ${grouped(found.new)} new (${percent(found.new / all)}).`;
};

export const countedNote: Note = (about) => {
  const tokens = about.tokens();
  if (tokens === undefined || tokens.meanLength === 0) return undefined;
  const { meanLength, meanCounted, isSampled } = tokens;
  const basis = isSampled ? ', from a sample of the rows' : '';
  return `Here the loss counts ${meanCounted.toFixed(1)} of ${meanLength.toFixed(1)} tokens of a row${basis}.`;
};

export const maxLengthNote: Note = (about) => {
  const files = about.cutFiles();
  const longest = longestOf(files);
  if (longest === undefined) return undefined;
  const cut = files.reduce((sum, { shortened, masked }) => sum + shortened.rows + masked.rows, 0);
  const fate = cut === 0 ? 'no row is cut' : `${grouped(cut)} rows are cut`;
  return `The longest row has ${grouped(longest.length)} tokens: ${fate}.`;
};

function named(about: About, key: string): NamedFile | undefined {
  const files = [...about.trainFiles(), ...about.probeFiles()];
  const evaluated = about.evalFile();
  return [...files, ...(evaluated === undefined ? [] : [evaluated])].find(({ at }) => formatPath(at) === key);
}

/** What the rows are; most files hold one kind. */
function kindsOf({ kinds }: DataFacts): string {
  const present = Object.entries(kinds).filter(([, count]) => count > 0);
  if (present.length === 1) return ` (${present[0]?.[0] ?? ''})`;
  return ` (${present.map(([kind, count]) => `${grouped(count)} ${kind}`).join(', ')})`;
}

function leftOut({ unreadable, duplicates, majority }: DataFacts): string {
  const parts = [`${grouped(unreadable)} unreadable`, `${grouped(duplicates)} duplicates`];
  const answer =
    majority === undefined ? [] : [`commonest answer ${quote(majority.answer)} (${percent(majority.share)})`];
  return [...parts, ...answer].join(', ');
}
