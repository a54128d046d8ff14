import { watch } from 'node:fs';
import { join } from 'node:path';
import type { Disposable } from '../base/emitter.ts';
import { resolveInside } from '../folder/contain.ts';
import { runPaths } from '../folder/layout.ts';
import type { NotesFile, RunFile } from '../protocol/runFiles.ts';
import { createEventReader, type Reading } from '../runs/foldText.ts';
import type { Run, RunStore } from '../runs/runStore.ts';
import { initialState } from '../runs/runState.ts';
import { readNotes } from './notes.ts';
import { quickLiveness } from './quickLiveness.ts';
import { readRunFile } from './runReader.ts';
import type { Slices } from './slices.ts';
import { followFile, type Follower } from './tail.ts';

/** A run as the editor knows it: what its events tell, and what its other files say. */
export interface KnownRun extends Omit<Run, 'id'> {
  /** The folder's name. */
  readonly id: string;
  readonly folder: string;
  /** The `.holdfast` folder. */
  readonly root: string;
  /** What was asked; undefined until it has been read, and where it cannot be. */
  readonly file: RunFile | undefined;
  /** One sentence saying why the run cannot be shown; undefined where it can. */
  readonly problem: string | undefined;
  readonly notes: NotesFile;
  /** Whether everything that had been written when it was found has been read. */
  readonly isRead: boolean;
  /** Lines of its events that are none, and what is wrong with the first; undefined where all are well. */
  readonly damage: string | undefined;
}

/** A run's folder being followed. */
export interface RunWatch extends Disposable {
  readonly root: string;
  run(): KnownRun;
  /** Whether nothing more is to be expected of it, unless somebody resumes it. */
  hasEnded(): boolean;
  /** Looks at its files soon. */
  look(): void;
}

export interface FollowedFolder {
  readonly root: string;
  readonly folder: string;
  readonly id: string;
  /** Keeps the state under the folder's path. */
  readonly store: RunStore;
  readonly slices: Slices;
  readonly buffer: Buffer;
  readonly onChange: () => void;
}

/** About a millisecond's worth of events. */
const BYTES_PER_LOOK = 65_536;

export function followRunFolder(options: FollowedFolder): RunWatch {
  return new FolderWatch(options);
}

class FolderWatch implements RunWatch {
  readonly root: string;
  private file: RunFile | undefined;
  private problem: string | undefined;
  private notes: NotesFile = {};
  private reader = createEventReader();
  private reading: Reading | undefined;
  private isRead = false;
  private isClosed = false;
  private isQueued = false;
  private readonly follower: Follower;
  private readonly parts: readonly Disposable[];

  constructor(private readonly options: FollowedFolder) {
    const { root, folder, buffer, store, slices, onChange } = options;
    this.root = root;
    this.follower = followFile(runPaths(folder).events, {
      buffer,
      bytesPerLook: BYTES_PER_LOOK,
      onText: (text) => {
        this.reading = this.reader.read(text);
      },
      onReset: () => {
        this.reader = createEventReader();
      },
    });
    const listener = store.onDidChange(({ id }) => {
      if (id === folder) onChange();
    });
    this.parts = [this.follower, listener, watchFolder(folder, (name) => this.notice(name))];
    slices.add(this.readFiles);
    this.look();
  }

  look(): void {
    const { slices } = this.options;
    if (this.isClosed) return;
    if (this.problem !== undefined) slices.add(this.readFiles);
    if (this.isQueued) return;
    this.isQueued = true;
    slices.add(this.readSome, this.isRead);
  }

  hasEnded(): boolean {
    const run = this.options.store.get(this.options.folder);
    const isOver = run?.state.final !== undefined || run?.status === 'lost';
    return this.isRead && isOver && run.liveness?.process !== 'alive';
  }

  run(): KnownRun {
    const { id, folder, root, store } = this.options;
    const { file, notes, isRead } = this;
    const { state, status, liveness } = store.get(folder) ?? UNKNOWN;
    const problem = this.problem ?? state.problem;
    const damage = damageOf(this.reading);
    return { id, folder, root, file, problem, notes, state, status, liveness, isRead, damage };
  }

  dispose(): void {
    this.isClosed = true;
    for (const part of this.parts) part.dispose();
  }

  private notice(name: string | null): void {
    if (this.isClosed) return;
    if (name === 'run.json' || name === 'notes.json') this.options.slices.add(this.readFiles, true);
    // The heartbeat beats every 2 s in every living run, and tells nothing that the next look would not.
    else if (name === null || WATCHED.has(name)) this.look();
  }

  /** Reads the next piece of the events; whether there is more. */
  private readonly readSome = (): boolean => {
    const { root, folder, store, onChange } = this.options;
    if (this.isClosed) return false;
    const before = this.reading;
    const more = isInside(root, folder) && this.follower.readNow();
    if (this.reading !== undefined && this.reading !== before) store.setState(folder, this.reading.state);
    if (more) return true;
    this.isQueued = false;
    store.setLiveness(folder, quickLiveness(folder));
    if (!this.isRead) onChange();
    this.isRead = true;
    return false;
  };

  private readonly readFiles = (): boolean => {
    const { root, folder, onChange } = this.options;
    if (this.isClosed) return false;
    const read = isInside(root, folder) ? readRunFile(folder) : { problem: leadsOut(folder) };
    const problem = 'problem' in read ? read.problem : undefined;
    // A broken run is read again at every look, in case somebody mends it; nobody needs to hear that it is still broken.
    const isNews = problem === undefined || problem !== this.problem;
    this.file = 'value' in read ? read.value : undefined;
    this.problem = problem;
    this.notes = readNotes(folder);
    if (isNews) onChange();
    return false;
  };
}

const WATCHED: ReadonlySet<string> = new Set(['events.jsonl', 'process.json', 'engine.lock']);

function leadsOut(folder: string): string {
  return `The run ${folder} is a link that leads out of its folder; remove the link.`;
}

const UNKNOWN = { state: initialState(), status: 'starting', liveness: undefined } as const;

function damageOf(reading: Reading | undefined): string | undefined {
  if (reading?.firstProblem === undefined) return undefined;
  const { brokenLines, firstProblem } = reading;
  return `${brokenLines === 1 ? 'One line' : `${brokenLines} lines`} of events.jsonl cannot be read and ${brokenLines === 1 ? 'is' : 'are'} left out (${firstProblem}).`;
}

/** Run folders travel inside other people's repositories: events.jsonl may be a link to a private file. */
function isInside(root: string, folder: string): boolean {
  const inRoot = resolveInside(root, join('runs', folder.slice(join(root, 'runs').length + 1)));
  return inRoot !== undefined && resolveInside(folder, 'events.jsonl') !== undefined;
}

/** Where watching fails, polling does alone. `name` null: the system does not say what changed. */
function watchFolder(folder: string, onChange: (name: string | null) => void): Disposable {
  try {
    const watcher = watch(folder, (_kind, name) => onChange(name));
    watcher.on('error', () => watcher.close());
    return { dispose: () => watcher.close() };
  } catch {
    return { dispose: () => undefined };
  }
}
