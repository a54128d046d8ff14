import { existsSync, realpathSync } from 'node:fs';
import { commandLineOf, livenessOf } from '../folder/identity.ts';
import { runPaths } from '../folder/layout.ts';
import type { ProcessFile } from '../protocol/runFiles.ts';
import { killTree } from './killTree.ts';
import { readProcessFile } from './runReader.ts';
import { sendCommand } from './sendCommand.ts';
import { waitUntil } from './waiting.ts';

export type StopOutcome = 'stopped politely' | 'killed' | 'was not running';

/**
 * Ends a run: asks its engine to save and stop, and after `graceSeconds` without success ends the engine's whole process
 * tree. Only a process whose start and command line prove that it is this run's engine is ever signalled; otherwise
 * rejects with one sentence.
 */
export async function stopRun(
  folder: string,
  { graceSeconds }: { graceSeconds: number },
): Promise<StopOutcome> {
  const read = readProcessFile(folder);
  if (read === undefined) return 'was not running';
  if ('problem' in read) throw new Error(read.problem);
  const engine = read.value;
  const liveness = livenessOf(engine);
  // From elsewhere the process cannot be seen, but the lock that it holds while it works can.
  const hasEnded = () =>
    liveness === 'elsewhere' ? !existsSync(runPaths(folder).engineLock) : livenessOf(engine) === 'gone';
  if (hasEnded()) return 'was not running';
  const grace = askToStop(folder, liveness === 'elsewhere') ? graceSeconds : 0;
  if (await waitUntil(hasEnded, grace)) return 'stopped politely';
  if (liveness === 'alive') return endByForce(folder, engine);
  throw new Error(
    `The run works on ${engine.hostname} and has not stopped yet; wait, or stop it by force from that machine.`,
  );
}

/** Whether the command could be sent. A full disk must not keep a run from being stopped, where force is at hand. */
function askToStop(folder: string, isOnlyWay: boolean): boolean {
  try {
    sendCommand(folder, 'stop', 'stopped by the user');
    return true;
  } catch (error) {
    if (isOnlyWay) throw error;
    return false;
  }
}

async function endByForce(folder: string, engine: ProcessFile): Promise<StopOutcome> {
  const commandLine = tryCommandLine(engine.pid);
  if (livenessOf(engine) === 'gone') return 'stopped politely';
  if (commandLine === undefined || !isEngineOf(commandLine, realpathSync.native(folder), engine.token)) {
    throw new Error(
      `Process ${engine.pid} is not ended by force, because nothing proves that it works on ${folder}; if it does, end it by hand.`,
    );
  }
  await killTree(engine);
  return 'killed';
}

function tryCommandLine(pid: number): string | undefined {
  try {
    return commandLineOf(pid);
  } catch {
    return undefined;
  }
}

/**
 * Whether a command line is that of an engine started on `folder` under `token`. process.json may be forged, so naming the
 * folder alone is not enough (an editor names it too), and a token short enough to occur by accident proves nothing.
 */
export function isEngineOf(commandLine: string, folder: string, token: string): boolean {
  if (!/^[\w-]{16,}$/.test(token)) return false;
  const words = ` ${commandLine.replaceAll('"', ' ')} `;
  return words.includes(` ${folder} `) && words.includes(` --token ${token} `);
}
