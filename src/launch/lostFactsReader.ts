import { readFile, stat } from 'node:fs/promises';
import { resolveInside } from '../folder/contain.ts';
import { messageOf } from '../base/text.ts';
import type { LostFactsView } from '../protocol/panelMessages.ts';
import { ProbeFileSchema, type ProbeFile } from '../protocol/runFiles.ts';
import { nextLostFacts, type LostFacts } from '../runs/lostFacts.ts';
import type { RunState } from '../runs/runState.ts';
import { itemAt } from '../runs/series.ts';

/** Tells which facts a run has lost by now; each probe file is read once. */
export interface LostFactsReader {
  /** Reads what evaluations have added since the last time. */
  read(state: RunState): Promise<LostFactsView>;
}

/** Enough for every fact of a large probe set; a list nobody reads to its end need not cross to the panel. */
const MAX_SHOWN = 2_000;
const MAX_PROBE_BYTES = 16 * 1024 ** 2;

export function createLostFactsReader(folder: string): LostFactsReader {
  let lost: LostFacts | undefined;
  let taken = 0;
  let key = '';
  let problem: string | undefined;
  const readOn = async (state: RunState): Promise<void> => {
    // A resume cut the evaluations back: what was folded no longer holds.
    if (keyAt(state, taken) !== key) [lost, taken, problem] = [undefined, 0, undefined];
    while (taken < state.evaluations.length) {
      const event = itemAt(state.evaluations, taken);
      taken += 1;
      key = keyAt(state, taken);
      if (typeof event?.probe_file !== 'string') continue;
      const file = await readProbeFile(folder, event.probe_file);
      if ('problem' in file) problem = file.problem;
      else [lost, problem] = [nextLostFacts(lost, file.value), undefined];
    }
  };
  // One after the other: two readers at once would take the same evaluation twice.
  let queue: Promise<void> = Promise.resolve();
  return {
    read: async (state) => {
      queue = queue.then(() => readOn(state));
      await queue;
      const facts = [...(lost?.byId.values() ?? [])];
      return { step: lost?.step, facts: facts.slice(0, MAX_SHOWN), total: facts.length, problem };
    },
  };
}

function keyAt(state: RunState, taken: number): string {
  const event = itemAt(state.evaluations, taken - 1);
  return event === undefined ? '' : `${event.step} ${event.time} ${event.seq}`;
}

async function readProbeFile(
  folder: string,
  relative: string,
): Promise<{ value: ProbeFile } | { problem: string }> {
  const path = resolveInside(folder, relative);
  if (path === undefined)
    return { problem: `${relative} leads out of the run folder, so its facts are not shown.` };
  try {
    const found = await stat(path);
    // Reading a pipe would wait for a writer, perhaps for ever.
    if (!found.isFile())
      return { problem: `${relative} cannot be read, so its facts are not shown: it is no file.` };
    const { size } = found;
    if (size > MAX_PROBE_BYTES)
      return {
        problem: `${relative} is too large to be shown (${Math.round(size / 1e6)} MB); open it by hand.`,
      };
    const parsed = ProbeFileSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return { value: parsed.data };
    return {
      problem: `${relative} is damaged, so its facts are not shown: ${parsed.error.issues[0]?.message ?? ''}.`,
    };
  } catch (error) {
    return { problem: `${relative} cannot be read, so its facts are not shown: ${messageOf(error)}.` };
  }
}
