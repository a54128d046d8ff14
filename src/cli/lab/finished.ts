import { listRuns } from '../../launch/findRuns.ts';
import { readState } from '../findRun.ts';
import type { ExperimentRun } from '../experiment.ts';
import { carryOutRuns, type PlannedRun } from '../sweep.ts';
import type { Services } from '../services.ts';

/**
 * Carries out what has not been carried out yet: a run that finished with the very same settings is taken as it is, so that an
 * experiment of hours can be interrupted.
 */
export async function carryOutRest(
  planned: readonly PlannedRun[],
  root: string,
  jobs: number,
  services: Services,
): Promise<ExperimentRun[]> {
  const earlier = new Map<string, { id: string; folder: string }>();
  for (const entry of listRuns(root)) {
    if ('problem' in entry || entry.run.versions.holdfast !== services.version) continue;
    if (readState(entry.folder).status === 'finished') earlier.set(canonical(entry.run.config), entry);
  }
  const done = planned.flatMap((plan): ExperimentRun[] => {
    const run = earlier.get(canonical(plan.config));
    if (run === undefined) return [];
    const { name, method, config } = plan;
    return [{ name, method, seed: config.seed, run, ...readState(run.folder) }];
  });
  const names = new Set(done.map(({ name }) => name));
  if (done.length > 0) services.terminal.err(`${done.length} of ${planned.length} runs were done before`);
  const rest = await carryOutRuns(
    planned.filter(({ name }) => !names.has(name)),
    jobs,
    services,
  );
  const all = [...done, ...rest];
  return planned.flatMap(({ name }) => all.filter((run) => run.name === name));
}

/** JSON with its keys in order, so that two equal values are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
