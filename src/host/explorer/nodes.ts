import type { KnownRun } from '../../launch/runWatch.ts';

/** What the run explorer shows: one kind of node per file beside this one. */
export type Node =
  | { readonly kind: 'group'; readonly id: string; readonly label: string; readonly runs: readonly string[] }
  | { readonly kind: 'run'; readonly folder: string; readonly run: KnownRun }
  | { readonly kind: 'part'; readonly folder: string; readonly part: Part }
  | { readonly kind: 'leaf'; readonly id: string; readonly leaf: Leaf }
  | { readonly kind: 'problem'; readonly root: string; readonly problem: string };

/** What a run unfolds into. */
export type Part = 'metrics' | 'checkpoints' | 'lostFacts' | 'log' | 'config';

/** A line without children. Texts are other people's. */
export interface Leaf {
  readonly label: string;
  readonly description: string;
  readonly tooltip?: string;
  readonly icon?: string;
  /** For `when` clauses of menus. */
  readonly context?: string;
  /** Path that a click reveals. */
  readonly path?: string;
}
