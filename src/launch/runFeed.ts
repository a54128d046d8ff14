import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Emitter, type Disposable } from '../base/emitter.ts';
import { messageOf } from '../base/text.ts';
import { createRunStore } from '../runs/runStore.ts';
import { followRunFolder, type KnownRun, type RunWatch } from './runWatch.ts';
import { createSlices } from './slices.ts';

/** Every run of some `.holdfast` folders, as they are now. */
export interface RunFeed extends Disposable {
  /** Which `.holdfast` folders are followed from now on; they need not exist yet. */
  setRoots(roots: readonly string[]): void;
  roots(): readonly string[];
  /** Newest first. */
  all(): readonly KnownRun[];
  /** By its folder. */
  get(folder: string): KnownRun | undefined;
  /** Folders of `.holdfast` whose runs cannot be listed, with one sentence each. */
  problems(): ReadonlyMap<string, string>;
  /** Looks at once, instead of at the next report of the file system. */
  refresh(): void;
  /** Told in batches: the folders of the runs that came, changed or went. */
  onDidChange(listener: (folders: ReadonlySet<string>) => void): Disposable;
  /** How many listen. */
  listenerCount(): number;
}

/** Between two looks at what no watcher reports: containers and network drives do not. */
const POLL_MS = 1_000;
/** Changes of so long are told together: short against what an eye notices, long against a burst of events. */
const BATCH_MS = 30;
/** How many runs that have ended are looked at in one poll, in turn: somebody may resume one. */
const ENDED_PER_POLL = 25;

/**
 * Follows the runs of `.holdfast` folders until disposed. Nothing is read twice, and nothing is read in pieces that others
 * sharing this process would feel, however many runs there are.
 */
export function createRunFeed(): RunFeed {
  return new Feed();
}

class Feed implements RunFeed {
  private readonly store = createRunStore();
  private readonly slices = createSlices();
  private readonly watches = new Map<string, RunWatch>();
  private readonly roots_ = new Map<string, RootWatch>();
  private readonly failures = new Map<string, string>();
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly timer = setInterval(() => this.poll(), POLL_MS);
  /** All files are read through this one, one look at a time. */
  private readonly buffer = Buffer.alloc(131_072);
  private pending = new Set<string>();
  private flushing: NodeJS.Timeout | undefined;
  private turn = 0;

  readonly onDidChange = this.changed.on;

  setRoots(roots: readonly string[]): void {
    const wanted = new Set(roots);
    for (const [root, watcher] of this.roots_) {
      if (wanted.has(root)) continue;
      watcher.dispose();
      this.roots_.delete(root);
      this.failures.delete(root);
      for (const folder of this.foldersOf(root)) this.forget(folder);
    }
    for (const root of wanted) {
      if (!this.roots_.has(root))
        this.roots_.set(
          root,
          watchRoot(root, () => this.scan(root)),
        );
      this.scan(root);
    }
  }

  listenerCount(): number {
    return this.changed.listenerCount;
  }

  roots(): readonly string[] {
    return [...this.roots_.keys()];
  }

  all(): readonly KnownRun[] {
    // Ids begin with the time.
    return [...this.watches.values()].map((watcher) => watcher.run()).sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  get(folder: string): KnownRun | undefined {
    return this.watches.get(folder)?.run();
  }

  problems(): ReadonlyMap<string, string> {
    return this.failures;
  }

  refresh(): void {
    for (const root of this.roots_.keys()) this.scan(root);
    for (const watcher of this.watches.values()) watcher.look();
  }

  dispose(): void {
    clearInterval(this.timer);
    clearTimeout(this.flushing);
    for (const watcher of [...this.watches.values(), ...this.roots_.values()]) watcher.dispose();
    this.watches.clear();
    this.roots_.clear();
    this.slices.dispose();
    this.changed.dispose();
    this.store.dispose();
  }

  private poll(): void {
    for (const [root, watcher] of this.roots_) {
      watcher.renew();
      this.scan(root);
    }
    const watches = [...this.watches.values()];
    const ended = watches.filter((watcher) => watcher.hasEnded());
    for (const watcher of watches) if (!watcher.hasEnded()) watcher.look();
    for (let count = 0; count < Math.min(ENDED_PER_POLL, ended.length); count++)
      ended[this.turn++ % ended.length]?.look();
  }

  /** Finds the runs that came and went. */
  private scan(root: string): void {
    listFolders(join(root, 'runs')).then(
      (names) => this.compare(root, names),
      (error: unknown) => this.fail(root, `The runs in ${root} cannot be listed: ${messageOf(error)}.`),
    );
  }

  private compare(root: string, names: readonly string[]): void {
    // Answers of a folder that was left meanwhile.
    if (!this.roots_.has(root)) return;
    if (this.failures.delete(root)) this.mark(root);
    const found = new Set(names.map((name) => join(root, 'runs', name)));
    for (const folder of this.foldersOf(root)) if (!found.has(folder)) this.forget(folder);
    const fresh = [...found].filter((folder) => !this.watches.has(folder)).sort();
    // Newest first: that is where somebody is looking.
    for (const folder of fresh.reverse()) this.follow(root, folder);
  }

  private follow(root: string, folder: string): void {
    const { store, slices, buffer } = this;
    const onChange = (): void => this.mark(folder);
    this.watches.set(
      folder,
      followRunFolder({ root, folder, id: basename(folder), store, slices, buffer, onChange }),
    );
    onChange();
  }

  private forget(folder: string): void {
    this.watches.get(folder)?.dispose();
    this.watches.delete(folder);
    this.store.remove(folder);
    this.mark(folder);
  }

  private fail(root: string, problem: string): void {
    if (this.failures.get(root) === problem || !this.roots_.has(root)) return;
    this.failures.set(root, problem);
    this.mark(root);
  }

  private foldersOf(root: string): string[] {
    return [...this.watches].filter(([, watcher]) => watcher.root === root).map(([folder]) => folder);
  }

  private mark(folder: string): void {
    this.pending.add(folder);
    this.flushing ??= setTimeout(() => {
      this.flushing = undefined;
      const told = this.pending;
      this.pending = new Set();
      this.changed.fire(told);
    }, BATCH_MS);
  }
}

interface RootWatch extends Disposable {
  /** Watches anew what could not be watched when it was last tried. */
  renew(): void;
}

/** Reports changes in `<root>/runs`; or in the nearest folder above it that is there, which may become it. */
function watchRoot(root: string, onChange: () => void): RootWatch {
  const runs = join(root, 'runs');
  let watched: { path: string; close: () => void } | undefined;
  const tryWatch = (path: string): boolean => {
    try {
      const watcher = watch(path, onChange);
      const close = (): void => {
        watcher.close();
        watched = undefined;
      };
      watcher.on('error', close);
      watched?.close();
      watched = { path, close };
      return true;
    } catch {
      return false;
    }
  };
  const renew = (): void => {
    if (watched?.path === runs) return;
    for (const path of [runs, root, join(root, '..')]) {
      if (watched?.path === path || tryWatch(path)) return;
    }
  };
  renew();
  return { renew, dispose: () => watched?.close() };
}

/** Folders whose name has no leading dot (those are runs still being made); none where there is no such folder. */
async function listFolders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
