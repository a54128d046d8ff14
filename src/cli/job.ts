import { join } from 'node:path';
import { holdfastFolderFor } from '../launch/findRoot.ts';
import type { EngineName } from '../launch/chooseEngine.ts';
import { createJob, type NewJob } from '../launch/jobs.ts';
import { startEngine } from '../launch/startEngine.ts';
import { watchToEnd, type Followed } from '../launch/watchRun.ts';
import type { Status } from '../runs/liveStatus.ts';
import { initialState, type RunState } from '../runs/runState.ts';
import { engineCall, engineForJob } from './engine.ts';
import type { FoundRun } from './findRun.ts';
import { answerInterrupts } from './follow.ts';
import { clip } from '../base/format.ts';
import { newsLines, phaseLine, warningLines } from './render/live.ts';
import type { Services } from './services.ts';
import type { Terminal } from './terminal.ts';
import type { View } from './view.ts';

/** The `.holdfast` folder that keeps jobs and caches of commands given here. */
export function jobRoot({ folder }: Services): string {
  return holdfastFolderFor(join(folder, 'any.sft.yaml'), folder);
}

/** Makes a job's folder and starts an engine on it that can. Rejects with one sentence where either cannot be. */
export async function startJob(job: Omit<NewJob, 'versions'>, services: Services): Promise<FoundRun> {
  const versions = { holdfast: services.version, node: process.versions.node };
  const engine = await engineForModels(job, services);
  const call = await engineCall(engine, services);
  const made = await createJob({ ...job, config: { ...job.config, engine }, versions });
  await startEngine({ folder: made.folder, ...call });
  return made;
}

/** One engine answers for both models of a comparison. */
async function engineForModels(
  { config, job }: Omit<NewJob, 'versions'>,
  services: Services,
): Promise<EngineName> {
  const engine = await engineForJob(config, services);
  if (engine === 'torch' || job.kind !== 'ask' || job.before === undefined) return engine;
  return engineForJob({ ...config, model_name_or_path: job.before }, services);
}

/** Shows a job until it ends. Ctrl-C asks it to stop, a second one ends it by force, a third one only stops watching. */
export async function followJob(job: FoundRun, terminal: Terminal): Promise<Followed> {
  const view = createJobView(terminal);
  const interrupts = answerInterrupts(job, view.say, 'nothing is kept of what is not finished');
  try {
    return await watchToEnd(job.folder, {
      onSeen: ({ state, status }) => view.show(state, status),
      wantsToLeave: interrupts.wantsToLeave,
    });
  } finally {
    interrupts.dispose();
    view.done();
  }
}

/** A job's phase and warnings. On a screen the phase is one line, which is gone when the job is done. */
export function createJobView({ err, style, columns, block }: Terminal): View {
  let shown = initialState();
  const lines = (state: RunState, status: Status): string[] =>
    status === 'finished' ? [] : [phaseLine(state.progress) ?? `${status} ...`];
  const news = block === undefined ? newsLines : warningLines;
  const say = (text: string): void => {
    block?.clear();
    err(text);
  };
  return {
    say,
    show: (state, status) => {
      for (const line of news(shown, state)) say(style('yellow', line));
      shown = state;
      block?.draw(lines(state, status).map((line) => clip(line, columns() - 1)));
    },
    done: () => block?.clear(),
  };
}
