import type { TextDocument } from 'vscode';
import type { Annotations } from '../../annotator/messages.ts';

/** The newest annotations of each document. */
export interface Store {
  /** Those of the document as it stands now; waits for them. undefined where they do not come in time, or it is closed. */
  readonly of: (document: TextDocument) => Promise<Annotations | undefined>;
  /** Those that are there, of whatever version. */
  readonly latest: (uri: string) => Annotations | undefined;
  readonly put: (annotations: Annotations) => void;
  readonly drop: (uri: string) => void;
}

/** Who asks is shown nothing meanwhile, and asks again when there is news. */
const PATIENCE_MS = 5_000;

interface Waiter {
  readonly uri: string;
  readonly version: number;
  readonly give: (annotations: Annotations | undefined) => void;
}

export function createStore(): Store {
  const known = new Map<string, Annotations>();
  const waiters = new Set<Waiter>();
  const settle = (waiter: Waiter, annotations: Annotations | undefined): void => {
    waiters.delete(waiter);
    waiter.give(annotations);
  };
  return {
    latest: (uri) => known.get(uri),
    of: (document) => {
      const uri = document.uri.toString();
      const found = known.get(uri);
      if (found?.version === document.version) return Promise.resolve(found);
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(waiter, undefined), PATIENCE_MS);
        const waiter: Waiter = {
          uri,
          version: document.version,
          give: (annotations) => {
            clearTimeout(timer);
            resolve(annotations);
          },
        };
        waiters.add(waiter);
      });
    },
    put: (annotations) => {
      known.set(annotations.uri, annotations);
      for (const waiter of [...waiters]) {
        if (waiter.uri !== annotations.uri || annotations.version < waiter.version) continue;
        // What was asked about an older text would stand in the wrong place of the newer one.
        settle(waiter, annotations.version === waiter.version ? annotations : undefined);
      }
    },
    drop: (uri) => {
      known.delete(uri);
      for (const waiter of [...waiters]) if (waiter.uri === uri) settle(waiter, undefined);
    },
  };
}
