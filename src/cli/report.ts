import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { resolveInside } from '../folder/contain.ts';
import { nearestHoldfastFolder } from '../launch/findRoot.ts';
import { listRuns } from '../launch/findRuns.ts';
import { readRunFile } from '../launch/runReader.ts';
import type { Followed } from '../launch/watchRun.ts';
import { encodeJson } from '../protocol/numbers.ts';
import { forgettingAt } from '../runs/forgetting.ts';
import { lastItem, toArray } from '../runs/series.ts';
import { readState, type FoundRun } from './findRun.ts';
import { lastFacts } from '../launch/probeFacts.ts';
import { endingText, exitCodeOf, namedCheckpoints, nextCommand } from './render/ending.ts';
import { lostFactsText, summaryText } from './render/summary.ts';
import type { Services } from './services.ts';
import { printable } from './terminal.ts';
import { EXIT } from './userError.ts';

/** Says how a run ended, and with what: the result on stdout, what went wrong on stderr. Returns the exit code. */
export function reportEnd(run: FoundRun, followed: Followed, services: Services, asJson: boolean): number {
  const { state, status } = followed;
  const { out, err, style } = services.terminal;
  const code = exitCodeOf(state, status);
  out(asJson ? encodeJson(jsonReport(run, followed)) : textReport(run, followed, services));
  const ending = endingText(nameOf(run, services.folder), state, status);
  if (ending !== undefined) err(style(code === EXIT.done ? 'bold' : 'red', ending));
  return code;
}

function textReport(run: FoundRun, { state, status }: Followed, { folder, terminal }: Services): string {
  const facts = lastFacts(run.folder, state);
  const hasResults = state.evaluations.length > 0 || state.steps.length > 0;
  const next = status === 'finished' ? nextCommandFor(run, { state, status }, folder) : undefined;
  const paths = [...checkpointsOf(run, state), { label: 'run folder', path: run.folder }];
  const sections = [
    hasResults ? summaryText(state, facts) : undefined,
    lostFactsText(facts, terminal.columns()),
    [
      ...paths.map(({ label, path }) => `${label.padEnd(LABEL_WIDTH)}${printable(shown(path, folder))}`),
      ...(next === undefined ? [] : [`${'try next'.padEnd(LABEL_WIDTH)}${next}`]),
    ].join('\n'),
  ];
  return `\n${sections.filter((section) => section !== undefined).join('\n\n')}`;
}

const LABEL_WIDTH = 17;

function jsonReport(run: FoundRun, { state, status }: Followed): object {
  const checkpoints = checkpointsOf(run, state);
  return {
    id: run.id,
    folder: run.folder,
    status,
    step: state.step,
    total_steps: state.totalSteps ?? null,
    best_step: state.bestStep ?? null,
    best_checkpoint: checkpoints.find(({ label }) => label === 'best checkpoint')?.path ?? null,
    forgetting: forgettingAt(toArray(state.evaluations))?.relative ?? null,
    evaluation: lastItem(state.evaluations) ?? null,
    final: state.final ?? null,
  };
}

/** Absolute paths of the checkpoints worth naming that are still there: the engine deletes old ones. */
function checkpointsOf(run: FoundRun, state: Followed['state']): { label: string; path: string }[] {
  return namedCheckpoints(state).flatMap(({ label, saved }) => {
    const inside = resolveInside(run.folder, saved.path);
    return inside === undefined || !existsSync(inside) ? [] : [{ label, path: join(run.folder, saved.path) }];
  });
}

function nextCommandFor(run: FoundRun, { state }: Followed, from: string): string | undefined {
  const file = readRunFile(run.folder);
  if ('problem' in file) return undefined;
  const { config, config_file: configFile } = file.value;
  const earlier = earlierFinished(run);
  return nextCommand(state, {
    name: nameOf(run, from),
    earlier: earlier === undefined ? undefined : nameOf(earlier, from),
    configFile: configFile === null ? undefined : shown(configFile, from),
    learningRate: config.learning_rate,
    maxForgetting: config.probes.max_forgetting,
  });
}

/** Looking at every run ever made would take longer than the advice is worth. */
const EARLIER_LOOKED_AT = 5;

/** The newest finished run made before this one in the same `.holdfast`; undefined if there is none, or none can be read. */
function earlierFinished(run: FoundRun): FoundRun | undefined {
  try {
    return listRuns(dirname(dirname(run.folder)))
      .filter((entry) => !('problem' in entry) && entry.id < run.id)
      .slice(-EARLIER_LOOKED_AT)
      .findLast(({ folder }) => readState(folder).status === 'finished');
  } catch {
    return undefined;
  }
}

/** What commands given in the folder `from` find a run by: its id, or its path where it lies elsewhere. */
function nameOf(run: FoundRun, from: string): string {
  const root = nearestHoldfastFolder(from);
  return root !== undefined && join(root, 'runs', run.id) === run.folder ? run.id : shown(run.folder, from);
}

/** Relative where that is shorter and leads down. */
function shown(path: string, from: string): string {
  const short = relative(from, path);
  return short !== '' && short.length < path.length && !short.startsWith('..') ? short : path;
}
