import { resolve } from 'node:path';
import { encodeJson } from '../protocol/numbers.ts';
import { methodLabel } from '../runs/methodLabel.ts';
import { compareCommand } from './commands/compare.ts';
import { writeReport } from './commands/report.ts';
import { readRuns } from './compared.ts';
import { resultOf, type ExperimentResult, type ExperimentRun } from './experiment.ts';
import { methodCells, seedCells, type Cells } from './render/seeds.ts';
import { table } from './render/table.ts';
import { runMany, type NamedRun } from './runMany.ts';
import type { Services } from './services.ts';
import { EXIT } from './userError.ts';

/** A run of several under methods and seeds. */
export interface PlannedRun extends NamedRun {
  readonly method: string;
}

export interface SweepSettings {
  readonly jobs: number;
  readonly json: boolean;
  /** The method that others are held against. */
  readonly baseline: string;
  /** Where a page with curves goes, if one is wanted. */
  readonly report?: string | undefined;
}

/** Carries out what was planned, then compares: runs side by side, and over seeds where there are several. */
export async function carryOut(
  planned: readonly PlannedRun[],
  settings: SweepSettings,
  services: Services,
): Promise<number> {
  const { terminal } = services;
  const runs = await carryOutRuns(planned, settings.jobs, services);
  const folders = runs.map(({ run }) => run.folder);
  const result = resultOf(runs, settings.baseline);
  const isOverSeeds = new Set(runs.map(({ seed }) => seed)).size > 1;
  if (settings.report !== undefined && runs.length > 0)
    writeSweepReport(settings.report, runs, result, services);
  if (settings.json) terminal.out(encodeJson(result));
  else if (isOverSeeds)
    terminal.out(['', tableOf(seedCells(result)), '', tableOf(methodCells(result))].join('\n'));
  else if (folders.length > 0) compareCommand(folders, {}, services);
  return runs.length === planned.length && runs.every(({ status }) => status === 'finished')
    ? EXIT.done
    : EXIT.failed;
}

/** The same without a word at the end. */
export async function carryOutRuns(
  planned: readonly PlannedRun[],
  jobs: number,
  services: Services,
): Promise<ExperimentRun[]> {
  const ended = await runMany(planned, jobs, services);
  return ended.map((run) => {
    const plan = planned.find(({ name }) => name === run.name);
    return { ...run, method: plan?.method ?? run.name, seed: plan?.config.seed ?? 0 };
  });
}

/** The page of several runs: over seeds, their summary stands first and runs are called by their method. */
export function writeSweepReport(
  file: string,
  runs: readonly ExperimentRun[],
  result: ExperimentResult,
  services: Services,
): void {
  const folders = runs.map(({ run }) => run.folder);
  const isOverSeeds = new Set(runs.map(({ seed }) => seed)).size > 1;
  const read = readRuns(folders, services.folder);
  const named = isOverSeeds
    ? read.map((run) => ({ ...run, label: run.config === undefined ? run.label : methodLabel(run.config) }))
    : read;
  const tables = isOverSeeds
    ? [
        { caption: 'Methods over seeds: means with 95 % intervals', cells: methodCells(result) },
        { caption: 'Every run', cells: seedCells(result) },
      ]
    : [];
  const path = resolve(services.folder, file);
  writeReport(
    path,
    named,
    { tables, commands: [`holdfast report ${runs.map(({ run }) => run.id).join(' ')}`] },
    services,
  );
  services.terminal.err(`report ${path}`);
}

export function tableOf([head = [], ...rows]: Cells): string {
  return table(head, rows);
}
