import type { TextEdit } from '../problem.ts';
import type { RuleInput } from '../rules/rule.ts';

/** A change of a config that mends nothing: it makes another run of it. Pure, as rules are. */
export interface Refactoring {
  /** Stable, for menus and tests. */
  readonly id: string;
  /** What the user clicks on, in the imperative. */
  readonly title: string;
  /** Whether it would change anything, and makes sense here. */
  readonly isOffered: (input: RuleInput) => boolean;
  /** Ranges of the text as it stands; they do not touch each other. Asked only where it is offered. */
  readonly edits: (input: RuleInput) => readonly TextEdit[];
  /** Rows that have to go into other files before the edits are true; absent where the text is all. */
  readonly move?: (input: RuleInput) => Move;
}

/** The rows of a data file in two new files beside it; the old one stays. */
export interface Move {
  /** Absolute path. */
  readonly from: string;
  /** Names of the new files, without folder, as the edits write them. */
  readonly trainName: string;
  readonly evalName: string;
  /** Share of the rows that are set aside, 0..1. */
  readonly share: number;
  readonly seed: number;
}
