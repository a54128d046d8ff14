import { isTeacherWord } from '../protocol/runConfig.ts';
import type { Facts } from './facts.ts';
import { patternOf, type Path } from './path.ts';

/** The one question this room asks the disk. */
export interface IFiles {
  /** `path` is absolute. Links are followed; what cannot be read counts as missing; `unknown`: nobody may look there. */
  kind(path: string): 'file' | 'folder' | 'missing' | 'unknown';
}

/** What this machine has of the Hugging Face hub. */
export interface IHub {
  /** Absolute path of the folder of the model called `id`; undefined where the local cache does not hold all of it. */
  find(id: string): string | undefined;
  /** Whether the hub itself may not be asked. */
  readonly isOffline: boolean;
  /** Whether nobody may look into the cache either: then nothing can be said about what is not there. */
  readonly isHidden?: boolean;
}

/** Where a config stands, and what lies around it. */
export interface Surroundings {
  readonly files: IFiles;
  readonly hub: IHub;
  /** Absolute path of the config's folder: relative paths in it start here. */
  readonly folder: string;
  /** What is known beyond that; without it, rules that need facts say nothing. */
  readonly facts?: Facts;
}

const PATH_SETTINGS: ReadonlyMap<string, 'file' | 'folder'> = new Map([
  ['model_name_or_path', 'folder'],
  ['train_file', 'file'],
  ['train_file[].path', 'file'],
  ['eval_file', 'file'],
  ['probes.sets[].file', 'file'],
  ['self_distill.teacher', 'folder'],
] as const);

/** What the setting at `path` names on disk; undefined if it is no path, or if `value` is one of its words. */
export function namedKind(path: Path, value?: unknown): 'file' | 'folder' | undefined {
  const pattern = patternOf(path);
  const isWord = pattern === 'self_distill.teacher' && typeof value === 'string' && isTeacherWord(value);
  return isWord ? undefined : PATH_SETTINGS.get(pattern);
}

/**
 * `path` as seen from `folder`, absolute and without `.` and `..`. `~` is an ordinary name, as for every system call.
 * The folder decides between Windows and POSIX rules, so that both can be tested, and read, on either.
 */
export function resolvePath(folder: string, path: string): string {
  const isWindows = isWindowsAbsolute(folder);
  if (isWindowsAbsolute(path)) return normalise(path, true);
  const isRooted = isWindows ? /^[\\/]/.test(path) : path.startsWith('/');
  if (!isRooted) return normalise(`${folder}${isWindows ? '\\' : '/'}${path}`, isWindows);
  return normalise(isWindows ? `${rootOf(folder)}${path}` : path, isWindows);
}

function isWindowsAbsolute(path: string): boolean {
  return /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\[^\\/]+[\\/]+[^\\/]+)/.test(path);
}

/** C: or \\server\share. */
function rootOf(path: string): string {
  return /^(?:[A-Za-z]:|\\\\[^\\/]+[\\/]+[^\\/]+)/.exec(path)?.[0] ?? '';
}

function normalise(path: string, isWindows: boolean): string {
  const root = isWindows ? rootOf(path) : '';
  const names: string[] = [];
  for (const name of path.slice(root.length).split(isWindows ? /[\\/]+/ : /\/+/)) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  const separator = isWindows ? '\\' : '/';
  return `${root}${separator}${names.join(separator)}`;
}
