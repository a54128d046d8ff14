import { dirname } from 'node:path';
import { withSeed } from '../../config/methods.ts';
import { engineOf } from '../../launch/readyConfig.ts';
import { startEngine } from '../../launch/startEngine.ts';
import { parseOverrides, readConfig } from '../configFile.ts';
import { engineCall } from '../engine.ts';
import { followRun } from '../follow.ts';
import { seedsFrom } from '../options.ts';
import { makeRun, prepareRun, withConfig, type PreparedRun } from '../prepare.ts';
import { reportEnd } from '../report.ts';
import { defaultJobs } from '../runMany.ts';
import type { Services } from '../services.ts';
import { carryOut } from '../sweep.ts';
import { EXIT, UserError } from '../userError.ts';

export interface RunOptions {
  readonly engine?: string;
  readonly set: readonly string[];
  readonly seeds?: string;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `holdfast run FILE`: check, make the run folder, start the engine, follow. */
export async function runCommand(file: string, options: RunOptions, services: Services): Promise<number> {
  const overrides = {
    ...parseOverrides(options.set),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  };
  const prepared = await prepareRun(readConfig(file), overrides, services);
  return options.seeds === undefined
    ? runOnce(prepared, options, services)
    : runSeeds(prepared, options, services);
}

async function runOnce(prepared: PreparedRun, options: RunOptions, services: Services): Promise<number> {
  const { terminal } = services;
  const run = await makeRun(prepared, services);
  terminal.err(`run ${run.id}`);
  const call = await engineCall(engineOf(prepared.config), services, [dirname(prepared.configFile)]);
  await startEngine({ folder: run.folder, ...call });
  if (options.detach === true) {
    terminal.out(options.json === true ? JSON.stringify(run) : `${run.id}\n${run.folder}`);
    return EXIT.done;
  }
  return reportEnd(run, await followRun(run, terminal, 1), services, options.json === true);
}

/** The same run under several seeds, then compared. */
async function runSeeds(prepared: PreparedRun, options: RunOptions, services: Services): Promise<number> {
  if (options.detach === true)
    throw new UserError(
      '--seeds and --detach do not go together: several runs are started one after another.',
    );
  const planned = seedsFrom(options.seeds, prepared.config).map((seed) => ({
    ...withConfig(prepared, withSeed(prepared.config, seed)),
    name: `seed ${seed}`,
    method: 'run',
  }));
  return carryOut(
    planned,
    { jobs: defaultJobs(prepared.config), json: options.json === true, baseline: 'run' },
    services,
  );
}
