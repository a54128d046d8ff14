import { forgettingCurve } from '../../runs/forgetting.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import type { Score } from '../../protocol/events.ts';
import { readState, runsAround } from '../findRun.ts';
import { percent, share } from '../render/format.ts';
import { table } from '../render/table.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT } from '../userError.ts';

/** `holdfast runs`: every run of the nearest `.holdfast`, oldest first. */
export function runsCommand(options: { readonly json?: boolean }, services: Services): number {
  const { terminal } = services;
  const rows = runsAround(services.folder).map((entry) => {
    if ('problem' in entry) return { id: entry.id, status: 'broken', problem: entry.problem };
    const { state, status } = readState(entry.folder);
    const last = lastItem(state.evaluations);
    return {
      id: entry.id,
      status,
      step: state.step,
      total_steps: state.totalSteps ?? null,
      held: exact(last?.held),
      new: exact(last?.new),
      forgetting: forgettingCurve(toArray(state.evaluations)).at(-1)?.relative ?? null,
      created: entry.run.created,
      folder: entry.folder,
    };
  });
  if (options.json === true) terminal.out(JSON.stringify(rows));
  else if (rows.length === 0) terminal.err('No runs here yet: start one with "holdfast run FILE".');
  else {
    for (const row of rows) if ('problem' in row) terminal.err(printable(row.problem));
    const shown = rows.map((row) =>
      'problem' in row
        ? [printable(row.id), row.status, '', '', '', '']
        : [
            row.id,
            row.status,
            `${row.step}/${row.total_steps ?? '?'}`,
            share(row.held ?? undefined),
            share(row.new ?? undefined),
            percent(row.forgetting),
          ],
    );
    terminal.out(table(['run', 'status', 'step', 'held', 'new', 'forgetting'], shown));
  }
  return EXIT.done;
}

function exact(score: Score | null | undefined): number | null {
  return score === null || score === undefined ? null : score.correct / score.total;
}
