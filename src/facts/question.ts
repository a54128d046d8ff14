import type { Ask, FactKind } from '../config/facts.ts';

/** One thing to be found out. */
export type Question = { [Kind in FactKind]: { readonly kind: Kind; readonly ask: Ask<Kind> } }[FactKind];

/** In which window, or on whose behalf, something is found out. Plain data, because it is told to another thread. */
export interface FactsEnvironment {
  /** Restricted Mode otherwise: nothing outside the workspace is opened, and nothing runs. */
  readonly isTrusted: boolean;
  /** Absolute paths. */
  readonly workspaceFolders: readonly string[];
  /** Absolute paths of files that ship with Holdfast, and so may be opened in any window. */
  readonly shippedFiles: readonly string[];
  /** `.holdfast` folders whose probe results and hashes of models count. */
  readonly roots: readonly string[];
  /** Folder for what is worth keeping between processes; undefined: nothing is kept. */
  readonly cacheFolder: string | undefined;
}

/** A question and all that its answer may depend on beside files. */
export interface FactsRequest {
  readonly question: Question;
  readonly environment: FactsEnvironment;
}

/** The same for questions that ask the same, in whatever order their keys were written. */
export function keyOf({ kind, ask }: Question): string {
  const parts = Object.entries(ask as object).filter(([, value]) => value !== undefined);
  return `${kind} ${JSON.stringify(parts.sort(([one], [other]) => (one < other ? -1 : 1)))}`;
}
