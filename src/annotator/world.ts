import { readdirSync, statSync, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { NO_FACTS, type Facts } from '../config/facts.ts';
import type { IFiles, IHub, Surroundings } from '../config/files.ts';
import { createAccess } from '../facts/access.ts';
import type { FactsEnvironment } from '../facts/question.ts';
import { diskFiles } from '../folder/diskFiles.ts';
import { hubCache } from '../folder/hubCache.ts';
import { nearestHoldfastFolder } from '../launch/findRoot.ts';
import type { Setup } from './messages.ts';

const NOBODY_LOOKS: IFiles = { kind: () => 'unknown' };
const HIDDEN_HUB: IHub = { find: () => undefined, isOffline: false, isHidden: true };

/** What a config may know of the world. Of a document that is no file here: nothing. */
export function surroundingsOf(
  path: string | undefined,
  environment: FactsEnvironment | undefined,
  facts: Facts,
): Surroundings {
  if (path === undefined || environment === undefined)
    return { files: NOBODY_LOOKS, hub: HIDDEN_HUB, folder: '/', facts: NO_FACTS };
  const { mayOpen } = createAccess(environment);
  return {
    files: { kind: (asked) => (mayOpen(asked) ? diskFiles.kind(asked) : 'unknown') },
    // The cache of the hub is the user's own and lies outside of every workspace.
    hub: environment.isTrusted ? hubCache() : HIDDEN_HUB,
    folder: dirname(path),
    facts,
  };
}

/** The part of a set-up that finding facts out depends on. */
export function environmentOf(
  { isTrusted, workspaceFolders, cacheFolder, generalKnowledge, ownRoot }: Setup,
  configs: readonly string[],
): FactsEnvironment {
  const folders = new Set([...workspaceFolders, ...configs.map((path) => dirname(path))]);
  const roots = [...folders].flatMap((folder) => nearestHoldfastFolder(folder) ?? []);
  return {
    isTrusted,
    workspaceFolders,
    shippedFiles: [generalKnowledge],
    roots: [...new Set([...roots, ownRoot])],
    cacheFolder,
  };
}

/** A name in a folder. */
export interface ListedName {
  readonly name: string;
  readonly isFolder: boolean;
}

const MOST_NAMES = 1_000;

/** Names in a folder that may be looked into; undefined for others, and where there is none. */
export function namesInFolder(
  folder: string,
  environment: FactsEnvironment | undefined,
): readonly ListedName[] | undefined {
  const access = environment === undefined ? undefined : createAccess(environment);
  if (access?.mayOpen(folder) !== true) return undefined;
  const isFolder = (entry: Dirent): boolean => {
    if (!entry.isSymbolicLink()) return entry.isDirectory();
    const path = join(folder, entry.name);
    return access.mayOpen(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  };
  try {
    return readdirSync(folder, { withFileTypes: true })
      .slice(0, MOST_NAMES)
      .map((entry) => ({ name: entry.name, isFolder: isFolder(entry) }));
  } catch {
    return undefined;
  }
}
