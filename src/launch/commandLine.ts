import { shellWord } from '../base/shellWord.ts';
import type { RunFile } from '../protocol/runFiles.ts';

export interface CommandLineParts {
  /** Path of Node. */
  readonly node: string;
  /** Path of Holdfast's command line. */
  readonly cli: string;
  readonly system: 'posix' | 'windows';
}

/** The command that does what a run did: its config, and what flags had changed in it. Throws where it came from no file. */
export function commandLineOf(
  { config, config_file: file, origins }: RunFile,
  parts: CommandLineParts,
): string {
  if (file === null)
    throw new Error('This run came from no config file: duplicate it, and save the copy first.');
  const flags = Object.entries(origins)
    .filter(([, origin]) => origin === 'flag')
    .flatMap(([key]) => ['--set', `${key}=${flagText(valueAt(config, key))}`]);
  return lineOf(['run', file, ...flags], parts);
}

/** The command that sets runs side by side, when they have ended. */
export function compareLineOf(folders: readonly string[], parts: CommandLineParts): string {
  return lineOf(['compare', ...folders], parts);
}

function lineOf(request: readonly string[], { node, cli, system }: CommandLineParts): string {
  const words = [node, cli, ...request].map((word) => shellWord(word, system));
  // PowerShell takes a quoted first word for a text, unless it is called.
  return system === 'windows' && words[0]?.startsWith("'") === true
    ? `& ${words.join(' ')}`
    : words.join(' ');
}

function valueAt(value: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[name];
  }, value);
}

function flagText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
