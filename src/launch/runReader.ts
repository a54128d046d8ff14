import { resolveInside } from '../folder/contain.ts';
import { ageSeconds } from '../folder/heartbeat.ts';
import { livenessOf } from '../folder/identity.ts';
import { runPaths } from '../folder/layout.ts';
import { readTextCapped } from '../folder/readCapped.ts';
import { decodeFile, type Decoded } from '../protocol/decode.ts';
import { MAX_LINE_BYTES, parseCapped } from '../protocol/limits.ts';
import { ProcessFileSchema, RunFileSchema, type ProcessFile, type RunFile } from '../protocol/runFiles.ts';
import { protocolProblem } from '../protocol/version.ts';

/** run.json of a run folder, or one sentence saying why it cannot be used. Never throws. */
export function readRunFile(folder: string): Decoded<RunFile> {
  const read = readInside(folder, 'run.json');
  if (read === undefined)
    return { problem: `${folder} is no run folder: it has no run.json; choose a folder in .holdfast/runs.` };
  const decoded =
    'problem' in read ? read : decodeSpoken(read.text, (text) => decodeFile(RunFileSchema, text));
  return 'problem' in decoded ? { problem: sentence(runPaths(folder).runFile, decoded.problem) } : decoded;
}

/** process.json of a run folder; undefined before an engine has written one. Never throws. */
export function readProcessFile(folder: string): Decoded<ProcessFile> | undefined {
  const read = readInside(folder, 'process.json');
  if (read === undefined) return undefined;
  const decoded =
    'problem' in read ? read : decodeSpoken(read.text, (text) => decodeFile(ProcessFileSchema, text));
  return 'problem' in decoded
    ? { problem: sentence(runPaths(folder).processFile, decoded.problem) }
    : decoded;
}

/** What can be told from here about the engine of a run. */
export interface RunLiveness {
  /** 'none' = no engine has written process.json, or nobody can read what it wrote. */
  readonly process: 'alive' | 'gone' | 'elsewhere' | 'none';
  /** Seconds since the engine last showed a sign of life; undefined before the first. */
  readonly heartbeat_age_seconds: number | undefined;
  /** Seconds since the run was asked for; undefined where it has no run.json. */
  readonly run_age_seconds: number | undefined;
}

/** Whether a run's engine lives. Never throws. */
export function livenessOfRun(folder: string): RunLiveness {
  const engine = readProcessFile(folder);
  const process = engine === undefined || 'problem' in engine ? 'none' : livenessOf(engine.value);
  const { heartbeat, runFile } = runPaths(folder);
  return { process, heartbeat_age_seconds: ageSeconds(heartbeat), run_age_seconds: ageSeconds(runFile) };
}

/** The folder is other people's: a run.json that is a link to a private file would be quoted in an error message. */
function readInside(folder: string, name: string): { text: string } | { problem: string } | undefined {
  const path = resolveInside(folder, name);
  return path === undefined
    ? { problem: 'it leads out of the run folder' }
    : readTextCapped(path, MAX_LINE_BYTES);
}

/** A file of another major version fails in details; the version is the problem worth telling. */
function decodeSpoken<Value>(text: string, decode: (text: string) => Decoded<Value>): Decoded<Value> {
  const parsed = parseCapped(text);
  if ('problem' in parsed) return parsed;
  const { value } = parsed;
  const said =
    typeof value === 'object' && value !== null && 'protocol' in value ? value.protocol : undefined;
  const problem = typeof said === 'string' ? protocolProblem(said) : undefined;
  return problem === undefined ? decode(text) : { problem };
}

function sentence(path: string, problem: string): string {
  // The version's problem is a sentence of its own, cure included.
  if (problem.endsWith('.')) return problem;
  // A problem may quote the file, newlines and all; a sentence is one line.
  return `Cannot use ${path}: ${problem.replace(/\s+/g, ' ')}; restore it from a copy or delete the run.`;
}
