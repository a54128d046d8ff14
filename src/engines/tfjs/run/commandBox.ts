import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { CommandSchema, type Command } from '../../../protocol/commands.ts';
import { decodeFile, type Decoded } from '../../../protocol/decode.ts';
import { readTextCapped } from '../../../folder/readCapped.ts';

/** A command as it was found; `id` names it in its `acknowledged` event. */
export interface ReceivedCommand<Said = Command> {
  readonly id: string;
  readonly command: Said;
}

/** What arrived since the last look: commands, and files that are none. */
export interface CommandBox<Said = Command> {
  poll(): {
    readonly commands: readonly ReceivedCommand<Said>[];
    readonly broken: readonly { readonly id: string; readonly problem: string }[];
  };
}

const MAX_BYTES = 64_000;

/** Watches commands/. What lies there now was meant for an earlier attempt and is ignored. */
export function openCommandBox(folder: string): CommandBox {
  return openBoxOf(CommandSchema, folder);
}

/** The same for an engine that understands other commands; those not of `schema` are broken ones. */
export function openBoxOf<Said extends { time: string }>(
  schema: z.ZodType<Said>,
  folder: string,
): CommandBox<Said> {
  const seen = new Set(fileNames(folder));
  return {
    poll: () => {
      const commands: ReceivedCommand<Said>[] = [];
      const broken: { id: string; problem: string }[] = [];
      for (const name of fileNames(folder).filter((candidate) => !seen.has(candidate))) {
        seen.add(name);
        const id = name.replace(/\.json$/, '').slice(0, 100);
        const decoded = readCommand(schema, join(folder, name));
        if ('problem' in decoded) broken.push({ id, problem: decoded.problem });
        else commands.push({ id, command: decoded.value });
      }
      commands.sort((a, b) => a.command.time.localeCompare(b.command.time));
      return { commands, broken };
    },
  };
}

function fileNames(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

function readCommand<Said>(schema: z.ZodType<Said>, path: string): Decoded<Said> {
  const read = readTextCapped(path, MAX_BYTES);
  if (read === undefined) return { problem: 'the command vanished' };
  return 'problem' in read ? read : decodeFile(schema, read.text);
}
