import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import { checkParsed } from './check.ts';
import { completeConfig } from './complete.ts';
import type { Surroundings } from './files.ts';
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
  const config = completeConfig(RunConfigSchema.parse(overridden.parsed.value), surroundings);
  return { config, origins: originsOf(config, overridden.parsed, overrides), problems };
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
