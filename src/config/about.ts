import { lazy } from '../base/lazy.ts';
import { chooseTrainable, type Trainable } from '../data/parameterGroups.ts';
import { isTeacherWord, RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import { completeConfig } from './complete.ts';
import { configFiles, type ConfigFiles } from './configFiles.ts';
import { NO_FACTS, type ModelFacts } from './facts.ts';
import { resolvePath, type Surroundings } from './files.ts';
import { freezePatterns, isQuickToMatch, movingNames, type FreezePattern } from './freezePatterns.ts';
import { loraModules, loraTargets, type LoraModules, type LoraTarget } from './loraModules.ts';
import { modelPlace } from './model.ts';
import { depthOf, layerCount, modelParameters } from './modelParameters.ts';
import { outlookOf, type Outlook } from './outlook.ts';
import type { ParsedConfig } from './parse.ts';
import { translate } from './peers/translate.ts';
import { settingOf } from './schemaIssues.ts';

export type { NamedFile } from './namedFile.ts';

/**
 * What a config amounts to, and what is known of what it names: each part is worked out when a rule, a hint or an estimate first asks
 * for it, once per check.
 */
export interface About extends Outlook, ConfigFiles {
  /**
   * With every default, paths absolute. What is not valid counts as not written (a rule complains about it); undefined where the
   * model or the training file is not valid.
   */
  readonly config: () => RunConfig | undefined;
  /** Absolute path of the model's folder; undefined where it is none on this machine. */
  readonly modelFolder: () => string | undefined;
  readonly model: () => ModelFacts | undefined;
  /** As the engines name them; undefined where neither weights nor config.json tell. */
  readonly parameterNames: () => readonly string[] | undefined;
  /** How many layers the model has, be it one that the words of another trainer name; undefined where that is not known. */
  readonly depth: () => number | undefined;
  /** The items of the `freeze` block, and what they name in this model. */
  readonly freezePatterns: () => readonly FreezePattern[];
  /** What the `freeze` block leaves to train; undefined where the parameters are not known. */
  readonly trainable: () => Trainable | undefined;
  /** What of the model could have adapters; undefined where its weights are not known. */
  readonly loraModules: () => LoraModules | undefined;
  /** The items of `lora.target_modules`, and what they reach in this model. */
  readonly loraTargets: () => readonly LoraTarget[];
  /** The model that teaches, where it is neither the snapshot nor the base; undefined where its folder is not known. */
  readonly teacher: () => Teacher | undefined;
}

/** A model that teaches another one. */
export interface Teacher {
  /** Absolute. */
  readonly folder: string;
  readonly model: () => ModelFacts | undefined;
}

export function aboutConfig(parsed: ParsedConfig, surroundings: Surroundings): About {
  const { facts = NO_FACTS } = surroundings;
  const written = lazy(() => lenientConfig(parsed));
  const config = lazy(() => {
    const valid = written();
    return valid === undefined ? undefined : completeConfig(valid, surroundings);
  });
  const modelFolder = lazy(() => folderAt(config()?.model_name_or_path, surroundings));
  const model = lazy(() => {
    const place = modelFolder();
    return place === undefined ? undefined : facts('model', { folder: place });
  });
  const named = configFiles(config, modelFolder, surroundings);
  const outlook = outlookOf({ config, modelFolder, model, ...named }, surroundings);
  const parameterNames = lazy(() => {
    const [known, isFresh] = [model(), config()?.from_config];
    const inFile = known === undefined || isFresh === true ? undefined : modelParameters(known);
    return (inFile ?? outlook.shape()?.parameters)?.map(({ name }) => name);
  });
  const patterns = lazy(() => freezePatterns(config() ?? {}, parameterNames()));
  const adaptable = lazy(() => {
    const known = model();
    return known && loraModules(known);
  });
  return {
    ...outlook,
    ...named,
    config,
    modelFolder,
    model,
    parameterNames,
    depth: lazy(() => layerCount(parameterNames()) ?? foreignDepth(parsed, surroundings)),
    freezePatterns: patterns,
    trainable: lazy(() => {
      const [names, settings] = [parameterNames(), config()];
      if (names === undefined || settings === undefined || !isQuickToMatch(settings)) return undefined;
      const moving = settings.lora === undefined ? movingNames(patterns(), names) : undefined;
      // Only what is wrong needs the words for it.
      return moving === undefined || moving.length === 0
        ? chooseTrainable(names, settings.freeze)
        : { trainable: moving };
    }),
    loraModules: adaptable,
    loraTargets: lazy(() => {
      const settings = config();
      return settings?.lora?.target_modules === undefined ? [] : loraTargets(settings, adaptable());
    }),
    teacher: lazy(() => {
      const path = config()?.self_distill?.teacher ?? 'snapshot';
      if (isTeacherWord(path)) return undefined;
      const place = folderAt(path, surroundings);
      return place === undefined
        ? undefined
        : { folder: place, model: lazy(() => facts('model', { folder: place })) };
    }),
  };
}

/** Absolute; undefined where `path` names no folder on this machine. */
function folderAt(path: string | undefined, { files, folder }: Surroundings): string | undefined {
  if (path === undefined) return undefined;
  const place = resolvePath(folder, path);
  return files.kind(place) === 'folder' ? place : undefined;
}

/** A config of another trainer may lack what ours must have, and call its model by another name. */
function foreignDepth({ value }: ParsedConfig, surroundings: Surroundings): number | undefined {
  const named = value && translate(value).value.model_name_or_path;
  const place = typeof named === 'string' ? modelPlace(named, surroundings) : undefined;
  const model = place?.kind === 'folder' ? surroundings.facts?.('model', { folder: place.path }) : undefined;
  return model && depthOf(model);
}

/** Every valid setting, defaults for the rest. */
function lenientConfig(parsed: ParsedConfig): RunConfig | undefined {
  const keys = Object.keys(RunConfigSchema.shape) as (keyof RunConfig)[];
  const valid = Object.fromEntries(
    keys.flatMap((key) => {
      const value = settingOf(parsed, key);
      return value === undefined || key === 'version' ? [] : [[key, value]];
    }),
  );
  const result = RunConfigSchema.safeParse({ ...valid, version: 1 });
  return result.success ? result.data : undefined;
}
