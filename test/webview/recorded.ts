import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProbeFileSchema, RunFileSchema } from '../../src/protocol/runFiles.ts';
import type { LostFactsView, ToPanel } from '../../src/protocol/panelMessages.ts';
import { foldRun } from '../../src/runs/foldText.ts';
import type { Status } from '../../src/runs/liveStatus.ts';
import { nextLostFacts, type LostFacts } from '../../src/runs/lostFacts.ts';
import { runView, type ViewedRun } from '../../src/runs/runView.ts';
import { NOTHING_TOLD, seriesSince, type Told } from '../../src/runs/seriesPart.ts';
import { toArray } from '../../src/runs/series.ts';

const RUNS = join(import.meta.dirname, '..', 'fixtures', 'runs');

export type RecordedName = 'sft' | 'self-distill';

/** A run that really took place (examples/lab, seed 21), stored as its folder was. */
export interface Recorded {
  readonly lines: readonly string[];
  /** The run when the first `count` events had been written. */
  at(count: number, status?: Status): ViewedRun;
  /** What the host says to a page that has been told so much. */
  message(run: ViewedRun, told?: Told): { message: ToPanel; told: Told };
  facts(run: ViewedRun): ToPanel;
}

export function recorded(name: RecordedName): Recorded {
  const folder = join(RUNS, name);
  const file = RunFileSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').split('\n').slice(0, -1);
  return {
    lines,
    at: (count, status) => {
      const state = foldRun(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(''),
      );
      return {
        id: file.id,
        file,
        notes: {},
        state,
        status: status ?? state.status,
        liveness: undefined,
        damage: undefined,
      };
    },
    message: (run, told = NOTHING_TOLD) => {
      const next = seriesSince(run.state, told);
      if (next === undefined) throw new Error('what was told no longer holds');
      const [view, series] = [runView(run), next.part];
      const message: ToPanel =
        told === NOTHING_TOLD
          ? { type: 'snapshot', folder: '/home/ada/project/.holdfast/runs/x', run: view, series }
          : { type: 'changed', run: view, series };
      return { message, told: next.told };
    },
    facts: ({ state }) => ({ type: 'facts', facts: factsOf(folder, toArray(state.evaluations)) }),
  };
}

function factsOf(
  folder: string,
  evaluations: readonly { readonly probe_file: string | null }[],
): LostFactsView {
  let lost: LostFacts | undefined;
  for (const { probe_file: name } of evaluations) {
    if (name === null) continue;
    lost = nextLostFacts(lost, ProbeFileSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  }
  const facts = [...(lost?.byId.values() ?? [])];
  return { step: lost?.step, facts, total: facts.length, problem: undefined };
}
