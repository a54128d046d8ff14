import type { Completion, Fold, Hover, Link, DocumentSymbolNode } from '../config/language/index.ts';
import type { Hint } from '../config/hints/index.ts';
import type { Summary } from '../config/summary.ts';
import type { Levels } from '../config/levels.ts';
import type { Problem, TextEdit } from '../config/problem.ts';
import type { Move } from '../config/refactor/index.ts';
import type { Resolution } from '../config/resolve.ts';
import type { KnownSpeed } from '../facts/service.ts';
import type { PythonSearch } from '../launch/pythonForEngine.ts';

/**
 * What the editor and the annotator say to each other. The annotator is a thread of its own, so that no config and no data file, however
 * large or hostile, keeps the extension host from typing; all it needs is told, and it never asks the editor for anything but Python.
 */

/** How a window is set up; told once and whenever something of it changes. */
export interface Setup {
  readonly isTrusted: boolean;
  /** Absolute paths. */
  readonly workspaceFolders: readonly string[];
  readonly levels: Levels;
  /** Languages whose shape the editor itself checks by the shipped JSON Schema: rules about it stay silent there. */
  readonly schemaLanguages: readonly string[];
  /** Folder for what is worth keeping between windows. */
  readonly cacheFolder: string;
  /** The `.holdfast` folder for runs that have no workspace folder to go to. */
  readonly ownRoot: string;
  /** The probe set that `sets: auto` means. */
  readonly generalKnowledge: string;
  /** Id of the editor's command that opens a page of the reference: of a code, or of a setting (`settings:learning_rate`). */
  readonly referenceCommand: string;
}

/** A config that is open. */
export interface OpenDocument {
  readonly uri: string;
  /** Absolute; undefined where it is no file on this machine. */
  readonly path: string | undefined;
  readonly language: string;
  readonly version: number;
  readonly text: string;
}

export type ToAnnotator =
  | { readonly type: 'setup'; readonly setup: Setup }
  | { readonly type: 'document'; readonly document: OpenDocument }
  | { readonly type: 'closed'; readonly uri: string }
  | { readonly type: 'speeds'; readonly speeds: readonly KnownSpeed[] }
  /** A file was saved. */
  | { readonly type: 'touched'; readonly path: string }
  /** Files may have changed: whoever looks at a config wants to see it. */
  | { readonly type: 'look' }
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  | { readonly type: 'python'; readonly search: PythonSearch | undefined };

/** What only matters when somebody looks. */
export type Request =
  | { readonly kind: 'complete'; readonly uri: string; readonly offset: number }
  | { readonly kind: 'hover'; readonly uri: string; readonly offset: number }
  | { readonly kind: 'refactorings'; readonly uri: string }
  /** A config that is to be started; it need not be open. */
  | { readonly kind: 'prepare'; readonly path: string; readonly text: string };

export interface Answers {
  readonly complete: readonly Completion[];
  readonly hover: Hover | undefined;
  readonly refactorings: readonly OfferedRefactoring[];
  readonly prepare: Prepared;
}

/** What a run of a config would be. */
export interface Prepared {
  readonly resolution: Resolution;
  /** undefined where the config has errors. */
  readonly summary: Summary | undefined;
}

export interface OfferedRefactoring {
  readonly id: string;
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** Rows that go from one data file to another. */
  readonly move?: Move;
}

/** A problem, and whether it is shown here: not where the editor's own schema check says it, or where it is switched off. */
export interface ToldProblem extends Problem {
  readonly isShown: boolean;
}

/** Everything that is always on the screen, about one version of a document. */
export interface Annotations {
  readonly uri: string;
  readonly version: number;
  readonly problems: readonly ToldProblem[];
  readonly hints: readonly Hint[];
  readonly symbols: readonly DocumentSymbolNode[];
  readonly folds: readonly Fold[];
  readonly links: readonly Link[];
  /** Whether facts are still being found out: another set follows. */
  readonly isPending: boolean;
}

export type FromAnnotator =
  | { readonly type: 'ready' }
  | { readonly type: 'annotations'; readonly annotations: Annotations }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answers[Request['kind']] }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  | { readonly type: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly type: 'idle' }
  /** Which Python is there: it is looked for in the editor, which knows the settings. */
  | { readonly type: 'wantsPython' };
