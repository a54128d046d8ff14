import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Surroundings } from '../config/files.ts';
import type { Problem } from '../config/problem.ts';
import { resolveConfig, type Origin } from '../config/resolve.ts';
import { messageOf, plural } from '../base/text.ts';
import type { RunConfig } from '../protocol/runConfig.ts';
import { printable, type Terminal } from './terminal.ts';
import { UserError } from './userError.ts';

/** A config file read from disk. */
export interface ConfigText {
  /** As the user gave it. */
  readonly name: string;
  readonly path: string;
  readonly folder: string;
  readonly text: string;
}

/** @param wanted what the file should be, for the sentence that says why it cannot be read */
export function readConfig(file: string, wanted = 'a *.sft.yaml file'): ConfigText {
  const path = resolve(file);
  try {
    return { name: file, path, folder: dirname(path), text: readFileSync(path, 'utf8') };
  } catch (error) {
    throw new UserError(`${file} could not be read (${messageOf(error)}): give the path of ${wanted}.`);
  }
}

/** `--set key=value` pairs by key. */
export function parseOverrides(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0)
        throw new UserError(
          `--set ${pair} has no value: write --set key=value, as in --set learning_rate=1e-4.`,
        );
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export interface ResolvedFile {
  readonly config: RunConfig;
  readonly origins: Record<string, Origin>;
}

/** Config text to settings. Problems go to stderr; with an error among them the request was wrong. */
export function resolveOrRefuse(
  file: ConfigText,
  overrides: Record<string, string>,
  surroundings: Surroundings,
  terminal: Terminal,
): ResolvedFile {
  const resolution = resolveConfig(file.text, { ...surroundings, overrides });
  for (const problem of resolution.problems) terminal.err(problemLine(file.name, problem));
  if (resolution.config === undefined) {
    const errors = resolution.problems.filter(({ level }) => level === 'error').length;
    throw new UserError(`${file.name} has ${plural(errors, 'error')}: nothing was started.`);
  }
  return { config: resolution.config, origins: { ...resolution.origins } };
}

/** `file:line:column level code message`, as editors and CI jobs read it. */
export function problemLine(name: string, { range, level, code, message }: Problem): string {
  return `${name}:${range.line}:${range.column} ${level} ${code} ${printable(message)}`;
}
