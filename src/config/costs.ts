import { lazy } from '../base/lazy.ts';
import type { EngineName } from '../protocol/engineDemand.ts';
import { methodLabel } from '../protocol/methodLabel.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { estimateRun, movingNames, type EstimateQuestion, type RunEstimate } from './estimate/index.ts';
import { estimateMemory, type MemoryEstimate } from './estimate/memory.ts';
import type { ModelShape } from './estimate/shape.ts';
import type { ProbeTokens, TrainingTokens } from './estimate/tokens.ts';
import { NO_FACTS, type DeviceFacts, type KnowledgeFacts } from './facts.ts';
import type { Surroundings } from './files.ts';
import { isQuickToMatch } from './freezePatterns.ts';

/** What a run takes, and what there is. */
export interface Costs {
  /** Steps, memory and time; undefined as long as the model, the tokens or the device are not known. */
  readonly estimate: () => RunEstimate | undefined;
  /** Memory of another config over the same model and data. */
  readonly memoryWith: (config: RunConfig) => MemoryEstimate | undefined;
  /** What the run would calculate on; undefined where nobody knows. */
  readonly place: () => Place | undefined;
  /** Bytes that are free where runs are kept. */
  readonly freeDisk: () => number | undefined;
}

/** A processor with the memory of the machine, or a GPU with its own. */
export interface Place {
  readonly kind: 'cpu' | 'cuda' | 'mps';
  /** As a sentence names it: "this machine" or the name of the GPU. */
  readonly name: string;
  readonly memory_bytes: number;
  /** Of those; undefined for a GPU, which nobody has asked. */
  readonly free_bytes: number | undefined;
}

/** What costs depend on, all of it parts of `About`. */
export interface CostFactors {
  readonly config: () => RunConfig | undefined;
  readonly modelFolder: () => string | undefined;
  readonly device: () => DeviceFacts | undefined;
  readonly engine: () => EngineName | undefined;
  readonly shape: () => ModelShape | undefined;
  readonly tokens: () => TrainingTokens | undefined;
  readonly probeTokens: () => ProbeTokens | undefined;
  readonly knowledge: () => KnowledgeFacts | undefined;
}

export function costsOf(factors: CostFactors, surroundings: Surroundings): Costs {
  const { facts = NO_FACTS, folder } = surroundings;
  const place = lazy(() => placeOf(factors.engine(), factors.device()));
  const known = lazy(() => knownFactors(factors, place()));
  // A pattern that takes long to match would be matched at every key press.
  return {
    estimate: lazy(() => {
      const [config, rest] = [factors.config(), known()];
      if (config === undefined || rest === undefined || !isQuickToMatch(config)) return undefined;
      return estimateRun({ ...rest, config, lastSecondsPerStep: lastSpeed(factors, config, surroundings) });
    }),
    memoryWith: (config) => {
      const rest = known();
      if (rest === undefined || !isQuickToMatch(config)) return undefined;
      return estimateMemory({ ...rest, config, trainable: movingNames(rest.shape, config) });
    },
    place,
    freeDisk: lazy(() => facts('disk', { folder })?.free_bytes),
  };
}

function placeOf(engine: EngineName | undefined, device: DeviceFacts | undefined): Place | undefined {
  if (engine === undefined || device === undefined) return undefined;
  const { memory_bytes, free_bytes, gpus } = device;
  const machine: Place = { kind: 'cpu', name: 'this machine', memory_bytes, free_bytes };
  if (engine === 'tfjs') return machine;
  const gpu = gpus?.[0];
  if (gpu !== undefined) return { ...gpu, free_bytes: undefined };
  return gpus === undefined ? undefined : machine;
}

function knownFactors(
  { device, engine, shape, tokens, probeTokens, knowledge }: CostFactors,
  place: Place | undefined,
): Omit<EstimateQuestion, 'config'> | undefined {
  const [name, model, rows] = [engine(), shape(), tokens()];
  if (place === undefined || name === undefined || model === undefined || rows === undefined)
    return undefined;
  if (model.parameters.length === 0 || rows.rows.length === 0) return undefined;
  return {
    engine: name,
    shape: model,
    tokens: rows,
    probes: probeTokens(),
    device: place.kind,
    cores: device()?.cores ?? 1,
    knownRows: knowledge()?.known,
  };
}

function lastSpeed(
  { modelFolder }: CostFactors,
  config: RunConfig,
  { facts = NO_FACTS }: Surroundings,
): number | undefined {
  const model = modelFolder();
  if (model === undefined) return undefined;
  const { per_device_train_batch_size, gradient_accumulation_steps } = config;
  const ask = {
    model,
    method: methodLabel(config),
    per_device_train_batch_size,
    gradient_accumulation_steps,
  };
  return facts('speed', ask)?.seconds_per_step;
}
