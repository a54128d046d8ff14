import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../folder/atomicWrite.ts';
import { resolveInside } from '../folder/contain.ts';
import { runPaths } from '../folder/layout.ts';
import type { Command, CommandName, Question } from '../protocol/commands.ts';
import { encodeJson } from '../protocol/numbers.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { fileProblem } from './fileProblem.ts';

/**
 * Asks a run's engine for something. Returns the command's id, which the engine's `acknowledged` event names as `command`.
 * Nobody is waited for; an engine started later ignores it. Throws one sentence where the folder cannot be written.
 */
export function sendCommand(folder: string, command: CommandName, reason?: string): string {
  const said: Command = { protocol: PROTOCOL_VERSION, command, time: new Date().toISOString() };
  if (reason !== undefined) said.reason = reason.slice(0, MAX_REASON_LENGTH);
  return post(folder, said);
}

/** Asks the engine of an `ask` job a question, whose `answered` event names the returned id. Throws as sendCommand does. */
export function sendQuestion(folder: string, { text, raw }: Pick<Question, 'text' | 'raw'>): string {
  const time = new Date().toISOString();
  return post(folder, { protocol: PROTOCOL_VERSION, command: 'ask', time, text, raw });
}

function post(folder: string, said: Command | Question): string {
  const commands = resolveInside(folder, 'commands');
  if (commands === undefined) {
    throw new Error(
      `Cannot ${said.command} the run: ${runPaths(folder).commands} leads out of the run folder; remove the link.`,
    );
  }
  const id = randomUUID();
  try {
    mkdirSync(commands, { recursive: true });
    writeAtomically(join(commands, `${id}.json`), `${encodeJson(said)}\n`);
  } catch (error) {
    throw fileProblem(`send the command "${said.command}" to`, folder, error);
  }
  return id;
}

/** CommandSchema's cap: a longer reason would cost the command. */
const MAX_REASON_LENGTH = 1_000;
