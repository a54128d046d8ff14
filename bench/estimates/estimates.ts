import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { repository } from '../../test/engines/tfjs/models.ts';
import {
  estimateOf,
  memoryErrorOf,
  stepErrorOf,
  type Campaign,
  type Measured,
} from '../../test/config/estimate/measured.ts';
import { median, type Figure } from '../figure.ts';
import { CASES, type EstimateCase } from './cases.ts';
import { measure } from './measure.ts';

/**
 * How far the estimates of src/config/estimate are from real runs. What was measured is left in
 * bench/results/estimates-<engine>.json, in the form of test/config/estimate/measured.json, which holds the runs of both engines.
 * Linux only: memory is read from /proc. The torch engine needs HOLDFAST_PYTHON, as any run of it does.
 */
export function benchEstimates(engine: EstimateCase['engine']): () => Promise<Figure[]> {
  return async () => {
    const runs: Measured[] = [];
    let versions: unknown;
    for (const one of CASES.filter((candidate) => candidate.engine === engine)) {
      const { versions: used, ...run } = await measure(one, join(repository, 'dist/cli.js'));
      console.log(`  ${lineOf(run)}`);
      runs.push(run);
      versions = used;
    }
    const [cpu] = cpus();
    const campaign: Campaign = {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      node: process.version,
      versions,
      runs,
    };
    const folder = join(repository, 'bench/results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `estimates-${engine}.json`), `${JSON.stringify(campaign, undefined, 2)}\n`);
    return figuresOf(runs.filter(({ fitted }) => !fitted));
  };
}

function lineOf(run: Measured): string {
  const { memory } = estimateOf(run, cpus().length);
  const [peak, estimated] = [run.peak_bytes, memory.total].map((bytes) => Math.round(bytes / 1e6));
  const used = `${run.processor_seconds_per_step.toFixed(2)} s a step`;
  return `${run.name.padEnd(40)} ${peak} MB (${estimated}), ${used} (${percent(stepErrorOf(run, cpus().length))})`;
}

/** Over the runs that no constant was fitted on. */
function figuresOf(runs: readonly Measured[]): Figure[] {
  const memory = runs.map((run) => memoryErrorOf(run, cpus().length));
  const time = runs.map((run) => stepErrorOf(run, cpus().length));
  const figure = (name: string, value: number, limit?: string): Figure => ({
    name,
    value,
    text: `${percent(value)}  [n ${runs.length}]`,
    ...(limit === undefined ? {} : { limit }),
  });
  return [
    figure('memory, median error', median(memory.map(Math.abs)), 'at most 10 %'),
    figure('memory, most too low', Math.max(0, -Math.min(...memory)), 'at most 25 %'),
    figure('processor seconds per step, median error', median(time.map(Math.abs))),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
