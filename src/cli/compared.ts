import { readRunFile } from '../launch/runReader.ts';
import type { RunFile } from '../protocol/runFiles.ts';
import { compareRuns, type ComparedRun } from '../runs/compare.ts';
import type { Status } from '../runs/liveStatus.ts';
import { methodLabel } from '../runs/methodLabel.ts';
import type { PairedTest } from '../runs/paired.ts';
import { findRun, readState } from './findRun.ts';
import { lastFacts } from '../launch/probeFacts.ts';
import type { ComparedColumn } from './render/comparison.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** A run as comparisons and reports take it. */
export interface ReadRun extends ComparedRun {
  readonly folder: string;
  readonly live: Status;
  readonly file: RunFile | undefined;
}

/** Reads the runs a user named; each is called by its method where that tells them apart, else by its id. */
export function readRuns(wanted: readonly string[], from: string): ReadRun[] {
  const runs = wanted.map((name) => readRun(name, from));
  const labels = runs.map(({ file }) => (file === undefined ? undefined : methodLabel(file.config)));
  const isTelling = new Set(labels).size === runs.length && !labels.includes(undefined);
  return runs.map((run, index) => ({ ...run, label: (isTelling ? labels[index] : undefined) ?? run.id }));
}

/** What a comparison gives: `columns` are the rows with the facts each run was asked last. */
export interface Comparisons {
  readonly rows: readonly Omit<ComparedColumn, 'facts'>[];
  readonly columns: readonly ComparedColumn[];
  readonly pairs: readonly PairedTest[];
}

/** Side by side, with each run's state as the user sees it: a comparison folds events alone, and here processes are known. */
export function compared(runs: readonly ReadRun[]): Comparisons {
  const { rows, pairs } = compareRuns(runs);
  const alive = rows.map((row, index) => ({ ...row, status: runs[index]?.live ?? row.status }));
  const columns = alive.map((row, index) => ({ ...row, facts: runs[index]?.facts ?? [] }));
  return { rows: alive, columns, pairs };
}

function readRun(wanted: string, from: string): ReadRun {
  const { id, folder } = findRun(wanted, from);
  const { state, status } = readState(folder);
  if (state.problem !== undefined) throw new UserError(`${printable(id)}: ${state.problem}`);
  const read = readRunFile(folder);
  const file = 'value' in read ? read.value : undefined;
  return {
    id,
    folder,
    label: id,
    state,
    config: file?.config,
    facts: lastFacts(folder, state),
    live: status,
    file,
  };
}
