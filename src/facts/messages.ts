import type { Finding } from './finder.ts';
import type { FactsRequest } from './question.ts';

/** What a thread that finds things out is told; `id` names the call. */
export type ToWorker =
  | { readonly type: 'identify' | 'find'; readonly id: number; readonly request: FactsRequest }
  | { readonly type: 'abort'; readonly id: number };

/** What it says. */
export type FromWorker =
  | { readonly type: 'identified'; readonly id: number; readonly identity: string | undefined }
  | { readonly type: 'found'; readonly id: number; readonly finding: Finding }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  /** Every second while there is something to do: a thread that is silent hangs. */
  | { readonly type: 'alive' };
