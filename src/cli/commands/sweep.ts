import { findMethod, METHOD_NAMES, methodRuns, METHODS, type Method } from '../../config/methods.ts';
import { nearest } from '../../base/nearest.ts';
import { parseOverrides, readConfig } from '../configFile.ts';
import { jobsFrom, seedsFrom } from '../options.ts';
import { prepareRun, withConfig } from '../prepare.ts';
import { defaultJobs } from '../runMany.ts';
import type { Services } from '../services.ts';
import { carryOut } from '../sweep.ts';
import { EXIT, UserError } from '../userError.ts';

export interface SweepOptions {
  readonly methods: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly set: readonly string[];
  readonly report?: string;
  readonly json?: boolean;
}

/** `holdfast sweep FILE`: the same data under several methods, and seeds if wanted; then the comparison. */
export async function sweepCommand(file: string, options: SweepOptions, services: Services): Promise<number> {
  if (options.methods === 'help') {
    const width = Math.max(...METHOD_NAMES.map((name) => name.length));
    services.terminal.out(
      METHODS.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n'),
    );
    return EXIT.done;
  }
  const methods = methodsFrom(options.methods);
  const prepared = await prepareRun(readConfig(file), parseOverrides(options.set), services);
  const seeds = seedsFrom(options.seeds, prepared.config);
  const planned = methodRuns(prepared.config, methods, seeds).map(({ method, seed, config }) => ({
    ...withConfig(prepared, config),
    name: seeds.length === 1 ? method : `${method}, seed ${seed}`,
    method,
  }));
  const settings = {
    jobs: jobsFrom(options.jobs, defaultJobs(prepared.config)),
    json: options.json === true,
    baseline: methods[0]?.name ?? 'sft',
    report: options.report,
  };
  return carryOut(planned, settings, services);
}

function methodsFrom(text: string): Method[] {
  const names = text.split(',').map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`--methods names ${twice} twice: name every method once.`);
  return names.map((name) => {
    const method = findMethod(name);
    if (method !== undefined) return method;
    const near = nearest(name, METHOD_NAMES);
    const cure = near === undefined ? `the methods are ${METHOD_NAMES.join(', ')}` : `did you mean ${near}?`;
    throw new UserError(`There is no method ${name}: ${cure}${near === undefined ? '.' : ''}`);
  });
}
