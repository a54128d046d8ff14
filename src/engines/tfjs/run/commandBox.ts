import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandSchema, type Command } from '../../../protocol/commands.ts';
import { decodeFile } from '../../../protocol/decode.ts';
import { readTextCapped } from '../../../folder/readCapped.ts';

/** A command as it was found; `id` names it in its `acknowledged` event. */
export interface ReceivedCommand {
  readonly id: string;
  readonly command: Command;
}

/** What arrived since the last look: commands, and files that are none. */
export interface CommandBox {
  poll(): {
    readonly commands: readonly ReceivedCommand[];
    readonly broken: readonly { readonly id: string; readonly problem: string }[];
  };
}

const MAX_BYTES = 64_000;

/** Watches commands/. What lies there now was meant for an earlier attempt and is ignored. */
export function openCommandBox(folder: string): CommandBox {
  const seen = new Set(fileNames(folder));
  return {
    poll: () => {
      const commands: ReceivedCommand[] = [];
      const broken: { id: string; problem: string }[] = [];
      for (const name of fileNames(folder).filter((candidate) => !seen.has(candidate))) {
        seen.add(name);
        const id = name.replace(/\.json$/, '').slice(0, 100);
        const decoded = readCommand(join(folder, name));
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

function readCommand(path: string): { value: Command } | { problem: string } {
  const read = readTextCapped(path, MAX_BYTES);
  if (read === undefined) return { problem: 'the command vanished' };
  return 'problem' in read ? read : decodeFile(CommandSchema, read.text);
}
