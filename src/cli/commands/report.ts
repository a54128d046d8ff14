import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../../base/text.ts';
import { writeAtomically } from '../../folder/atomicWrite.ts';
import { REPORT_MARK, reportPage } from '../../report/reportPage.ts';
import type { ReportTable } from '../../report/reportRun.ts';
import { compared, readRuns, type Comparisons, type ReadRun } from '../compared.ts';
import { runsAround } from '../findRun.ts';
import { comparisonCells } from '../render/comparison.ts';
import type { Services } from '../services.ts';
import { EXIT, UserError } from '../userError.ts';

/** `holdfast report ID...`: runs as one self-contained HTML page. */
export function reportCommand(
  ids: readonly string[],
  options: { readonly out?: string },
  services: Services,
): number {
  if (ids.length === 0) {
    const newest = runsAround(services.folder).slice(-3);
    const hint =
      newest.length === 0
        ? 'there are none here yet'
        : `the newest are ${newest.map(({ id }) => id).join(', ')}`;
    throw new UserError(`No run was named: give the ids of runs, or last (${hint}).`);
  }
  const runs = readRuns(ids, services.folder);
  const file = resolve(services.folder, options.out ?? 'holdfast-report.html');
  writeReport(file, runs, { commands: [`holdfast report ${ids.join(' ')}`] }, services);
  services.terminal.out(file);
  return EXIT.done;
}

export interface ReportParts {
  readonly title?: string;
  readonly commands: readonly string[];
  /** Shown before the comparison run by run. */
  readonly tables?: readonly ReportTable[];
  /** In place of what the comparison says. */
  readonly lead?: string;
}

/** Writes the page; what is there already is replaced only if it is a report. */
export function writeReport(
  file: string,
  runs: readonly ReadRun[],
  { title = 'Holdfast report', commands, tables = [], lead }: ReportParts,
  { version }: Services,
): void {
  if (existsSync(file) && !isReport(file))
    throw new UserError(`${file} is there already and no report of Holdfast: give another name with --out.`);
  const comparison = compared(runs);
  const page = reportPage({
    title,
    lead: lead ?? leadOf(comparison),
    runs,
    tables: [...tables, { caption: 'Runs side by side', cells: comparisonCells(comparison.columns) }],
    commands,
    made: new Date().toISOString(),
    version,
  });
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeAtomically(file, page);
  } catch (error) {
    throw new UserError(`${file} could not be written (${messageOf(error)}): give another place with --out.`);
  }
}

function isReport(file: string): boolean {
  return statSync(file).isFile() && readFileSync(file, 'utf8').slice(0, 2_000).includes(REPORT_MARK);
}

/** What each run has forgotten, in a sentence. */
function leadOf({ columns }: Comparisons): string {
  const parts = columns.flatMap(({ label, forgetting, new: unknown }) => {
    if (forgetting === undefined) return [];
    const learned =
      unknown === undefined
        ? ''
        : ` and knows ${((100 * unknown.correct) / unknown.total).toFixed(0)} % of the new facts`;
    return [
      `${label} has forgotten ${(100 * forgetting.relative).toFixed(1)} % of what the model knew${learned}`,
    ];
  });
  return parts.length === 0 ? 'Forgetting was not measured in these runs.' : `${parts.join('; ')}.`;
}
