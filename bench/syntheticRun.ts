import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A long run made of a short one that really took place: its events, many more steps. */
export interface SyntheticRun {
  /** Folder of the run that was recorded (test/fixtures/runs). */
  readonly recorded: string;
  /** A `.holdfast` folder. */
  readonly root: string;
  readonly id: string;
  readonly steps: number;
  /** Default true: it ends with `finished`. */
  readonly isFinished?: boolean;
}

type Json = Record<string, unknown>;

const START = Date.UTC(2026, 0, 1);
const MS_PER_STEP = 200;

export interface WrittenRun {
  readonly folder: string;
  /** The next line of its events: one more step. */
  readonly nextStep: (step: number) => string;
}

/** Writes the folder of a run whose evaluations, with their probe files, are spread over all of its steps. */
export function writeRun(run: SyntheticRun): WrittenRun {
  const { recorded, root, id, steps, isFinished = true } = run;
  const folder = join(root, 'runs', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, '.gitignore'), '*\n');
  const file = JSON.parse(readFileSync(join(recorded, 'run.json'), 'utf8')) as Json;
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...file, id }));
  cpSync(join(recorded, 'probes'), join(folder, 'probes'), { recursive: true });
  const real = readFileSync(join(recorded, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
  const ofType = (type: string): Json[] => real.filter((event) => event.type === type);
  const [hello, started, stepped] = ['hello', 'started', 'stepped'].map((type) => ofType(type)[0] ?? {});
  const evaluations = ofType('evaluated').filter((event) => event.trigger === 'schedule');
  const gap = Math.floor(steps / (evaluations.length + 1));
  const lines: string[] = [];
  let step = 0;
  const line = (event: Json): string => {
    const time = new Date(START + step * MS_PER_STEP).toISOString();
    return `${JSON.stringify({ ...event, seq: lines.length, time })}\n`;
  };
  const append = (event: Json): string => {
    const text = line(event);
    lines.push(text);
    return text;
  };
  append({ ...hello });
  append({ ...started, total_steps: steps, steps_per_epoch: Math.ceil(steps / 10) });
  for (step = 1; step <= steps; step++) {
    append({ ...stepped, ...stepAt(step, steps) });
    const evaluation = step % gap === 0 ? evaluations[step / gap - 1] : undefined;
    if (evaluation !== undefined) append({ ...evaluation, step, epoch: (10 * step) / steps });
  }
  step = steps;
  if (isFinished) append({ ...ofType('finished')[0], step: steps, best_step: null });
  writeFileSync(join(folder, 'events.jsonl'), lines.join(''));
  return { folder, nextStep: (next) => append({ ...stepped, ...stepAt(next, 2 * steps) }) };
}

/** What a step measured; noisy, as real losses are. */
function stepAt(step: number, steps: number): Json {
  // A cheap noise that is the same in every run of the benchmark.
  const noise = Math.abs(Math.sin(step * 12.9898) * 43758.5453) % 1;
  const loss = 0.4 + 2.5 * Math.exp((-5 * step) / steps) + 0.3 * noise;
  return {
    step,
    epoch: (10 * step) / steps,
    loss,
    ce_loss: loss,
    grad_norm: 1 + noise,
    num_input_tokens_seen: 1_578 * step,
    tokens_per_second: 8_000 + 500 * noise,
  };
}
