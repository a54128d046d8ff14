import { resolvePath, type Surroundings } from '../../files.ts';
import type { Candidate } from './candidate.ts';

/**
 * What lies in a folder, by its absolute path; undefined where nobody may look, or there is none. Whoever answers decides which folders
 * may be opened.
 */
export type ListFolder = (
  folder: string,
) => readonly { readonly name: string; readonly isFolder: boolean }[] | undefined;

/** A folder with more files is data, and a list nobody reads. */
const MOST_LISTED = 500;
/** Each folder is opened to see whether it holds a model. */
const MOST_OPENED = 50;

/** Data files and folders, or models and folders, in the folder that `written` has come to; relative to the config, as it is. */
export function pathCandidates(
  written: string,
  kind: 'file' | 'folder',
  { surroundings, list }: { readonly surroundings: Surroundings; readonly list: ListFolder },
): Candidate[] {
  const base = written.slice(0, Math.max(written.lastIndexOf('/'), written.lastIndexOf('\\')) + 1);
  const folder = resolvePath(surroundings.folder, base === '' ? '.' : base);
  const inside = (list(folder) ?? []).slice(0, MOST_LISTED).filter(({ name }) => !isHidden(name));
  const folders = inside.filter(({ isFolder }) => isFolder);
  const isModel = new Set(
    kind === 'folder'
      ? folders.slice(0, MOST_OPENED).filter(({ name }) => holdsModel(resolvePath(folder, name), list))
      : [],
  );
  const files = kind === 'file' ? inside.filter((entry) => !entry.isFolder && isData(entry.name)) : [];
  return [
    ...files.map(({ name }) => candidate(base, name, 'data file', false)),
    ...folders.filter((entry) => isModel.has(entry)).map(({ name }) => candidate(base, name, 'model', false)),
    ...folders
      .filter((entry) => !isModel.has(entry))
      .map(({ name }) => candidate(base, `${name}/`, 'folder', true)),
  ];
}

function candidate(base: string, name: string, detail: string, goesOn: boolean): Candidate {
  return { value: `${base}${name}`, label: name, kind: 'path', detail, goesOn };
}

/** Runs, versions and packages: nothing to train on. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** By its name: rows, and no config. */
function isData(name: string): boolean {
  return /\.jsonl?$/i.test(name) && !/\.sft\.json$/i.test(name);
}

function holdsModel(folder: string, list: ListFolder): boolean {
  return list(folder)?.some(({ name, isFolder }) => name === 'config.json' && !isFolder) === true;
}
