import { lazy } from '../base/lazy.ts';
import { demandOf, type EngineDemand, type EngineName } from '../protocol/engineDemand.ts';
import { parametersOf } from '../protocol/modelConfig.ts';
import { trainFiles, type RunConfig } from '../protocol/runConfig.ts';
import { torchOnlyKeys } from '../protocol/torchConfig.ts';
import { costsOf, type Costs } from './costs.ts';
import { modelShape, type ModelShape } from './estimate/shape.ts';
import { estimateSteps, rowsPerEpoch, type RowCounts, type StepsEstimate } from './estimate/steps.ts';
import { probeTokens, tokensAt, type ProbeTokens, type TrainingTokens } from './estimate/tokens.ts';
import {
  NO_FACTS,
  type DeviceFacts,
  type EngineFacts,
  type KnowledgeFacts,
  type ModelFacts,
} from './facts.ts';
import type { Surroundings } from './files.ts';
import { modelPlace } from './model.ts';
import { askingRows, countsOf, tokensOf as knownTokens } from './dataFiles.ts';
import type { NamedFile } from './namedFile.ts';
import { parameterSizes, sizeOf } from './parameterSizes.ts';

/** What is known of the run that a config asks for: where it would run, and how long. */
export interface Outlook extends Costs {
  readonly device: () => DeviceFacts | undefined;
  /** Whether the torch engine can run here; undefined where that is not known. */
  readonly torch: () => EngineFacts['torch'];
  /** The engine that is asked for, as the launcher would say it; undefined where the model is not known. */
  readonly demand: () => EngineDemand | undefined;
  /** The engine that would run: what is asked for, or the other one where that is not there and need not be. */
  readonly engine: () => EngineName | undefined;
  /** undefined where config.json and weights do not say enough. */
  readonly shape: () => ModelShape | undefined;
  /** Numbers in each parameter, by the engines' names; undefined where neither weights nor config.json tell. */
  readonly parameterSizes: () => ReadonlyMap<string, number> | undefined;
  /** Numbers in the model; a head that is tied to the embeddings counts once. */
  readonly parameters: () => number | undefined;
  /** From the newest probe of exactly these rows and this model; undefined where there is none. */
  readonly knowledge: () => KnowledgeFacts | undefined;
  /** Rows that a run would train on; undefined as long as one of its files is not known. */
  readonly rows: () => RowCounts | undefined;
  /** In the model's tokens, after max_length; undefined as long as one file is not known. */
  readonly tokens: () => TrainingTokens | undefined;
  /** Undefined as long as the rows are not known. */
  readonly length: () => StepsEstimate | undefined;
  /** Optimizer steps of the run proper, which may be known without the rows. */
  readonly steps: () => number | undefined;
}

/** What an outlook is made from, all of it parts of `About`. */
export interface Basics {
  readonly config: () => RunConfig | undefined;
  readonly modelFolder: () => string | undefined;
  readonly model: () => ModelFacts | undefined;
  readonly trainFiles: () => readonly NamedFile[];
  readonly probeFiles: () => readonly NamedFile[];
}

export function outlookOf(basics: Basics, surroundings: Surroundings): Outlook {
  const { facts = NO_FACTS } = surroundings;
  const { config, model } = basics;
  const torch = lazy(() => facts('engines', {})?.torch);
  const demand = lazy(() => demandFor(basics, surroundings));
  const device = lazy(() => facts('device', {}));
  const engine = lazy(() => engineFor(demand(), torch()));
  const shape = lazy(() => {
    const known = model();
    return known && modelShape(known, config()?.from_config);
  });
  const sizes = lazy(() => parameterSizes(model(), shape(), config()?.from_config === true));
  const knowledge = lazy(() => knowledgeOf(basics, surroundings));
  const tokens = lazy(() => tokensOf(basics));
  const probes = lazy(() => probesOf(basics));
  const rows = lazy(() => countRows(basics.trainFiles(), tokens(), knowledge()?.known));
  const length = lazy(() => {
    const [settings, counts] = [config(), rows()];
    return settings && counts && estimateSteps(settings, counts);
  });
  return {
    ...costsOf(
      {
        config,
        modelFolder: basics.modelFolder,
        device,
        engine,
        shape,
        tokens,
        probeTokens: probes,
        knowledge,
      },
      surroundings,
    ),
    device,
    torch,
    demand,
    engine,
    shape,
    parameterSizes: sizes,
    parameters: lazy(() => {
      const known = sizes();
      return known && sizeOf(known.keys(), known);
    }),
    knowledge,
    rows,
    tokens,
    length,
    steps: lazy(() => {
      const most = config()?.max_steps ?? -1;
      return most > 0 ? most : length()?.steps;
    }),
  };
}

