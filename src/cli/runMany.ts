import { setTimeout as delay } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { messageOf } from '../base/text.ts';
import { sendCommand } from '../launch/sendCommand.ts';
import type { EngineCall } from '../launch/enginePrograms.ts';
import { engineOf } from '../launch/readyConfig.ts';
import { startEngine } from '../launch/startEngine.ts';
import { stopRun } from '../launch/stopRun.ts';
import { watchRun, type Followed } from '../launch/watchRun.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import type { Status } from '../runs/liveStatus.ts';
import type { RunState } from '../runs/runState.ts';
import { engineCall } from './engine.ts';
import type { FoundRun } from './findRun.ts';
import { makeRun, type PreparedRun } from './prepare.ts';
import { duration } from '../base/format.ts';
import { laneLine, laneSummary } from './render/lanes.ts';
import type { Services } from './services.ts';
import type { Terminal } from './terminal.ts';

/** A run of several, and how it is called among them. */
export interface NamedRun extends PreparedRun {
  /** Short: what sets it apart from the others. */
  readonly name: string;
}

export interface EndedRun extends Followed {
  readonly name: string;
  readonly run: FoundRun;
}

/** A run at work. */
interface Lane {
  readonly index: number;
  readonly name: string;
  readonly run: FoundRun;
  readonly watch: ReturnType<typeof watchRun>;
}

const REDRAW_MS = 150;
const LINE_MS = 10_000;

/** One run per core, which is what the TypeScript engine uses; the torch engine takes a whole device. */
export function defaultJobs(config: Pick<RunConfig, 'engine'>): number {
  return engineOf(config) === 'torch' ? 1 : Math.max(1, availableParallelism());
}

/** How each run's engine is called, found out once per engine and folder. */
function createCalls(services: Services): (run: PreparedRun) => Promise<EngineCall> {
  const found = new Map<string, Promise<EngineCall>>();
  return ({ config, configFile }) => {
    const [engine, folder] = [engineOf(config), dirname(configFile)];
    const key = `${engine}\n${folder}`;
    const call = found.get(key) ?? engineCall(engine, services, [folder]);
    found.set(key, call);
    return call;
  };
}

/**
 * Carries out runs, at most `jobs` at once, and shows them side by side until all have ended. Ctrl-C asks those at work to stop
 * and save and starts no more; a second one ends them by force. Results are in the order of `planned`; runs that were never
 * begun are left out.
 */
export async function runMany(
  planned: readonly NamedRun[],
  jobs: number,
  services: Services,
): Promise<EndedRun[]> {
  const calls = createCalls(services);
  const ended = new Map<number, EndedRun>();
  const lanes = new Set<Lane>();
  const display = createDisplay(services.terminal, planned);
  const interrupts = answerInterrupts(lanes, display.say);
  let next = 0;
  try {
    while (lanes.size > 0 || (next < planned.length && !interrupts.isStopping())) {
      while (lanes.size < jobs && next < planned.length && !interrupts.isStopping()) {
        const index = next++;
        const prepared = planned[index] as NamedRun;
        try {
          const call = await calls(prepared);
          const run = await makeRun(prepared, services);
          await startEngine({ folder: run.folder, ...call });
          lanes.add({ index, name: prepared.name, run, watch: watchRun(run.folder, 1) });
        } catch (error) {
          // One that cannot begin must not take the others with it.
          display.say(`${prepared.name}: ${messageOf(error)}`);
        }
      }
      const seen = [...lanes].map((lane) => ({ lane, ...lane.watch.look() }));
      display.show(
        seen.map(({ lane, state, status }) => ({ name: lane.name, state, status })),
        ended.size,
      );
      for (const { lane, state, status, hasEnded } of seen) {
        if (!hasEnded) continue;
        lane.watch.dispose();
        lanes.delete(lane);
        ended.set(lane.index, { name: lane.name, run: lane.run, state, status });
        display.say(endingLine(lane, state, status));
      }
      if (interrupts.wantsToLeave()) break;
      await delay(REDRAW_MS);
    }
  } finally {
    interrupts.dispose();
    for (const lane of lanes) lane.watch.dispose();
    display.done();
  }
  return [...ended.keys()].sort((a, b) => a - b).map((index) => ended.get(index) as EndedRun);
}

/** What stays of a run: its result or its failure, and how to go on where it ended early. */
function endingLine({ name, run }: Lane, state: RunState, status: Status): string {
  const failure = state.final?.type === 'failed' ? `${name}: ${state.final.message}` : undefined;
  const cure = status === 'finished' ? '' : ` (go on with: holdfast resume ${run.id})`;
  return `${failure ?? laneSummary(name, state, status)}${cure}`;
}

function answerInterrupts(
  lanes: ReadonlySet<Lane>,
  say: (text: string) => void,
): { isStopping: () => boolean; wantsToLeave: () => boolean; dispose: () => void } {
  let times = 0;
  const answer = (): void => {
    times++;
    if (times === 1) {
      say(
        'stopping: steps in hand are finished and checkpoints saved, no more runs begin; Ctrl-C again ends them at once',
      );
      for (const { run } of lanes) {
        try {
          sendCommand(run.folder, 'stop', 'Ctrl-C');
        } catch (error) {
          say(messageOf(error));
        }
      }
    }
    if (times === 2) {
      say('ending them by force; Ctrl-C again only stops watching');
      for (const { run } of lanes)
        stopRun(run.folder, { graceSeconds: 0 }).catch((error: unknown) => say(messageOf(error)));
    }
  };
  process.on('SIGINT', answer);
  return {
    isStopping: () => times > 0,
    wantsToLeave: () => times > 2,
    dispose: () => process.off('SIGINT', answer),
  };
}

type Shown = Followed & { readonly name: string };

/** A line per run that is redrawn on a screen; elsewhere, every run's line now and then. */
function createDisplay(
  { block, err, columns }: Terminal,
  planned: readonly NamedRun[],
): { say: (text: string) => void; show: (runs: readonly Shown[], ended: number) => void; done: () => void } {
  const width = Math.max(...planned.map(({ name }) => name.length), 0);
  const began = Date.now();
  let lastLine = 0;
  const linesOf = (runs: readonly Shown[], ended: number, room: number): string[] => [
    `${ended} of ${planned.length} runs done, ${duration((Date.now() - began) / 1_000)}`,
    ...runs.map(({ name, state, status }) => laneLine(name.padEnd(width), state, status, room)),
  ];
  return {
    say: (text) => {
      block?.clear();
      err(text);
    },
    show: (runs, ended) => {
      if (block !== undefined) block.draw(linesOf(runs, ended, columns() - 1));
      else if (
        Date.now() - lastLine >= LINE_MS &&
        runs.some(({ status }: { status: Status }) => status !== 'starting')
      ) {
        lastLine = Date.now();
        for (const line of linesOf(runs, ended, 200)) err(line);
      }
    },
    done: () => block?.done(),
  };
}
