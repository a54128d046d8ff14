import type { RunFile } from '../protocol/runFiles.ts';
import type { ComparedRun } from '../runs/compare.ts';

/** A run as a report takes it. */
export interface ReportRun extends ComparedRun {
  readonly file: RunFile | undefined;
}

/** A table that the caller has made: its head is the first row. */
export interface ReportTable {
  readonly caption: string;
  readonly cells: readonly (readonly string[])[];
}

export interface Report {
  readonly title: string;
  /** What it comes to, in a sentence or two. */
  readonly lead: string;
  readonly runs: readonly ReportRun[];
  /** Comparisons, most important first. */
  readonly tables: readonly ReportTable[];
  /** What to type to have it all again. */
  readonly commands: readonly string[];
  /** ISO 8601. */
  readonly made: string;
  readonly version: string;
}