function engineFor(demand: EngineDemand | undefined, torch: EngineFacts['torch']): EngineName | undefined {
  const isMissing = demand?.engine === 'torch' && !demand.isMust && torch?.usable === false;
  return isMissing ? 'tfjs' : demand?.engine;
}

function demandFor(
  { config, modelFolder, model }: Basics,
  surroundings: Surroundings,
): EngineDemand | undefined {
  const settings = config();
  if (settings === undefined) return undefined;
  const isSettled = settings.engine !== 'auto' || torchOnlyKeys(settings).length > 0;
  const isOnHub = modelPlace(settings.model_name_or_path, surroundings).kind === 'hub';
  if (isSettled || isOnHub) return demandOf(settings, undefined);
  const known = modelFolder() === undefined ? undefined : model();
  if (known === undefined) return undefined;
  return demandOf(settings, {
    config: () => known.config,
    parameters: () => (settings.from_config ? parametersOf(known.config) : allNumbers(known)),
  });
}

/** Everything that the files of weights hold; undefined where there are none. */
function allNumbers(model: ModelFacts | undefined): number | undefined {
  if (model === undefined || model.tensors.length === 0) return undefined;
  return model.tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
}

function knowledgeOf(
  { config, modelFolder }: Basics,
  { facts = NO_FACTS }: Surroundings,
): KnowledgeFacts | undefined {
  const [settings, model] = [config(), modelFolder()];
  if (settings === undefined || model === undefined || settings.from_config) return undefined;
  const { prompts, num_prompts, num_fewshot } = settings.probes;
  const train_file = trainFiles(settings).map(({ path }) => path);
  const ask = { model, train_file, prompts, num_prompts, num_fewshot, seed: settings.seed };
  const known = facts('knowledge', ask);
  return known?.probed === true ? known : undefined;
}

function tokensOf({ config, trainFiles: files }: Basics): TrainingTokens | undefined {
  const settings = config();
  const known = files().flatMap(({ tokens, weight }) => {
    const found = tokens();
    return found === undefined || found.problem !== undefined ? [] : [{ facts: found, weight }];
  });
  if (settings === undefined || known.length === 0 || known.length < files().length) return undefined;
  return tokensAt(known, settings);
}

/** Undefined as long as one of the files is not known, and where some of its rows are never asked: which ones, tokens do not tell. */
function probesOf({ probeFiles }: Basics): ProbeTokens | undefined {
  const files = probeFiles();
  const known = files.flatMap((file) => (asksAll(file) ? (knownTokens(file) ?? []) : []));
  return known.length === files.length ? probeTokens(known) : undefined;
}

function asksAll(file: NamedFile): boolean {
  const counts = countsOf(file);
  return counts !== undefined && askingRows(counts) === counts.rows;
}

/** Without a tokenizer, rows that can be read are counted. */
function countRows(
  files: readonly NamedFile[],
  tokens: TrainingTokens | undefined,
  known: number | undefined,
): RowCounts | undefined {
  if (tokens !== undefined) return { perEpoch: tokens.rowsPerEpoch, distinct: tokens.distinctRows, known };
  const counts = files.flatMap(({ data, weight }) => {
    const found = data();
    return found === undefined || found.problem !== undefined ? [] : [{ rows: found.rows, weight }];
  });
  if (counts.length === 0 || counts.length < files.length) return undefined;
  return {
    perEpoch: counts.reduce((sum, { rows, weight }) => sum + rowsPerEpoch(rows, weight), 0),
    distinct: counts.reduce((sum, { rows }) => sum + rows, 0),
    known,
  };
}
