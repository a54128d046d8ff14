import { chooseTrainable } from '../../data/parameterGroups.ts';
import type { RunConfig } from '../../protocol/runConfig.ts';
import type { Engine } from './flops.ts';
import { estimateMemory, type MemoryEstimate } from './memory.ts';
import type { ModelShape } from './shape.ts';
import { estimateSteps, type StepsEstimate } from './steps.ts';
import { estimateSeconds, type TimeEstimate } from './time.ts';
import type { ProbeTokens, TrainingTokens } from './tokens.ts';

/** Everything that decides what a run costs. */
export interface EstimateQuestion {
  readonly config: RunConfig;
  readonly shape: ModelShape;
  readonly tokens: TrainingTokens;
  /** Of the config's own probe sets; undefined: the shipped one, or not known. */
  readonly probes?: ProbeTokens | undefined;
  readonly engine: Engine;
  /** The TypeScript engine works on the processor, whatever is named here. */
  readonly device: 'cpu' | 'cuda' | 'mps';
  readonly cores: number;
  /** Training rows that the base model knows; undefined: not asked yet. */
  readonly knownRows?: number | undefined;
  /** Seconds per step of the last run like this one on this device; undefined: there is none. */
  readonly lastSecondsPerStep?: number | undefined;
}

/** What a run will take: steps, memory by part, time. */
export interface RunEstimate {
  readonly steps: StepsEstimate;
  readonly memory: MemoryEstimate;
  readonly time: TimeEstimate;
}

/** The one entry for hints, rules, `check` and the start dialog. */
export function estimateRun(question: EstimateQuestion): RunEstimate {
  const { config, shape, tokens, engine, knownRows } = question;
  const device = engine === 'tfjs' ? 'cpu' : question.device;
  const asked = { ...question, device, trainable: movingNames(shape, config) };
  return {
    steps: estimateSteps(config, {
      perEpoch: tokens.rowsPerEpoch,
      distinct: tokens.distinctRows,
      known: knownRows,
    }),
    memory: estimateMemory(asked),
    time: estimateSeconds(asked),
  };
}

/** Names of the parameters that a run trains; all, where `freeze` says something that another rule complains about. */
export function movingNames(
  shape: ModelShape,
  { freeze, lora }: Pick<RunConfig, 'freeze' | 'lora'>,
): readonly string[] {
  if (lora !== undefined) return [];
  const names = shape.parameters.map(({ name }) => name);
  const chosen = chooseTrainable(names, freeze);
  return 'trainable' in chosen ? chosen.trainable : names;
}
