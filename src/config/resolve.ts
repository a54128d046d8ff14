import { isTeacherWord, RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import { checkParsed } from './check.ts';
import { resolvePath, type Surroundings } from './files.ts';
import { modelPlace } from './model.ts';
import { applyOverrides, nameFlags, type Overrides } from './overrides.ts';
import { parseConfigText, type ParsedConfig } from './parse.ts';
import { formatPath, isBlock, isWithin, type Path } from './path.ts';
import { hasErrors, type Problem } from './problem.ts';

/** Where a value came from: nobody wrote it, the file did, a flag did. */
export type Origin = 'default' | 'file' | 'flag';

export interface ResolveOptions extends Surroundings {
  /** Flags by dotted key; relative paths in them start at the config's folder, as in the file. */
  readonly overrides?: Overrides;
}

/** Everything a run needs to know, or, with errors among the problems, why there is none. */
export type Resolution =
  | {
      readonly config: RunConfig;
      /** By dotted key, for every value that is no block; a list counts as one value. */
      readonly origins: Readonly<Record<string, Origin>>;
      /** Warnings and hints. */
      readonly problems: Problem[];
    }
  | { readonly config?: undefined; readonly problems: Problem[] };

/** A config's text to the settings of a run: flags over file over defaults, every path absolute. */
export function resolveConfig(text: string, { overrides = {}, ...surroundings }: ResolveOptions): Resolution {
  const overridden = applyOverrides(parseConfigText(text), overrides);
  const found = nameFlags(checkParsed(overridden.parsed, surroundings), overrides);
  const problems = [...overridden.problems, ...found];
  if (hasErrors(problems)) return { problems };
  const config = complete(RunConfigSchema.parse(overridden.parsed.value), surroundings);
  return { config, origins: originsOf(config, overridden.parsed, overrides), problems };
}

/**
 * What a schema cannot say: paths start at the config's folder, hub models are looked up in the local cache (what is not there
 * keeps its id), and data_seed follows seed.
 */
function complete(config: RunConfig, surroundings: Surroundings): RunConfig {
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

function originsOf(config: RunConfig, parsed: ParsedConfig, overrides: Overrides): Record<string, Origin> {
  const origin = (key: string): Origin => {
    if (Object.keys(overrides).some((flag) => isWithin(key, flag))) return 'flag';
    return parsed.entries.has(key) ? 'file' : 'default';
  };
  return Object.fromEntries(leafKeys(config, []).map((key) => [key, origin(key)]));
}

function leafKeys(value: unknown, path: Path): string[] {
  if (!isBlock(value)) return value === undefined ? [] : [formatPath(path)];
  return Object.entries(value).flatMap(([key, inner]) => leafKeys(inner, [...path, key]));
}
