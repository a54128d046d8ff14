import type { OpenDocument, ToldProblem } from './messages.ts';

/** A config that is open, and what was last said of it. */
export interface Open {
  readonly document: OpenDocument;
  problems: readonly ToldProblem[];
  /** Whether facts were still being found out then. */
  isPending: boolean;
  /** What was told, as text: the same again is not worth a message. */
  told: string;
  /** How long it took to look at it. */
  milliseconds: number;
}

/** Which of the open configs are to be looked at next. */
export interface Agenda {
  readonly put: (document: OpenDocument) => void;
  readonly drop: (uri: string) => void;
  /** After it was looked at, where it has changed since. */
  readonly upToDate: (uri: string) => Open | undefined;
  readonly documents: () => readonly OpenDocument[];
  /** Puts those down for which `isWanted` holds; all without it. */
  readonly mark: (isWanted?: (open: Open) => boolean) => void;
  readonly dispose: () => void;
}

/** @param look looks at one config; called again and again, with what else has come in between */
export function createAgenda(look: (open: Open) => void): Agenda {
  const open = new Map<string, Open>();
  const dirty = new Set<string>();
  let scheduled: NodeJS.Immediate | undefined;
  const lookAtNext = (): void => {
    scheduled = undefined;
    const [uri] = dirty;
    if (uri === undefined) return;
    dirty.delete(uri);
    const one = open.get(uri);
    if (one !== undefined) look(one);
    // One at a time, so that a key press in between is read first.
    schedule();
  };
  const schedule = (): void => {
    if (dirty.size > 0) scheduled ??= setImmediate(lookAtNext);
  };
  return {
    put: (document) => {
      open.set(document.uri, { document, problems: [], isPending: false, told: '', milliseconds: 0 });
      dirty.add(document.uri);
      schedule();
    },
    drop: (uri) => {
      open.delete(uri);
      dirty.delete(uri);
    },
    upToDate: (uri) => {
      const one = open.get(uri);
      if (one !== undefined && dirty.delete(uri)) look(one);
      return one;
    },
    documents: () => [...open.values()].map(({ document }) => document),
    mark: (isWanted = () => true) => {
      for (const [uri, one] of open) if (isWanted(one)) dirty.add(uri);
      schedule();
    },
    dispose: () => clearImmediate(scheduled),
  };
}
