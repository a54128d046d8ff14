import { lazy } from '../base/lazy.ts';
import { trainFiles, type RunConfig } from '../protocol/runConfig.ts';
import { cutFile, type CutFile } from './cutFile.ts';
import { tokensOf } from './dataFiles.ts';
import { NO_FACTS, type OverlapFacts } from './facts.ts';
import type { Surroundings } from './files.ts';
import type { NamedFile } from './namedFile.ts';
import type { Path } from './path.ts';

/** The data files that a config names, and what is known of them. */
export interface ConfigFiles {
  readonly trainFiles: () => readonly NamedFile[];
  readonly evalFile: () => NamedFile | undefined;
  /** Probe sets with a file of their own. */
  readonly probeFiles: () => readonly NamedFile[];
  /** Every data file, each path once: those to train on, the one to evaluate on, those of probe sets. */
  readonly dataFiles: () => readonly NamedFile[];
  /** What `max_length` does to what is trained and evaluated on; files whose tokens are not known are left out. */
  readonly cutFiles: () => readonly CutFile[];
  /** Rows of `file` that `other` has too. */
  readonly overlap: (file: NamedFile, other: NamedFile) => OverlapFacts | undefined;
}

/** @param modelFolder decides what rows are in tokens */
export function configFiles(
  config: () => RunConfig | undefined,
  modelFolder: () => string | undefined,
  surroundings: Surroundings,
): ConfigFiles {
  const { facts = NO_FACTS, files } = surroundings;
  const named = namer(config, modelFolder, surroundings);
  const training = lazy(() => trainingFiles(config(), named));
  const evalFile = lazy(() => {
    const path = config()?.eval_file;
    return path === undefined ? undefined : named(['eval_file'], path);
  });
  const probeFiles = lazy(() => {
    const sets = config()?.probes.sets ?? [];
    return sets === 'auto'
      ? []
      : sets.map(({ file }, index) => named(['probes', 'sets', index, 'file'], file));
  });
  const dataFiles = lazy(() => {
    const evaluated = evalFile();
    return firstOfEachPath([...training(), ...(evaluated === undefined ? [] : [evaluated]), ...probeFiles()]);
  });
  return {
    trainFiles: training,
    evalFile,
    probeFiles,
    dataFiles,
    cutFiles: lazy(() => dataFiles().flatMap((file) => cutFilesOf(file, config()?.max_length ?? Infinity))),
    overlap: (file, other) =>
      [file, other].every(({ path }) => files.kind(path) === 'file')
        ? facts('overlap', { path: file.path, other: other.path })
        : undefined,
  };
}

type Name = (at: Path, path: string, weight?: number) => NamedFile;

/** A file by its path, which asks for what is known of it when somebody wants to know. */
function namer(
  config: () => RunConfig | undefined,
  modelFolder: () => string | undefined,
  { facts = NO_FACTS, files }: Surroundings,
): Name {
  return (at, path, weight = 1) => ({
    at,
    path,
    weight,
    data: lazy(() => (files.kind(path) === 'file' ? facts('data', { path }) : undefined)),
    tokens: lazy(() => {
      const [settings, model] = [config(), modelFolder()];
      if (settings === undefined || model === undefined || files.kind(path) !== 'file') return undefined;
      const { prompt_template, completion_only_loss, assistant_only_loss } = settings;
      return facts('tokens', { path, model, prompt_template, completion_only_loss, assistant_only_loss });
    }),
  });
}

function trainingFiles(config: RunConfig | undefined, named: Name): NamedFile[] {
  if (config === undefined) return [];
  if (typeof config.train_file === 'string') return [named(['train_file'], config.train_file)];
  return trainFiles(config).map(({ path, weight }, index) =>
    named(['train_file', index, 'path'], path, weight),
  );
}

function firstOfEachPath(files: readonly NamedFile[]): NamedFile[] {
  const seen = new Set<string>();
  return files.filter(({ path }) => {
    const isNew = !seen.has(path);
    seen.add(path);
    return isNew;
  });
}

/** Probes are asked, not trained on: nothing cuts them. */
function cutFilesOf(file: NamedFile, maxLength: number): CutFile[] {
  const tokens = file.at[0] === 'probes' ? undefined : tokensOf(file);
  return tokens === undefined ? [] : [cutFile(file, tokens, maxLength)];
}
