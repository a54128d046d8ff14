import { messageOf } from '../../base/text.ts';
import type { RunEntry } from '../../launch/findRuns.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import type { Status } from '../../runs/liveStatus.ts';
import { exactMatch, forgettingAt } from '../../runs/forgetting.ts';
import { lastItem, toArray } from '../../runs/series.ts';
import { readState, runsAround } from '../findRun.ts';
import { percent, share } from '../../base/format.ts';
import { table } from '../render/table.ts';
import type { Services } from '../services.ts';
import { printable } from '../terminal.ts';
import { EXIT } from '../userError.ts';

/** `holdfast runs`: every run of the nearest `.holdfast`, oldest first. A broken one does not hide the others. */
export function runsCommand(options: { readonly json?: boolean }, services: Services): number {
  const { out, err } = services.terminal;
  const rows = runsAround(services.folder).map(rowOf);
  if (options.json === true) out(encodeJson(rows));
  else if (rows.length === 0) err('No runs here yet: start one with "holdfast run FILE".');
  else {
    for (const row of rows) if ('problem' in row) err(printable(row.problem));
    out(table(['run', 'status', 'step', 'held', 'new', 'forgetting', 'started (UTC)'], rows.map(cells)));
  }
  return EXIT.done;
}

/** One run as machines read it; shares are fractions, null where they were not measured. */
interface Row {
  readonly id: string;
  readonly folder: string;
  readonly status: Status;
  readonly step: number;
  readonly total_steps: number | null;
  readonly held: number | null;
  readonly new: number | null;
  readonly forgetting: number | null;
  /** ISO 8601 UTC. */
  readonly created: string;
}

interface BrokenRow {
  readonly id: string;
  readonly folder: string;
  readonly status: 'broken';
  readonly problem: string;
}

function rowOf(entry: RunEntry): Row | BrokenRow {
  const { id, folder } = entry;
  if ('problem' in entry) return { id, folder, status: 'broken', problem: entry.problem };
  try {
    const { state, status } = readState(folder);
    if (state.problem !== undefined) return { id, folder, status: 'broken', problem: state.problem };
    const last = lastItem(state.evaluations);
    return {
      id,
      folder,
      status,
      step: state.step,
      total_steps: state.totalSteps ?? null,
      held: exactMatch(last?.held ?? null) ?? null,
      new: exactMatch(last?.new ?? null) ?? null,
      forgetting: forgettingAt(toArray(state.evaluations))?.relative ?? null,
      created: entry.run.created,
    };
  } catch (error) {
    return { id, folder, status: 'broken', problem: messageOf(error) };
  }
}

function cells(row: Row | BrokenRow): string[] {
  if ('problem' in row) return [printable(row.id), row.status, '', '', '', '', ''];
  return [
    printable(row.id),
    row.status,
    `${row.step}/${row.total_steps ?? '?'}`,
    share(row.held ?? undefined),
    share(row.new ?? undefined),
    percent(row.forgetting),
    row.created.slice(0, 16).replace('T', ' '),
  ];
}
