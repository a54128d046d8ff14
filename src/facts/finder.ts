import type { Disposable } from '../base/emitter.ts';
import type { FactsRequest } from './question.ts';

/** Told while something is found out; units are the finder's own (bytes, rows). */
export type OnProgress = (done: number, total: number) => void;

export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** What came of a search. */
export interface Finding {
  /** undefined: there is no answer. */
  readonly answer: unknown;
  /** Of what the answer was found in, see Finder.identify. */
  readonly identity: string | undefined;
}

/** Finds things out: in this thread (findHere.ts) or in one of its own (findInWorker.ts). */
export interface Finder extends Disposable {
  /** Changes whenever the answer may have changed; undefined where nothing can be found out (no such file, not allowed). Quick. */
  readonly identify: (request: FactsRequest) => Promise<string | undefined>;
  /** Rejects where there can be no answer before something changes, and when it is aborted. */
  readonly find: (request: FactsRequest, watch: Watch) => Promise<Finding>;
}
