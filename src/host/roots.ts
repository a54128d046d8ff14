import { watch } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { workspace } from 'vscode';
import type { Disposable } from '../base/emitter.ts';
import { knownRoots, knownRootsFolder } from '../launch/knownRoots.ts';
import { nearestHoldfastFolder } from '../launch/findRoot.ts';
import type { RunFeed } from '../launch/runFeed.ts';
import type { KnownRun } from '../launch/runWatch.ts';
import type { Log } from './log.ts';

/** Keeps the feed on the `.holdfast` folders that belong to this window. */
export interface Roots extends Disposable {
  /** The one for runs that have no workspace folder to go to, or none that can be written. */
  readonly ownRoot: string;
  /** Whether a run concerns this window. */
  isShown(run: KnownRun): boolean;
  /** Looks again. */
  refresh(): void;
  /** Follows one more, until the window is closed: a run was made in it. */
  follow(root: string): void;
  /** Follows the `.holdfast` folder of a run that this user has shown before; other people's stay what they are. */
  followRun(folder: string): void;
}

/** The registry of known roots is looked at this often where it cannot be watched. */
const POLL_MS = 5_000;

export function createRoots(feed: RunFeed, storage: string, log: Log): Roots {
  const ownRoot = join(storage, '.holdfast');
  const found = new Set<string>();
  const followed = new Set<string>();
  let shown = '';
  const refresh = (): void => {
    const folders = workspaceFolders();
    const nearest = folders.map((folder) => nearestHoldfastFolder(folder) ?? join(folder, '.holdfast'));
    const known = knownRoots().filter((root) => folders.some((folder) => isWithin(folder, root)));
    const roots = [...new Set([...nearest, ...known, ...found, ...followed, ownRoot])];
    if (roots.join('\n') === shown) return;
    shown = roots.join('\n');
    log.info(`following runs in ${roots.join(', ')}`);
    feed.setRoots(roots);
  };
  const search = async (): Promise<void> => {
    // Runs that came with a repository, or from a cluster, are in no registry of this user.
    const marks = await workspace.findFiles('**/.holdfast/.gitignore', '**/node_modules/**', 100);
    for (const mark of marks) if (mark.scheme === 'file') found.add(dirname(mark.fsPath));
    refresh();
  };
  const follow = (root: string): void => {
    followed.add(root);
    refresh();
  };
  let watcher: { close: () => void } | undefined;
  const timer = setInterval(refresh, POLL_MS);
  const listener = workspace.onDidChangeWorkspaceFolders(() => {
    found.clear();
    refresh();
    void search();
  });
  // Not while the window is starting: looking at disks is for afterwards.
  const first = setImmediate(() => {
    watcher = watchRegistry(refresh);
    refresh();
    search().catch((error: unknown) => log.warn(`searching for runs failed: ${String(error)}`));
  });
  return {
    ownRoot,
    refresh,
    follow,
    followRun: (folder) => {
      const root = dirname(dirname(folder));
      if (knownRoots().includes(root)) follow(root);
    },
    isShown: ({ root, file }) => {
      const folders = workspaceFolders();
      if (root !== ownRoot || folders.length === 0) return true;
      // Runs of other read-only folders lie in the same place; the sample is everybody's.
      const config = file?.config_file ?? '';
      return isWithin(storage, config) || folders.some((folder) => isWithin(folder, config));
    },
    dispose: () => {
      clearImmediate(first);
      clearInterval(timer);
      watcher?.close();
      listener.dispose();
    },
  };
}

export function workspaceFolders(): string[] {
  return (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}

/** Whether `path` lies in `folder`; a folder lies in itself. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^([a-z]:|[\\/])/i.test(way);
}

function watchRegistry(onChange: () => void): { close: () => void } | undefined {
  try {
    const watcher = watch(knownRootsFolder(), onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Not there before the first run of this user: the timer finds it.
    return undefined;
  }
}
