import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunConfigInput } from '../../src/protocol/runConfig.ts';
import type { Measured } from '../../test/config/estimate/measured.ts';
import { median } from '../figure.ts';
import type { EstimateCase } from './cases.ts';
import { writeModel } from './model.ts';
import { writeRows } from './rows.ts';
import { eventsOf, onlyRun, watchEngine, type Event } from './watch.ts';

/** Nothing is measured between steps, and checkpoints are written at the end alone. */
const ALWAYS: Partial<RunConfigInput> = {
  eval_strategy: 'no',
  save_strategy: 'no',
  probes: { sets: [], prompts: ['{question}'] },
};

/**
 * Makes model, data and config in a folder of their own, and runs them as a user would.
 * @param cli the built command line
 * @throws when the run does not finish
 */
export async function measure(one: EstimateCase, cli: string): Promise<Measured & { versions: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-estimates-'));
  try {
    const root = join(folder, '.holdfast');
    mkdirSync(root);
    const model_config = writeModel(join(folder, 'model'), one.sizes);
    const tokens = writeRows(join(folder, 'rows.jsonl'), one.rows);
    const config = { ...ALWAYS, ...one.config, engine: one.engine };
    const paths = { version: 1, model_name_or_path: 'model', train_file: 'rows.jsonl' };
    writeFileSync(join(folder, 'case.sft.json'), JSON.stringify({ ...paths, ...config }));
    const watch = watchEngine(root);
    const printed = await runCli(cli, folder);
    const { peak, peaks, used } = watch.stop();
    const events = eventsOf(onlyRun(root) ?? '');
    if (events.at(-1)?.type !== 'finished') throw new Error(`${one.name} did not finish: ${printed}`);
    return {
      name: one.name,
      engine: one.engine,
      fitted: one.fitted,
      config,
      model_config,
      tokens,
      peak_bytes: peak,
      peaks,
      ...toldBy(events),
      processor_seconds_per_step: perStep(used),
      load: Math.round(10 * (loadavg()[0] ?? 0)) / 10,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Told = Pick<Measured, 'seconds_per_step' | 'steps' | 'seconds' | 'checkpoint_bytes' | 'cache_bytes'>;

function toldBy(events: readonly Event[]): Told & { versions: unknown } {
  const ofType = (type: string): Event[] => events.filter((event) => event.type === type);
  const steps = ofType('stepped').filter((event) => event.phase === 'main');
  const seen = steps.map((event) => Number(event.num_input_tokens_seen));
  // Between two events there may be other work than a step: its own tokens by its own rate.
  const seconds = steps
    .map((event, index) => ((seen[index] ?? 0) - (seen[index - 1] ?? 0)) / Number(event.tokens_per_second))
    .slice(1);
  const [first, last] = [events[0], events.at(-1)].map((event) => Date.parse(String(event?.time)) / 1_000);
  const highest = (type: string, key: string): number =>
    Math.max(0, ...ofType(type).map((event) => Number(event[key])));
  return {
    seconds_per_step: Math.round(1_000 * median(seconds)) / 1_000,
    steps: steps.length,
    seconds: Math.round((last ?? NaN) - (first ?? NaN)),
    checkpoint_bytes: highest('saved', 'bytes'),
    cache_bytes: highest('snapshotted', 'cache_bytes'),
    versions: ofType('hello')[0]?.versions,
  };
}

/** Between the first step and the last; a step is seen a moment after it was done, and so is the next. */
function perStep(used: ReadonlyMap<number, number>): number {
  const steps = [...used.keys()].filter((step) => step > 0 && Number.isFinite(used.get(step)));
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const seconds = ((used.get(last) ?? NaN) - (used.get(first) ?? NaN)) / (last - first);
  return Math.round(1_000 * seconds) / 1_000;
}

/** The end of what the command printed; it never fails, because the events say what became of the run. */
function runCli(cli: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Threads that wait by turning on the spot would use the processor for nothing when others want it.
    const env = { ...process.env, HOLDFAST_HOME: join(folder, 'home'), OMP_WAIT_POLICY: 'PASSIVE' };
    const child = spawn(process.execPath, [cli, 'run', join(folder, 'case.sft.json')], { cwd: folder, env });
    let printed = '';
    const take = (chunk: Buffer): void => {
      printed = `${printed}${chunk.toString('utf8')}`.slice(-2_000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', () => resolve(printed));
  });
}
