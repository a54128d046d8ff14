import { relative } from 'node:path';
import { resolveInside } from '../folder/contain.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { ProbeFileSchema, type ProbeFact } from '../protocol/runFiles.ts';
import type { RunState } from '../runs/runState.ts';
import { lastItem, toArray } from '../runs/series.ts';
import type { FoundRun } from './findRun.ts';
import type { Followed } from './follow.ts';
import { lostFactsText, summaryText } from './render/summary.ts';
import { printable, type Terminal } from './terminal.ts';
import { EXIT } from './userError.ts';

const MAX_PROBE_BYTES = 64 * 1024 ** 2;

/** Per-fact results of the last evaluation; none if the file is missing, broken or not inside the folder. */
export function lastFacts(folder: string, state: RunState): readonly ProbeFact[] {
  const file = lastItem(state.evaluations)?.probe_file;
  const path = typeof file === 'string' ? resolveInside(folder, file) : undefined;
  const read = path === undefined ? undefined : readTextCapped(path, MAX_PROBE_BYTES);
  if (read === undefined || 'problem' in read) return [];
  // Probe files are larger than a line may be, so they are parsed here and only checked by the schema.
  const parsed = ProbeFileSchema.safeParse(parseJson(read.text));
  return parsed.success ? parsed.data.facts : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Says how a run ended, and with what; returns the exit code. */
export function reportEnd(
  run: FoundRun,
  { state, status }: Followed,
  terminal: Terminal,
  asJson: boolean,
): number {
  const code = exitCodeOf(state, status);
  if (asJson) {
    terminal.out(JSON.stringify(jsonReport(run, state, status)));
    return code;
  }
  const facts = lastFacts(run.folder, state);
  const { out, err, style } = terminal;
  if (state.evaluations.length > 0 || state.steps.length > 0) out(`\n${summaryText(state, facts)}`);
  const lost = lostFactsText(facts, terminal.columns);
  if (lost !== undefined) out(`\n${lost}`);
  const best = toArray(state.checkpoints).filter((saved) => saved.best || saved.step === state.step);
  out('');
  for (const saved of best.slice(-2))
    out(
      `${saved.best ? 'best checkpoint' : 'last checkpoint'}  ${shown(run.folder)}/${printable(saved.path)}`,
    );
  out(`run folder       ${shown(run.folder)}`);
  const ending = endingText(run, state, status);
  if (ending !== undefined) err(style(code === EXIT.done ? 'bold' : 'red', ending));
  return code;
}

function exitCodeOf(state: RunState, status: string): number {
  if (status === 'finished') return EXIT.done;
  if (state.final?.type === 'stopped')
    return state.final.reason.includes('max_forgetting') ? EXIT.stoppedByLimit : EXIT.done;
  return EXIT.failed;
}

function endingText(run: FoundRun, state: RunState, status: string): string | undefined {
  const resume = `holdfast resume ${run.id}`;
  if (state.final?.type === 'failed') return printable(state.final.message);
  if (state.final?.type === 'stopped')
    return `Stopped at step ${state.final.step} (${printable(state.final.reason)}): go on with "${resume}".`;
  if (status === 'lost')
    return `The engine is gone without a last word (killed, out of memory, or the machine went down; ${shown(run.folder)}/engine.log may tell): go on with "${resume}".`;
  return undefined;
}

function jsonReport(run: FoundRun, state: RunState, status: string): object {
  return {
    id: run.id,
    folder: run.folder,
    status,
    step: state.step,
    total_steps: state.totalSteps ?? null,
    best_step: state.bestStep ?? null,
    evaluation: lastItem(state.evaluations) ?? null,
    final: state.final ?? null,
  };
}

/** Relative where that is shorter. */
function shown(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path !== '' && path.length < folder.length && !path.startsWith('..') ? path : folder;
}
