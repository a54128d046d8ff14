import { isTeacherWord, type RunConfig } from '../protocol/runConfig.ts';
import { resolvePath, type Surroundings } from './files.ts';
import { modelPlace } from './model.ts';

/**
 * What a schema cannot say: paths start at the config's folder, hub models are looked up in the local cache (what is not there
 * keeps its id), and data_seed follows seed.
 */
export function completeConfig(config: RunConfig, surroundings: Surroundings): RunConfig {
  const absolute = (path: string): string => resolvePath(surroundings.folder, path);
  const model = (written: string): string => {
    const place = modelPlace(written, surroundings);
    return place.kind === 'hub' ? place.id : place.path;
  };
  const { train_file: trainFile, eval_file: evalFile, probes, self_distill: distill } = config;
  return {
    ...config,
    model_name_or_path: model(config.model_name_or_path),
    train_file:
      typeof trainFile === 'string'
        ? absolute(trainFile)
        : trainFile.map((part) => ({ ...part, path: absolute(part.path) })),
    ...(evalFile === undefined ? {} : { eval_file: absolute(evalFile) }),
    data_seed: config.data_seed ?? config.seed,
    ...(distill === undefined || isTeacherWord(distill.teacher)
      ? {}
      : { self_distill: { ...distill, teacher: model(distill.teacher) } }),
    probes: {
      ...probes,
      sets:
        probes.sets === 'auto' ? 'auto' : probes.sets.map((set) => ({ ...set, file: absolute(set.file) })),
    },
  };
}
